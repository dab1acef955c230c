/**
 * A running server: starts its workers, says where it listens, and stops without losing an answer.
 *
 * @module
 */
import type { Clock, ListenAddress, SegmentMap } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import { EventEmitter } from 'eventemitter3'
import { ServerError } from './errors.ts'
import type { Limits } from './limits.ts'
import type { ProcessEvents } from './process-events.ts'

export interface ProcessOptions {
  /** Where to listen; at least one address. */
  readonly listen: readonly ListenAddress[]
  /** What differs from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
  /** How long clients may take to read their last answers when the process stops; 5 s without it. */
  readonly drainTimeoutMs?: number
  /** The time; the machine's without it. Threads have the machine's. */
  readonly clock?: Clock
  /**
   * Worker threads, over one storage: the parts must say where they come from and how the storage is
   * shared. Without it, one worker is on the thread that calls.
   */
  readonly threads?: number
  /** Turns of a worker of which one is timed, for the latencies of commands; 100 without it, 0 for none. */
  readonly latencySample?: number
}

const DRAIN_TIMEOUT_MS = 5000

/** What a process needs of what serves its connections, a worker or several. */
export interface ProcessWorker {
  /** Sessions that are open. */
  readonly sessionCount: number
  /** Listen at all of `addresses`; returns them with the ports that the system chose. */
  readonly listen: (addresses: readonly ListenAddress[]) => Promise<readonly ListenAddress[]>
  /** Stop accepting, answer what has arrived, flush and close, within about `graceMs`. */
  readonly drain: (graceMs: number) => Promise<void>
  /** Hand `news` to the parts of every worker. */
  readonly reload: (news: unknown) => void
  /** Close everything at once. */
  readonly close: () => Promise<void>
}

/** What can be seen of a process beside its metrics. */
export interface ProcessViews {
  /** What the storage looks like inside. */
  readonly inspect?: () => unknown
  /** What it shows of its segments. */
  readonly segmentMap?: () => SegmentMap | undefined
  /** Drop everything in the storage. */
  readonly clear?: () => void
  /** What the observers of all workers share, by the name of their part. */
  readonly observed?: ReadonlyMap<string, unknown>
}

export class Process {
  /** Name of the server, for logs. */
  readonly name: string
  readonly events: EventEmitter<ProcessEvents> = new EventEmitter()
  /** All counters of the process. */
  readonly metrics: Metrics
  readonly #worker: ProcessWorker
  readonly #views: ProcessViews
  readonly #drainTimeoutMs: number
  readonly #listening: Promise<this>
  #addresses: readonly ListenAddress[] = []
  #stopped: Promise<void> | undefined = undefined

  constructor(
    name: string,
    metrics: Metrics,
    worker: ProcessWorker,
    options: ProcessOptions,
    views: ProcessViews = {},
  ) {
    this.name = name
    this.metrics = metrics
    this.#worker = worker
    this.#views = views
    this.#drainTimeoutMs = options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS
    this.#listening = this.#listen(options.listen)
  }

  /**
   * When clients can connect.
   *
   * @throws ListenError, or whatever the transport has for an address that it cannot listen at; ServerError
   *   `PELIKAN_NOT_LISTENING` where it was given none
   */
  get listening(): Promise<this> {
    return this.#listening
  }

  /**
   * Where clients connect, the first of {@link addresses}.
   *
   * @throws ServerError `PELIKAN_NOT_LISTENING` before {@link listening}
   */
  get address(): ListenAddress {
    const address = this.#addresses[0]
    if (address === undefined) {
      throw new ServerError('PELIKAN_NOT_LISTENING', `${this.name} does not listen yet`)
    }
    return address
  }

  /** Everywhere that clients connect, with the ports that the system chose. */
  get addresses(): readonly ListenAddress[] {
    return this.#addresses
  }

  /** Whether clients are served: it listens and does not drain. */
  get isReady(): boolean {
    return this.#addresses.length > 0 && this.#stopped === undefined
  }

  /** What the storage looks like inside, as plain data; `undefined` where it cannot say. Workers may have to wait. */
  inspect(): unknown {
    return this.#views.inspect?.()
  }

  /** What the storage shows of its segments; `undefined` where it has none. Nobody has to wait for it. */
  segmentMap(): SegmentMap | undefined {
    return this.#views.segmentMap?.()
  }

  /** Drop everything in the storage, for all workers, before this returns. */
  clear(): void {
    this.#views.clear?.()
  }

  /** What the observers that are called `name` share, as their part made it; `undefined` where there are none. */
  observed(name: string): unknown {
    return this.#views.observed?.get(name)
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#worker.sessionCount
  }

  /** Tell the parts of every worker of settings that have changed; `news` is plain data, which they know. */
  reload(news: unknown): void {
    this.#worker.reload(news)
  }

  /**
   * Stop: accept no more, answer what has arrived, flush, close. Calling it again waits for the same.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  /**
   * A worker has ended by itself, and with it the process: `died` is emitted, and thrown where nobody
   * listens.
   *
   * @internal
   */
  died(error: Error): void {
    if (!this.events.emit('died', error)) throw error
  }

  async #listen(addresses: readonly ListenAddress[]): Promise<this> {
    // Events are for listeners that the caller is about to add.
    await Promise.resolve()
    this.events.emit('starting')
    try {
      if (addresses.length === 0) {
        throw new ServerError('PELIKAN_NOT_LISTENING', `${this.name} has no address to listen at`)
      }
      this.#addresses = await this.#worker.listen(addresses)
    } catch (error) {
      await this.#worker.close()
      this.events.emit('error', error)
      throw error
    }
    this.events.emit('listening', this.#addresses)
    return this
  }

  async #stop(): Promise<void> {
    // A start that failed has closed everything.
    const started = await this.#listening.then(
      () => true,
      () => false,
    )
    if (started) {
      this.events.emit('draining')
      await this.#worker.drain(this.#drainTimeoutMs)
    }
    this.events.emit('closed')
  }
}
