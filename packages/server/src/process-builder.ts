import { type EntryStore, SystemClock } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { ConnectionCount } from './connection-count.ts'
import { ServerError } from './errors.ts'
import { DEFAULT_LIMITS, SessionLimits } from './limits.ts'
import { metricGroups } from './metric-groups.ts'
import { serverMetrics } from './metrics.ts'
import { Process, type ProcessOptions, type ProcessViews } from './process.ts'
import type { Inspectable, PartsOrigin, ProcessParts, SharedStorage } from './process-parts.ts'
import { LATENCY_SAMPLE } from './request-timer.ts'
import { Worker } from './worker.ts'
import { WorkerThreads } from './worker-threads.ts'

/**
 * Wires a storage, a protocol and a transport into a server.
 *
 * The four type parameters are inferred from the parts; writing them out documents a server and lets
 * the compiler hold it to that.
 *
 * @example
 * ```ts
 * const process = new ProcessBuilder<Noop, PingParser, PingRequest, PingResponse>(parts, {
 *   listen: [{ host: '127.0.0.1', port: 12321 }],
 * }).spawn()
 * await process.listening
 * ```
 */
export class ProcessBuilder<Storage, Parser, Request, Response> {
  readonly #parts: ProcessParts<Storage, Parser, Request, Response>
  readonly #options: ProcessOptions

  constructor(parts: ProcessParts<Storage, Parser, Request, Response>, options: ProcessOptions) {
    this.#parts = parts
    this.#options = options
  }

  /**
   * Start the server; `listening` of what is returned says when, or why not.
   *
   * @throws ServerError `PELIKAN_NO_THREADS` where there are to be worker threads and the parts are not
   * made for them
   */
  spawn(): Process {
    const { threads } = this.#options
    return threads === undefined ? this.#spawnHere() : this.#spawnThreads(threads)
  }

  get #latencySample(): number {
    return this.#options.latencySample ?? LATENCY_SAMPLE
  }

  /** One worker, on this thread. */
  #spawnHere(): Process {
    const parts = this.#parts
    const clock = this.#options.clock ?? new SystemClock()
    const metrics = new Metrics(metricGroups(parts))
    const context = {
      clock,
      metrics,
      limits: new SessionLimits({ ...DEFAULT_LIMITS, ...this.#options.limits }),
      connections: new ConnectionCount(),
      expires: true,
      workers: 1,
      latencySample: this.#latencySample,
      observed: this.#observed(1),
    }
    const { storage } = parts
    const make = typeof storage === 'function' ? storage : storage.create
    const made = make({ clock, metrics })
    const worker = new Worker(parts, made, context, {
      connected: (connection) => process.events.emit('connection', connection.id),
      failed: (error) => process.events.emit('error', error),
    })
    const process = new Process(
      parts.name,
      metrics,
      worker,
      this.#options,
      this.#views(made, context.observed),
    )
    return process
  }

  /** Workers on threads; the storage is made here, so that what is wrong with it is thrown here. */
  #spawnThreads(count: number): Process {
    const { name } = this.#parts
    const { origin, storage: shared } = this.#shareable(count)
    const clock = new SystemClock()
    // Row 0 is this thread's, for what the storage counts when it is made.
    const rows = count + 1
    const metrics = new Metrics(metricGroups(this.#parts), rows)
    const made = shared.create({ clock, metrics })
    const storage = shared.share(made)
    const connections = new ConnectionCount()
    const limits = { ...DEFAULT_LIMITS, ...this.#options.limits }
    const common = {
      origin,
      storage,
      metrics: metrics.memory,
      rows,
      connections: connections.memory,
      clockOrigin: clock.origin,
      latencySample: this.#latencySample,
      observed: this.#observed(count),
      limits: { ...limits, sessionMemoryBytes: Math.floor(limits.sessionMemoryBytes / count) },
    }
    const workers = new WorkerThreads({
      name,
      data: Array.from({ length: count }, (_, i) => ({ ...common, row: i + 1, expires: i === 0 })),
      tellsConnections: () => process.events.listenerCount('connection') > 0,
      sessionCount: () => metrics.read(serverMetrics.sessions),
      connected: (id) => process.events.emit('connection', id),
      failed: (error) => process.events.emit('error', error),
      died: (error) => process.died(error),
    })
    const process = new Process(
      name,
      metrics,
      workers,
      this.#options,
      this.#views(made, common.observed),
    )
    return process
  }

  /** What the observers of `workers` share, by part. */
  #observed(workers: number): readonly unknown[] {
    return (this.#parts.observers ?? []).map((part) => part.share(workers))
  }

  /** What can be seen of a process with this storage, whose observers share `observed`. */
  #views(storage: EntryStore & Inspectable, observed: readonly unknown[]): ProcessViews {
    return {
      inspect: () => storage.inspect?.(),
      segmentMap: () => storage.segmentMap?.(),
      clear: () => storage.clear(),
      observed: new Map((this.#parts.observers ?? []).map(({ name }, i) => [name, observed[i]])),
    }
  }

  #shareable(count: number): { origin: PartsOrigin; storage: SharedStorage<Storage> } {
    const { name, origin, storage } = this.#parts
    const refuse = (reason: string): never => {
      throw new ServerError('PELIKAN_NO_THREADS', `${name} cannot have worker threads: ${reason}`)
    }
    if (!Number.isInteger(count) || count < 1) return refuse(`${count} is no number of threads`)
    if (typeof storage === 'function') return refuse('its storage cannot be shared between them')
    if (origin === undefined) return refuse('its parts do not say which module makes them')
    if (this.#options.clock !== undefined) return refuse('they cannot have the clock it was given')
    return { origin, storage }
  }
}
