/**
 * One connection's requests, in order: bytes in, parse, execute, answers out.
 *
 * ```text
 *   receive ──► parse ──► execute ──► output ──► send
 *                 ▲                     │
 *                 └── stalled: the client does not read; until drained
 *                 └── yielded: others first; until the next turn
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
  type AnswerSource,
  type Clock,
  type CloseReason,
  type Connection,
  type Execute,
  type Parser,
  ProtocolError,
  type Receiver,
  type Response,
  type Tick,
} from '@pelikan/core'
import { INPUT_INITIAL_BYTES, INPUT_LIMIT_BYTES, type SessionLimits } from './limits.ts'
import type { Observers } from './observers.ts'
import type { RequestTimer } from './request-timer.ts'

/** What a session has of its worker. */
export interface SessionWorker<Request> {
  readonly clock: Clock
  readonly limits: SessionLimits
  readonly execute: Execute<Request, Response<Request>>
  readonly response: Response<Request>
  /** Of the turns that {@link SessionWorker.startTurn} starts. */
  readonly timer: RequestTimer<Request>
  readonly observers: Observers<Request, Response<Request>>
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
  /** Call {@link Session.nextTurn} again and again, a little later, until it awaits nothing. */
  readonly awaiting: (session: Session<Request>) => void
  readonly closed: (session: Session<Request>) => void
  /** An exception ended a session. */
  readonly failed: (error: unknown) => void
}

/** What a session is doing. */
const State = {
  /** Serving what arrives. */
  Open: 0,
  /** Waiting for the next turn, so that others go first. */
  Yielded: 1,
  /** Waiting for the client to read what was sent. */
  Stalled: 2,
  /** Over: nothing more is parsed, and the connection closes when all is sent. */
  Closing: 3,
  /** Waiting for more of an answer to be there. */
  Awaiting: 4,
} as const
type State = (typeof State)[keyof typeof State]

export class Session<Request> implements Receiver {
  readonly #worker: SessionWorker<Request>
  /** Different from that of every other connection of the process, closed ones included. */
  readonly number: number
  readonly connection: Connection
  /** Where its worker keeps it. */
  place = 0
  readonly #parser: Parser<Request>
  /** What earlier turns left over. */
  readonly #input: ByteBuffer
  #state: State = State.Open
  /** The rest of the answer under way, where it is sent piece by piece. */
  #source: AnswerSource | undefined = undefined
  /** What ends the connection, as far as is known. */
  #reason: CloseReason = 'normal'
  /** The client sends no more, or is not asked to. */
  #ended = false
  #lastReceived: Tick
  /** When `#state` became what it is, for states that wait. */
  #waitingSince: Tick = 0
  /** When the request began that is incomplete now; 0 for none. */
  #incompleteSince: Tick = 0

  constructor(
    worker: SessionWorker<Request>,
    number: number,
    connection: Connection,
    parser: Parser<Request>,
  ) {
    this.#worker = worker
    this.number = number
    this.connection = connection
    this.#parser = parser
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
      if (this.#incompleteSince !== 0) return this.#incompleteSince
      // A transport may learn after the turn that the network does not take an answer.
      return this.connection.unsent > 0 ? this.#lastReceived : 0
    }
    if (this.#state === State.Yielded) return 0
    return this.connection.unsent > 0 ? this.#waitingSince : 0
  }

  /** Since when an open session waits for the rest of a request; 0 if it does not. */
  get incompleteSince(): Tick {
    return this.#state === State.Open ? this.#incompleteSince : 0
  }

  /** When something was received last, or the client was last kept waiting. */
  get lastReceived(): Tick {
    return this.#lastReceived
  }

  /** What it waits for, for people. */
  get waitsFor(): 'request' | 'turn' | 'client' | 'event' | 'end' {
    switch (this.#state) {
      case State.Open:
        return 'request'
      case State.Yielded:
        return 'turn'
      case State.Stalled:
        return 'client'
      case State.Awaiting:
        return 'event'
      default:
        return 'end'
    }
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
    if (this.#source?.isEndless === true) return
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
    if (this.#incompleteSince !== 0) this.#incompleteSince = this.#lastReceived
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
    this.#endSource()
    const undo = this.#parser.end()
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
    this.#endSource()
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
    if (this.#ended && this.#source?.isEndless === true) this.#endSource()
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

  /** Answer the requests in `input`, as many as a turn allows and the client reads. */
  #run(input: ByteBuffer): void {
    const { execute, limits, observers, response, timer } = this.#worker
    const isTimed = timer.isOn
    const connection = this.connection
    const output = connection.output
    const parser = this.#parser
    let left = limits.maxRequestsPerTurn
    let begun = 0
    let goesOn = parser.partial
    try {
      for (; left > 0; left--) {
        if (this.#source !== undefined) {
          if (this.#source.write(output)) {
            // Others first, and not before the client has read this piece.
            left = 0
            break
          }
          this.#endSource()
        }
        const request = parser.parse(input)
        if (request === undefined) break
        if (!goesOn) begun++
        if (isTimed) timer.begin(request)
        response.begin(request, output)
        execute.execute(request, response)
        // Not before: what is executed may refuse the rest of a request.
        goesOn = parser.partial
        if (isTimed) observers.timed(request, response, timer.end())
        if (!goesOn && observers.isDue()) {
          observers.observe(request, response, this.number)
        }
        if (response.source !== undefined) {
          this.#source = response.source
          if (response.source.isEndless === true) input.consume(input.length)
        }
        if (response.hangup) {
          this.#close()
          return
        }
        if (output.length >= limits.outputHighWaterBytes && !connection.send()) {
          this.#wait(State.Stalled)
          break
        }
      }
    } finally {
      this.#worker.executed(begun)
    }
    if (input.length === 0 && !parser.partial) this.#incompleteSince = 0
    else if (begun > 0 || this.#incompleteSince === 0) {
      this.#incompleteSince = this.#worker.clock.now
    }
    if (output.length > 0 && !connection.send()) this.#wait(State.Stalled)
    else if (left === 0) this.#wait(this.#source?.isIdle === true ? State.Awaiting : State.Yielded)
  }

  #wait(state: typeof State.Yielded | typeof State.Stalled | typeof State.Awaiting): void {
    this.#state = state
    this.#waitingSince = this.#worker.clock.now
    if (state === State.Stalled) this.#worker.stalled()
    else if (state === State.Yielded) this.#worker.yielded(this)
    else this.#worker.awaiting(this)
  }

  /** Nothing more is asked of the answer under way. */
  #endSource(): void {
    const source = this.#source
    this.#source = undefined
    source?.end?.()
  }

  #close(): void {
    this.#state = State.Closing
    this.#endSource()
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
