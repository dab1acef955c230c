/**
 * What a session does in a turn: parse, execute, answer, until nothing more has arrived, the turn is used up, or
 * the client does not read.
 *
 * ```text
 *   ┌──► rest of an answer ──► parse ──► execute ──► output ──► enough? send ──┐
 *   └──────────────────────────────────────────────────────────────────────────┘
 * ```
 *
 * @module
 */
import type { ByteBuffer } from '@pelikan/buffer'
import type {
  AnswerSource,
  Clock,
  Connection,
  Execute,
  Parser,
  Response,
  Tick,
} from '@pelikan/core'
import type { SessionLimits } from './limits.ts'
import type { Observers } from './observers.ts'
import type { RequestTimer } from './request-timer.ts'
import { State } from './session-state.ts'

/** What requests are served with: the same for all sessions of a worker. */
export interface RequestWorker<Request> {
  readonly clock: Clock
  readonly limits: SessionLimits
  readonly execute: Execute<Request, Response<Request>>
  readonly response: Response<Request>
  /** Of the turn that is under way. */
  readonly timer: RequestTimer<Request>
  readonly observers: Observers<Request, Response<Request>>
  /** `count` requests were executed. */
  readonly executed: (count: number) => void
}

/** The requests of one connection, and the answer that is under way. */
export class RequestLoop<Request> {
  readonly #worker: RequestWorker<Request>
  readonly #number: number
  readonly #connection: Connection
  readonly #parser: Parser<Request>
  /** The rest of the answer under way, where it is sent piece by piece. */
  #source: AnswerSource | undefined = undefined
  /** When the request began that is incomplete now; 0 for none. */
  #incompleteSince: Tick = 0

  /** @param number as observers know the connection */
  constructor(
    worker: RequestWorker<Request>,
    number: number,
    connection: Connection,
    parser: Parser<Request>,
  ) {
    this.#worker = worker
    this.#number = number
    this.#connection = connection
    this.#parser = parser
  }

  /** When the request began that is incomplete now; 0 for none. */
  get incompleteSince(): Tick {
    return this.#incompleteSince
  }

  /** Whether the answer under way is the last one of its connection. */
  get isEndless(): boolean {
    return this.#source?.isEndless === true
  }

  /**
   * Answer the requests in `input`, as many as a turn allows and the client reads.
   *
   * @returns what the session is to do next: `Open` to wait for more, `Closing` to hang up
   * @throws ProtocolError of the parser; whatever an execution throws
   */
  run(input: ByteBuffer): State {
    const { execute, limits, observers, response, timer } = this.#worker
    const isTimed = timer.isOn
    const connection = this.#connection
    const output = connection.output
    const parser = this.#parser
    let state: State = State.Open
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
          this.endSource()
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
          observers.observe(request, response, this.#number)
        }
        if (response.source !== undefined) {
          this.#source = response.source
          if (response.source.isEndless === true) input.consume(input.length)
        }
        if (response.hangup) return State.Closing
        if (output.length >= limits.outputHighWaterBytes && !connection.send()) {
          state = State.Stalled
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
    if (output.length > 0 && !connection.send()) return State.Stalled
    if (left > 0) return state
    return this.#source?.isIdle === true ? State.Awaiting : State.Yielded
  }

  /** The client was kept waiting until now: that is not held against it. */
  excuse(): void {
    if (this.#incompleteSince !== 0) this.#incompleteSince = this.#worker.clock.now
  }

  /** Nothing more is asked of the answer under way. */
  endSource(): void {
    const source = this.#source
    this.#source = undefined
    source?.end?.()
  }

  /**
   * The connection is over.
   *
   * @returns what undoes the request that is under way; `undefined` where none is
   */
  end(): Request | undefined {
    this.endSource()
    return this.#parser.end()
  }
}
