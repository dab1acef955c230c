/**
 * One connection of the load generator: sends a batch of requests, checks the answers, and sends the
 * next batch when all of them are there (a closed loop).
 *
 * All connections receive into one buffer; what does not make a whole answer yet moves to the
 * connection's own. The bytes of a batch are written over by the next one, which is safe because a
 * server cannot answer what it has not received.
 *
 * @module
 */
import { type Socket, connect } from 'node:net'
import { type Codec, INCOMPLETE, NO_MORE, type RequestSource, WrongReply } from './codec.ts'

/** What a connection asks and tells the run it belongs to. */
export interface LoadRun {
  readonly codec: Codec
  /** What is sent now. */
  readonly source: RequestSource
  /** Requests in a batch. */
  readonly pipeline: number
  /** Buffer that every connection receives into. */
  readonly received: Buffer
  /** Milliseconds; looked at once per batch received. */
  readonly now: () => number
  /** Whether another batch is wanted. */
  readonly wanted: boolean
  /** `count` answers are right, `milliseconds` after they were asked for. */
  readonly answered: (milliseconds: number, count: number, now: number) => void
  /** This connection has nothing in flight and sends nothing more. */
  readonly rested: () => void
  readonly failed: (error: Error) => void
}

const HOST = '127.0.0.1'

export class LoadConnection {
  readonly #run: LoadRun
  readonly #socket: Socket
  readonly #requests: Buffer
  readonly #memos: Int32Array
  /** Requests of this batch, and how many of them are answered. */
  #sent = 0
  #answered = 0
  #sentAt = 0
  /** The front of an answer: `#kept[0, #keptEnd)`. */
  #kept: Buffer = Buffer.alloc(0)
  #keptEnd = 0

  constructor(run: LoadRun, port: number, ready: () => void) {
    const { codec, pipeline, received } = run
    this.#run = run
    this.#requests = Buffer.allocUnsafeSlow(pipeline * codec.maxRequestBytes)
    this.#memos = new Int32Array(pipeline * codec.memoLength)
    const callback = (length: number): boolean => {
      this.#receive(length)
      return true
    }
    this.#socket = connect({
      port,
      host: HOST,
      noDelay: true,
      onread: { buffer: received, callback },
    })
    this.#socket.once('connect', ready)
    this.#socket.on('error', (error) => run.failed(error))
    this.#socket.on('end', () => run.failed(new Error('the server closed a connection')))
  }

  /** Send a batch, or rest where none is wanted. */
  send(): void {
    const { codec, pipeline, source } = this.#run
    let at = 0
    let count = 0
    while (count < pipeline && this.#run.wanted) {
      const end = source.write(this.#requests, at, this.#memos, count * codec.memoLength)
      if (end === NO_MORE) break
      at = end
      count++
    }
    this.#sent = count
    this.#answered = 0
    if (count === 0) {
      this.#run.rested()
      return
    }
    this.#sentAt = this.#run.now()
    this.#socket.write(this.#requests.subarray(0, at))
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(length: number): void {
    const now = this.#run.now()
    try {
      if (this.#keptEnd === 0) {
        const { received } = this.#run
        this.#keep(received, this.#check(received, 0, length, now), length)
      } else {
        this.#keep(this.#run.received, 0, length)
        const checked = this.#check(this.#kept, 0, this.#keptEnd, now)
        this.#kept.copyWithin(0, checked, this.#keptEnd)
        this.#keptEnd -= checked
      }
    } catch (error) {
      this.#run.failed(error as Error)
      return
    }
    if (this.#answered === this.#sent) this.send()
  }

  /** Check whole answers in `bytes[start, end)`; returns where they end. */
  #check(bytes: Buffer, start: number, end: number, now: number): number {
    const { codec } = this.#run
    const before = this.#answered
    let at = start
    while (at < end) {
      if (this.#answered === this.#sent) throw new WrongReply('nothing more', bytes, at, end)
      const next = codec.check(bytes, at, end, this.#memos, this.#answered * codec.memoLength)
      if (next === INCOMPLETE) break
      at = next
      this.#answered++
    }
    if (this.#answered > before) {
      this.#run.answered(now - this.#sentAt, this.#answered - before, now)
    }
    return at
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const needed = this.#keptEnd + end - start
    if (needed > this.#kept.length) {
      const grown = Buffer.allocUnsafeSlow(2 * needed)
      this.#kept.copy(grown, 0, 0, this.#keptEnd)
      this.#kept = grown
    }
    bytes.copy(this.#kept, this.#keptEnd, start, end)
    this.#keptEnd = needed
  }
}
