/**
 * One connection's requests, in order: bytes in, parse, execute, answers out.
 *
 * ```text
 *   receive ──► parse ──► execute ──► output ──► send
 *                 ▲                     │
 *                 └── stalled: the client does not read; until drained
 *                 └── yielded: others first; until the next turn
 * ```
 *
 * Bytes are parsed where the transport received them. Only what a turn leaves over (half a request, or
 * everything behind a stall) is copied into the session's own input, which is empty otherwise.
 *
 * @module
 */
import { ByteBuffer } from '@pelikan/buffer'
import {
  type Clock,
  type Connection,
  type Execute,
  type Parser,
  ProtocolError,
  type Receiver,
  type Response,
  type Tick,
} from '@pelikan/core'
import { INPUT_INITIAL_BYTES, INPUT_LIMIT_BYTES, type SessionLimits } from './limits.ts'

/** What a session has of its worker. */
export interface SessionWorker<Request> {
  readonly clock: Clock
  readonly limits: SessionLimits
  readonly execute: Execute<Request, Response<Request>>
  readonly response: Response<Request>
  /** Wraps the transport's bytes while a session parses them. */
  readonly window: ByteBuffer
  /** Bytes have arrived: look at the clock, and make room if memory is short. */
  readonly startTurn: () => void
  /** `count` requests were executed. */
  readonly executed: (count: number) => void
  /** Execute `request` with its answer thrown away. */
  readonly executeUnheard: (request: Request) => void
  /** Call {@link Session.nextTurn} in the next turn. */
  readonly yielded: (session: Session<Request>) => void
  readonly stalled: () => void
  readonly closed: (session: Session<Request>) => void
  /** An exception ended a session. */
  readonly failed: (error: unknown) => void
}

export class Session<Request> implements Receiver {
  readonly #worker: SessionWorker<Request>
  readonly #connection: Connection
  readonly #parser: Parser<Request>
  /** What earlier turns left over. */
  readonly #input: ByteBuffer
  /** Waiting for the client to read what was sent. */
  #stalled = false
  /** Waiting for the next turn. */
  #yielded = false
  /** The client sends no more. */
  #ended = false
  /** Nothing more is parsed: the connection closes when all is sent. */
  #finished = false
  #lastReceived: Tick
  #stalledSince: Tick = 0
  /** When the request began that is incomplete now; 0 for none. */
  #incompleteSince: Tick = 0

  constructor(worker: SessionWorker<Request>, connection: Connection, parser: Parser<Request>) {
    this.#worker = worker
    this.#connection = connection
    this.#parser = parser
    this.#input = new ByteBuffer({
      initial: INPUT_INITIAL_BYTES,
      limit: INPUT_LIMIT_BYTES,
      budget: worker.limits.budget,
    })
    this.#lastReceived = worker.clock.now
  }

  /** Since when it waits for its client, to read an answer or to complete a request; 0 if it does not. */
  get waitingSince(): Tick {
    if (this.#finished) return 0
    return this.#stalled ? this.#stalledSince : this.#incompleteSince
  }

  /** Since when it waits for the rest of a request; 0 if it does not. */
  get incompleteSince(): Tick {
    return this.#waiting ? 0 : this.#incompleteSince
  }

  get lastReceived(): Tick {
    return this.#lastReceived
  }

  /** Bytes of memory that closing this session would free. */
  get memory(): number {
    return this.#connection.unsent + this.#input.capacity
  }

  receive(bytes: Buffer, start: number, end: number): void {
    if (this.#finished) return
    this.#worker.startTurn()
    this.#lastReceived = this.#worker.clock.now
    if (this.#waiting || this.#input.length > 0) {
      if (this.#keep(bytes, start, end) && !this.#waiting) this.#serve(this.#input)
    } else {
      const window = this.#worker.window
      window.wrap(bytes, start, end)
      this.#serve(window)
      if (!this.#finished) this.#keep(window.bytes, window.start, window.end)
      window.release()
    }
  }

  drained(): void {
    if (!this.#stalled) return
    this.#stalled = false
    this.#worker.startTurn()
    this.#goOn()
  }

  /** The turn that a yield waited for. */
  nextTurn(): void {
    if (!this.#yielded) return
    this.#yielded = false
    if (!this.#stalled) this.#goOn()
  }

  ended(): void {
    this.#ended = true
    if (!this.#waiting) this.finish()
  }

  closed(): void {
    const undo = this.#parser.end()
    if (undo !== undefined) this.#worker.executeUnheard(undo)
    this.#finished = true
    this.#stalled = false
    this.#input.release()
    this.#worker.closed(this)
  }

  /** Answer what has arrived, send it, and close. */
  finish(): void {
    if (this.#finished) return
    this.#ended = true
    if (this.#waiting) return
    this.#finished = true
    this.#input.release()
    this.#connection.end()
  }

  /** Close at once; what is unsent is lost. */
  destroy(): void {
    this.#finished = true
    this.#input.release()
    this.#connection.destroy()
  }

  get #waiting(): boolean {
    return this.#stalled || this.#yielded
  }

  /** Take up what waited. */
  #goOn(): void {
    this.#serve(this.#input)
    if (this.#waiting || this.#finished) return
    if (this.#ended) this.finish()
    else this.#connection.resume()
  }

  /** Copy what is left over; a client that sends more than any request can need is cut off. */
  #keep(bytes: Buffer, start: number, end: number): boolean {
    if (start === end || this.#input.append(bytes, start, end)) return true
    this.destroy()
    return false
  }

  /** Answer the requests in `input`. The one place where an exception of a request is caught. */
  #serve(input: ByteBuffer): void {
    try {
      this.#run(input)
    } catch (error) {
      this.#fail(error)
    }
    if (this.#stalled || this.#yielded) this.#connection.pause()
    else if (this.#input.length === 0 && this.#input.capacity > 0) this.#input.release()
  }

  #run(input: ByteBuffer): void {
    const { execute, limits, response } = this.#worker
    const connection = this.#connection
    const output = connection.output
    const parser = this.#parser
    let left = limits.maxRequestsPerTurn
    let completed = false
    let hangup = false
    while (left > 0) {
      const request = parser.parse(input)
      if (request === undefined) break
      left--
      response.begin(request, output)
      execute.execute(request, response)
      if (!parser.partial) completed = true
      if (response.hangup) {
        hangup = true
        break
      }
      if (output.length >= limits.outputHighWaterBytes && !this.#send()) break
    }
    this.#worker.executed(limits.maxRequestsPerTurn - left)
    if (input.length === 0 && !parser.partial) this.#incompleteSince = 0
    else if (completed || this.#incompleteSince === 0)
      this.#incompleteSince = this.#worker.clock.now
    if (hangup) {
      this.#finished = true
      connection.end()
      return
    }
    if (output.length > 0) this.#send()
    if (left === 0) {
      this.#yielded = true
      this.#worker.yielded(this)
    }
  }

  /** @returns whether the session may go on */
  #send(): boolean {
    if (this.#connection.send()) return true
    if (!this.#stalled) {
      this.#stalled = true
      this.#stalledSince = this.#worker.clock.now
      this.#worker.stalled()
    }
    return false
  }

  #fail(error: unknown): void {
    const connection = this.#connection
    if (error instanceof ProtocolError) {
      if (error.reply !== undefined) connection.output.write(error.reply, 0, error.reply.length)
      this.#finished = true
      this.#stalled = false
      this.#yielded = false
      connection.end()
    } else {
      this.destroy()
    }
    this.#worker.failed(error)
  }
}
