/**
 * One connection, from its first bytes to its end: what is served when, what is kept meanwhile, and since when
 * somebody waits. Serving is the {@link RequestLoop}'s.
 *
 * ```text
 *   receive ──► RequestLoop ──► send ──► receive ..
 *                 ▲                │
 *                 ├── stalled: the client does not read; until drained
 *                 ├── yielded: others first; until the next turn
 *                 └── awaiting: an answer goes on when there is more to say
 * ```
 *
 * Bytes are parsed where the transport received them. Only what a turn leaves over (half a request, or
 * everything behind a stall) is copied into the session's own input, which is empty otherwise.
 *
 * @module
 */
import { ByteBuffer } from '@pelikan/buffer'
import {
  type CloseReason,
  type Connection,
  type Parser,
  ProtocolError,
  type Receiver,
  type Tick,
} from '@pelikan/core'
import { INPUT_INITIAL_BYTES, INPUT_LIMIT_BYTES } from './limits.ts'
import { RequestLoop, type RequestWorker } from './request-loop.ts'
import { State, type WaitsFor, waitsFor } from './session-state.ts'

/** What a session has of its worker. */
export interface SessionWorker<Request> extends RequestWorker<Request> {
  /** Wraps the transport's bytes while a session parses them. */
  readonly window: ByteBuffer
  /** Bytes have arrived: look at the clock, and make room if memory is short. */
  readonly startTurn: () => void
  /** Execute `request` with its answer thrown away. */
  readonly executeUnheard: (request: Request) => void
  /** Call {@link Session.nextTurn} in the next turn. */
  readonly yielded: (session: Session<Request>) => void
  readonly stalled: () => void
  /** Call {@link Session.nextTurn} again and again, a little later, until it awaits nothing. */
  readonly awaiting: (session: Session<Request>) => void
  readonly closed: (session: Session<Request>) => void
  /** An exception ended a session. */
  readonly failed: (error: unknown) => void
}

export class Session<Request> implements Receiver {
  readonly #worker: SessionWorker<Request>
  /** Different from that of every other connection of the process, closed ones included. */
  readonly number: number
  readonly connection: Connection
  /** Where its worker keeps it. */
  place = 0
  readonly #loop: RequestLoop<Request>
  /** What earlier turns left over. */
  readonly #input: ByteBuffer
  #state: State = State.Open
  /** What ends the connection, as far as is known. */
  #reason: CloseReason = 'normal'
  /** The client sends no more, or is not asked to. */
  #ended = false
  #lastReceived: Tick
  /** When `#state` became what it is, for states that wait. */
  #waitingSince: Tick = 0

