/**
 * One connection of a line protocol for people: a line in, an answer out, the next line when that is read.
 *
 * @module
 */
import type { Socket } from 'node:net'

/** What a client may take. */
export interface LineLimits {
  readonly lineBytes: number
  /** For a client to send a line whole, and to read an answer. */
  readonly requestMs: number
  /** Between two lines. */
  readonly idleMs: number
}

export interface LineListener {
  /** @returns the answer to a line, less what blanks it begins and ends with; `undefined` to close */
  readonly answer: (line: string) => string | undefined
  /** The connection is closed for what its client did, or did not. */
  readonly refused: () => void
}

const LINE_FEED = 10
/** The first line of what a browser sends, whatever page told it to. */
const HTTP = / HTTP\/\d/i
const NOTHING = Buffer.alloc(0)

export class TextSession {
  readonly #socket: Socket
  readonly #limits: LineLimits
  readonly #listener: LineListener
  /** What has arrived and is not answered: less than a line, or what waits for the client to read. */
  #input: Buffer = NOTHING
  /** The client has not read the last answer. */
  #isWaiting = false
  /** The client sends no more. */
  #isEnded = false
  #deadline: NodeJS.Timeout | undefined = undefined

  /** @param socket stays open at this end when the other one closes (`allowHalfOpen`) */
  constructor(socket: Socket, limits: LineLimits, listener: LineListener) {
    this.#socket = socket
    this.#limits = limits
    this.#listener = listener
    socket.on('data', (bytes) => this.#receive(bytes as Buffer))
    socket.on('drain', () => this.#drained())
    socket.on('end', () => this.#ended())
    socket.on('close', () => clearTimeout(this.#deadline))
    // A close follows.
    socket.on('error', () => {})
    this.#expect(limits.idleMs)
  }

  #receive(bytes: Buffer): void {
    const isBegun = this.#input.length > 0
    this.#input = isBegun ? Buffer.concat([this.#input, bytes]) : bytes
    this.#run(isBegun)
  }

  #drained(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#run(false)
    if (!this.#isWaiting) this.#socket.resume()
  }

  #ended(): void {
    this.#isEnded = true
    if (!this.#isWaiting) this.#end('')
  }

  /** @param isBegun whether the line that is incomplete has its time running */
  #run(isBegun: boolean): void {
    let isRunning = isBegun
    for (;;) {
      const end = this.#input.indexOf(LINE_FEED)
      const length = end < 0 ? this.#input.length : end
      if (length > this.#limits.lineBytes) {
        this.#listener.refused()
        this.#end(`ERROR a line has at most ${this.#limits.lineBytes} bytes\r\n`)
        return
      }
      if (end < 0) break
      const line = this.#input.toString('latin1', 0, end).trim()
      // What follows the head of a request would be lines, too.
      if (HTTP.test(line)) {
        this.#listener.refused()
        this.#end('ERROR this is not the HTTP port\r\n')
        return
      }
      const answer = this.#listener.answer(line)
      this.#input = this.#input.subarray(end + 1)
      isRunning = false
      if (answer === undefined) {
        this.#end('')
        return
      }
      if (!this.#socket.write(answer)) {
        this.#isWaiting = true
        this.#socket.pause()
        this.#expect(this.#limits.requestMs)
        return
      }
    }
    if (this.#isEnded) this.#end('')
    else if (this.#input.length === 0) this.#expect(this.#limits.idleMs)
    else if (!isRunning) this.#expect(this.#limits.requestMs)
  }

  /** Say it and close, though the client may not read. */
  #end(answer: string): void {
    this.#input = NOTHING
    this.#socket.removeAllListeners('data').resume()
    this.#socket.end(answer)
    this.#expect(this.#limits.requestMs)
  }

  #expect(milliseconds: number): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => {
      this.#listener.refused()
      this.#socket.destroy()
    }, milliseconds)
    this.#deadline.unref()
  }
}
