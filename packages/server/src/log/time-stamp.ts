/**
 * The time at the front of a log line, RFC 3339 by UTC with milliseconds and a blank behind it. The text of a
 * second is made once.
 *
 * @module
 */
import { ZERO } from '@pelikan/buffer'

/** `2026-11-25T20:55:12.123Z ` */
export const TIME_BYTES = 25
const MILLISECONDS_AT = 20

export class TimeStamp {
  readonly #text = Buffer.alloc(TIME_BYTES, ' ')
  #second = -1

  /** Write the time at the start of `line`; `ms` is since 1970. */
  write(line: Buffer, ms: number): void {
    const second = Math.floor(ms / 1000)
    if (second !== this.#second) {
      this.#text.write(new Date(second * 1000).toISOString(), 'latin1')
      this.#second = second
    }
    this.#text.copy(line)
    const rest = ms - second * 1000
    line[MILLISECONDS_AT] = ZERO + Math.floor(rest / 100)
    line[MILLISECONDS_AT + 1] = ZERO + (Math.floor(rest / 10) % 10)
    line[MILLISECONDS_AT + 2] = ZERO + (rest % 10)
  }
}
