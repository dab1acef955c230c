/**
 * A data-plane worker: one transport, one storage, one response, and the sessions of its connections.
 *
 * ```text
 *   transport ──► sessions ──► execute (storage) ──► output ──► transport
 *                    ▲
 *   once a second ───┴── expire the storage, close what is idle or overdue
 * ```
 *
 * It is on the main thread, or one of several on threads of their own, which have nothing in common but
 * the storage, the metrics and the count of connections.
 *
 * @module
 */
import { ByteBuffer, BlockPool, Output } from '@pelikan/buffer'
import {
  type Clock,
  type Connection,
  type EntryStore,
  type Execute,
  type ListenAddress,
  type ListenOptions,
  type Parser,
  ProtocolError,
  type Receiver,
  type Response,
  type Transport,
} from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import { Admission, REFUSED } from './admission.ts'
import type { ConnectionCount } from './connection-count.ts'
import { INPUT_INITIAL_BYTES, INPUT_LIMIT_BYTES, type SessionLimits } from './limits.ts'
import { serverMetrics } from './metrics.ts'
import type { ProcessWorker } from './process.ts'
import { Observers } from './observers.ts'
import { OpenSessions } from './open-sessions.ts'
import type { ObserverPart, PartContext, ProcessParts } from './process-parts.ts'
import { RequestTimer, type TimedCommands } from './request-timer.ts'
import { Session, type SessionWorker } from './session.ts'
import { turns } from './turns.ts'
import { closeOverdue, shed } from './upkeep.ts'
import { WaitingSessions } from './waiting-sessions.ts'

const SWEEP_MS = 1000
/** Answers that nobody hears are written into blocks of this size. */
const UNHEARD_BYTES = 16_384

/** What a worker has of its process, beside the parts. */
export interface WorkerContext extends PartContext {
  /** This worker's share of what a process may take. */
  readonly limits: SessionLimits
  /** Of the process. */
  readonly connections: ConnectionCount
  /** Whether it is this worker that lets the storage expire; one of a process does. */
  readonly expires: boolean
  /** How many workers the process has. */
  readonly workers: number
  /** Turns of which one is timed; 0 for none. */
  readonly latencySample: number
  /** What the observers of all workers share, by part. */
  readonly observed: readonly unknown[]
}

/** What a worker tells the process. */
export interface WorkerListener {
  readonly connected: (connection: Connection) => void
  /** An exception that no client caused ended a session. */
  readonly failed: (error: unknown) => void
}

