import { SystemClock } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { DEFAULT_LIMITS, SessionLimits } from './limits.ts'
import { serverMetrics } from './metrics.ts'
import { Process, type ProcessOptions } from './process.ts'
import type { ProcessParts } from './process-parts.ts'
import { Worker } from './worker.ts'

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

  /** Start the server; `listening` of what is returned says when, or why not. */
  spawn(): Process {
    const { name, metrics: groups } = this.#parts
    const metrics = new Metrics([serverMetrics, ...groups])
    const clock = this.#options.clock ?? new SystemClock()
    const limits = new SessionLimits({ ...DEFAULT_LIMITS, ...this.#options.limits })
    const worker = new Worker(this.#parts, limits, clock, metrics, {
      connected: (connection) => process.events.emit('connection', connection.id),
      failed: (error) => process.events.emit('error', error),
    })
    const process = new Process(name, metrics, worker, this.#options)
    return process
  }
}