  constructor(
    worker: SessionWorker<Request>,
    number: number,
    connection: Connection,
    parser: Parser<Request>,
  ) {
    this.#worker = worker
    this.number = number
    this.connection = connection
    this.#loop = new RequestLoop(worker, number, connection, parser)
    this.#input = new ByteBuffer({
      initial: INPUT_INITIAL_BYTES,
      limit: INPUT_LIMIT_BYTES,
      budget: worker.limits.budget,
    })
    this.#lastReceived = worker.clock.now
  }

  /**
   * Since when memory waits for its client, to read answers or to complete a request; 0 where none does.
   */
  get waitingSince(): Tick {
    if (this.#state === State.Open) {
      if (this.#loop.incompleteSince !== 0) return this.#loop.incompleteSince
      // A transport may learn after the turn that the network does not take an answer.
      return this.connection.unsent > 0 ? this.#lastReceived : 0
    }
    if (this.#state === State.Yielded) return 0
    return this.connection.unsent > 0 ? this.#waitingSince : 0
  }

  /** Bytes that it keeps of what came, and of what is not sent. */
  get held(): number {
    return this.#input.length + this.connection.unsent
  }

  /** Since when an open session waits for the rest of a request; 0 if it does not. */
  get incompleteSince(): Tick {
    return this.#state === State.Open ? this.#loop.incompleteSince : 0
  }

  /** When something was received last, or the client was last kept waiting. */
  get lastReceived(): Tick {
    return this.#lastReceived
  }

  /** What it waits for, for people. */
  get waitsFor(): WaitsFor {
    return waitsFor[this.#state]
  }

  /** What ended the connection, or is about to. */
  get reason(): CloseReason {
    return this.#reason
  }

  /** Since when an open session has heard nothing; 0 while it is not for the client to speak. */
  get silentSince(): Tick {
    return this.#state === State.Open ? this.#lastReceived : 0
  }

  receive(bytes: Buffer, start: number, end: number): void {
    this.#worker.startTurn()
    // A turn may begin with closing this very session, to make room.
    if (this.#over) return
    this.#lastReceived = this.#worker.clock.now
    if (this.#loop.isEndless) return
    try {
      this.#take(bytes, start, end)
    } catch (error) {
      this.#fail(error)
    }
    this.#settle()
  }

  drained(): void {
    this.#worker.startTurn()
    if (this.#state !== State.Stalled) return
    // The time that it was kept waiting is not held against the client.
    this.#lastReceived = this.#worker.clock.now
    this.#loop.excuse()
    this.#goOn()
  }

  /** The turn that a yield waited for, or time to see whether an answer goes on. */
  nextTurn(): void {
    if (this.#state === State.Yielded || this.#state === State.Awaiting) this.#goOn()
  }

  ended(): void {
    this.finish()
  }

  closed(): void {
    this.#state = State.Closing
    const undo = this.#loop.end()
    if (undo !== undefined) this.#worker.executeUnheard(undo)
    this.#input.release()
    this.#worker.closed(this)
  }

  /** Answer what has arrived, send it, and close. */
  finish(reason: CloseReason = 'normal'): void {
    this.#ended = true
    if (!this.#over) this.#reason = reason
    if (this.#isListening) this.#close()
  }

  /** Close at once; what is unsent is lost. */
  destroy(reason: CloseReason = 'error'): void {
    if (!this.#over) this.#reason = reason
    this.#state = State.Closing
    this.#loop.endSource()
    this.#input.release()
    this.connection.destroy()
  }

  /** It hears what the client sends, or that it leaves. */
  get #isListening(): boolean {
    return this.#state === State.Open || this.#state === State.Awaiting
  }

  /** Nothing more is parsed. */
  get #over(): boolean {
    return this.#state === State.Closing
  }

  /** Take up what waited. */
  #goOn(): void {
    this.#state = State.Open
    // An answer without an end would keep the connection.
    if (this.#ended && this.#loop.isEndless) this.#loop.endSource()
    try {
      this.#run(this.#input)
    } catch (error) {
      this.#fail(error)
    }
    this.#settle()
    if (this.#ended && this.#state === State.Open) this.#close()
    else if (this.#isListening) this.connection.resume()
  }

  /** Serve what has arrived where it is, or behind what was left over. */
  #take(bytes: Buffer, start: number, end: number): void {
    if (this.#state !== State.Open || this.#input.length > 0) {
      this.#keep(bytes, start, end)
      if (this.#state === State.Open) this.#run(this.#input)
      return
    }
    const window = this.#worker.window
    window.wrap(bytes, start, end)
    try {
      this.#run(window)
      if (!this.#over) this.#keep(window.bytes, window.start, window.end)
    } finally {
      window.release()
    }
  }

  /** Copy what is left over; a client that sends more than any request can need is cut off. */
  #keep(bytes: Buffer, start: number, end: number): void {
    if (start < end && !this.#input.append(bytes, start, end)) this.destroy()
  }

  /** After a turn: hold the client off while it has to wait, and keep no memory for nothing. */
  #settle(): void {
    if (this.#state === State.Yielded || this.#state === State.Stalled) this.connection.pause()
    else if (this.#input.length === 0 && this.#input.capacity > 0) this.#input.release()
  }

  /** Serve what is in `input`, and wait for whatever is to come next. */
  #run(input: ByteBuffer): void {
    const next = this.#loop.run(input)
    if (next === State.Closing) this.#close()
    else if (next !== State.Open) this.#wait(next)
  }

  #wait(state: typeof State.Yielded | typeof State.Stalled | typeof State.Awaiting): void {
    this.#state = state
    this.#waitingSince = this.#worker.clock.now
    if (state === State.Stalled) this.#worker.stalled()
    else if (state === State.Yielded) this.#worker.yielded(this)
    else this.#worker.awaiting(this)
  }

  #close(): void {
    this.#state = State.Closing
    this.#loop.endSource()
    this.#waitingSince = this.#worker.clock.now
    this.connection.end()
  }

  #fail(error: unknown): void {
    this.#reason = 'error'
    if (error instanceof ProtocolError) {
      const { reply } = error
      if (reply !== undefined) this.connection.output.write(reply, 0, reply.length)
      this.#close()
    } else {
      this.destroy()
    }
    this.#worker.failed(error)
  }
}
