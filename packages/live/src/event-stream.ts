/**
 * Server-sent events out of text that comes in pieces
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation), as far as a
 * server of ours sends them: lines end with a line feed, an event has a name and one line of data.
 *
 * @module
 */

export interface StreamedEvent {
  readonly type: string
  readonly data: string
}

/** Characters of a line without an end after which it is none of ours. */
const LINE_MAX = 4 * 1024 * 1024

export class EventStream {
  #rest = ''
  #type = ''
  #data = ''

  /**
   * Take the next piece.
   *
   * @returns the events that it completes
   * @throws RangeError for a line longer than 4 Mi characters
   */
  take(piece: string): StreamedEvent[] {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > LINE_MAX) throw new RangeError('a line of the stream has no end')
    const events: StreamedEvent[] = []
    for (const line of lines) {
      if (line.startsWith('event: ')) this.#type = line.slice(7)
      else if (line.startsWith('data: ')) this.#data = line.slice(6)
      else if (line === '') {
        if (this.#data !== '') events.push({ type: this.#type, data: this.#data })
        this.#type = ''
        this.#data = ''
      }
    }
    return events
  }
}
