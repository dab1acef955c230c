/**
 * The commands of the binary dialect that are about no key.
 *
 * @module
 */
import { type Execute, type KeyValueStorage } from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import {
  BinaryCommand,
  BinaryStatus,
  type MemcacheRequest,
  type MemcacheResponse,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import type { MemcacheContext } from './memcache-context.ts'
import type { memcacheMetrics } from './memcache-metrics.ts'
import type { MemcacheStats } from './memcache-stats.ts'

export class BinaryControl implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #storage: KeyValueStorage
  readonly #context: MemcacheContext
  readonly #expiry: Expiry
  readonly #metrics: BoundMetrics<typeof memcacheMetrics>
  readonly #stats: MemcacheStats

  constructor(
    storage: KeyValueStorage,
    context: MemcacheContext,
    expiry: Expiry,
    metrics: BoundMetrics<typeof memcacheMetrics>,
    stats: MemcacheStats,
  ) {
    this.#storage = storage
    this.#context = context
    this.#expiry = expiry
    this.#metrics = metrics
    this.#stats = stats
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    switch (request.command) {
      case BinaryCommand.Noop:
        response.binaryStatus(BinaryStatus.Ok)
        return
      case BinaryCommand.Version:
        this.#metrics.version.increment()
        response.version(this.#context.version)
        return
      case BinaryCommand.Verbosity:
        this.#metrics.verbosity.increment()
        response.binaryStatus(BinaryStatus.Ok)
        return
      case BinaryCommand.Flush:
        this.#flush(request, response)
        return
      case BinaryCommand.Stat:
        this.#metrics.stats.increment()
        this.#stats.answer(
          request.key.toString('latin1', request.keyStart, request.keyEnd),
          response,
        )
        return
      case BinaryCommand.Quit:
        this.#metrics.quit.increment()
        response.binaryStatus(BinaryStatus.Ok)
        response.quit()
        return
      case BinaryCommand.Reject:
        this.#metrics.request_rejected.increment()
        response.binaryStatus(request.status)
        if (request.closes) response.quit()
        return
      default:
        // Without credentials there is nothing to log in with.
        this.#metrics.request_rejected.increment()
        response.binaryStatus(BinaryStatus.UnknownCommand)
    }
  }

  #flush(request: MemcacheRequest, response: MemcacheResponse): void {
    this.#metrics.flush_all.increment()
    if (this.#context.flushEnabled === false) {
      response.binaryStatus(BinaryStatus.AuthError)
      return
    }
    this.#storage.flush(this.#expiry.delayed(request.exptime >>> 0))
    response.binaryStatus(BinaryStatus.Ok)
  }
}