export class Worker<Storage, Parser_, Request, Response_>
  implements ProcessWorker, SessionWorker<Request>
{
  readonly clock: Clock
  readonly limits: SessionLimits
  readonly execute: Execute<Request, Response<Request>>
  readonly response: Response<Request>
  readonly window: ByteBuffer = new ByteBuffer({
    initial: INPUT_INITIAL_BYTES,
    limit: INPUT_LIMIT_BYTES,
  })
  readonly timer: RequestTimer<Request>
  readonly observers: Observers<Request, Response<Request>>
  readonly #storage: EntryStore
  readonly #transport: Transport
  readonly #makeParser: () => Parser<Request>
  readonly #reload: ((news: unknown) => void) | undefined
  readonly #listener: WorkerListener
  readonly #admission: Admission
  readonly #workers: number
  /** Which of them this is, from 0. */
  readonly #index: number
  readonly #expires: boolean
  readonly #metrics: BoundMetrics<typeof serverMetrics>
  readonly #sessions = new OpenSessions<Session<Request>>()
  readonly #unheard: Output
  readonly #waiting: WaitingSessions

  constructor(
    parts: ProcessParts<Storage, Parser_, Request, Response_>,
    storage: Storage & EntryStore,
    context: WorkerContext,
    listener: WorkerListener,
  ) {
    const { clock, limits, metrics } = context
    const made: PartContext = { clock, metrics }
    this.clock = clock
    this.limits = limits
    const response = parts.response(made)
    this.response = response
    // The parts have been checked against each other: this response is the one that execute writes to.
    const observed = new Map(
      (parts.observers ?? []).map(({ name }, i) => [name, context.observed[i]]),
    )
    this.execute = parts.execute(storage, {
      ...made,
      observed: (name) => observed.get(name),
      connections: () => this.#sessions,
    }) as Execute<Request, Response<Request>>
    this.#storage = storage
    this.#transport = parts.transport({ clock, metrics, budget: limits.budget })
    this.#makeParser = () => parts.parser(made)
    this.#reload = parts.reload
    this.#listener = listener
    this.#workers = context.workers
    // The row of the main thread, where there are several, is nobody's.
    this.#index = Math.max(metrics.row - 1, 0)
    this.#expires = context.expires
    this.#metrics = metrics.bind(serverMetrics)
    this.#admission = new Admission(
      context.connections,
      limits.maxConnections,
      parts.refusal,
      this.#metrics.rejected,
    )
    const timed = parts.timed as TimedCommands<Request> | undefined
    this.timer = new RequestTimer(timed, metrics, context.latencySample)
    const observers = (parts.observers ?? []) as readonly ObserverPart<Request, Response<Request>>[]
    this.observers = new Observers(
      observers.map((part, i) => part.attach(context.observed[i], made)),
    )
    this.#unheard = new Output(new BlockPool(limits.budget, UNHEARD_BYTES, 1))
    this.#waiting = new WaitingSessions(this.#transport, () => this.startTurn())
    this.#transport.every(SWEEP_MS, () => this.#sweep())
  }

  /** Sessions that are open. */
  get sessionCount(): number {
    return this.#sessions.size
  }

  async listen(
    addresses: readonly ListenAddress[],
    options?: ListenOptions,
  ): Promise<ListenAddress[]> {
    const bound: ListenAddress[] = []
    for (const address of addresses) bound.push(await this.listenAt(address, options))
    return bound
  }

  /** Listen at one address more. */
  listenAt(address: ListenAddress, options?: ListenOptions): Promise<ListenAddress> {
    return this.#transport.listen(address, (connection) => this.#accept(connection), options)
  }

  /**
   * Stop accepting, answer what has arrived, flush and close.
   *
   * @param graceMs how long clients may take to read their last answers
   */
  async drain(graceMs: number): Promise<void> {
    await this.#admission.waiting(this.#transport)
    const stopped = this.#transport.stopListening()
    await turns(this.#transport, 2)
    for (const session of this.#sessions) session.finish('shutdown')
    await this.#sessions.empty(graceMs)
    await this.close()
    await stopped
  }

  reload(news: unknown): void {
    this.#reload?.(news)
  }

  /** Close everything at once. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy('shutdown')
    await this.#transport.close()
  }

  startTurn(): void {
    this.clock.refresh()
    this.timer.startTurn()
    this.observers.startTurn()
    this.#metrics.turns.increment()
    if (this.limits.budget.exhausted) shed(this.#sessions, this.limits, this.#metrics)
  }

  executed(count: number): void {
    this.#metrics.requests.add(count)
  }

  executeUnheard(request: Request): void {
    this.response.begin(request, this.#unheard)
    this.execute.execute(request, this.response)
    this.#unheard.clear()
  }

  yielded(session: Session<Request>): void {
    this.#metrics.yields.increment()
    this.#waiting.yielded(session)
  }

  stalled(): void {
    this.#metrics.stalls.increment()
  }

  awaiting(session: Session<Request>): void {
    this.#waiting.awaiting(session)
  }

  closed(session: Session<Request>): void {
    if (!this.#sessions.delete(session)) return
    this.observers.closed(session.number, session.connection, session.reason)
    this.#admission.leave()
    this.#metrics.sessions.add(-1)
  }

  failed(error: unknown): void {
    if (error instanceof ProtocolError) this.#metrics.protocolErrors.increment()
    else this.#listener.failed(error)
  }

  #accept(connection: Connection): Receiver {
    this.clock.refresh()
    if (!this.#admission.admits(connection)) return REFUSED
    const session = new Session(this, this.#number(connection), connection, this.#makeParser())
    this.#sessions.add(session)
    this.#metrics.opened.increment()
    this.#metrics.sessions.add(1)
    this.#listener.connected(connection)
    this.observers.opened(session.number, connection)
    return session
  }

  /** Transports number their connections each for itself. */
  #number({ id }: Connection): number {
    return id * this.#workers + this.#index
  }

  #sweep(): void {
    this.clock.refresh()
    const { now } = this.clock
    if (this.#expires) this.#storage.expire(now)
    else this.#storage.settle?.()
    closeOverdue(this.#sessions, this.limits, now, this.#metrics)
  }
}
