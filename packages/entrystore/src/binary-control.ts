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
import type { MemcacheLogin } from './memcache-login.ts'
import type { MemcacheContext } from './memcache-context.ts'
import type { memcacheMetrics } from './memcache-metrics.ts'
import type { MemcacheStats } from './memcache-stats.ts'

/** What the commands work with. */
export interface BinaryControlParts {
  readonly storage: KeyValueStorage
  readonly context: MemcacheContext
  readonly expiry: Expiry
  readonly metrics: BoundMetrics<typeof memcacheMetrics>
  readonly stats: MemcacheStats
  readonly login: MemcacheLogin
}

export class BinaryControl implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #parts: BinaryControlParts

  constructor(parts: BinaryControlParts) {
    this.#parts = parts
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    switch (request.command) {
      case BinaryCommand.Noop:
        response.binaryStatus(BinaryStatus.Ok)
        return
      case BinaryCommand.Version:
        this.#parts.metrics.version.increment()
        response.version(this.#parts.context.version)
        return
      case BinaryCommand.Verbosity:
        this.#parts.metrics.verbosity.increment()
        response.binaryStatus(BinaryStatus.Ok)
        return
      case BinaryCommand.Flush:
        this.#flush(request, response)
        return
      case BinaryCommand.Stat:
        this.#parts.metrics.stats.increment()
        this.#parts.stats.answer(
          request.key.toString('latin1', request.keyStart, request.keyEnd),
          response,
        )
        return
      case BinaryCommand.Quit:
        this.#parts.metrics.quit.increment()
        response.binaryStatus(BinaryStatus.Ok)
        response.quit()
        return
      case BinaryCommand.Reject:
        this.#parts.metrics.request_rejected.increment()
        response.binaryStatus(request.status)
        if (request.closes) response.quit()
        return
      default:
        this.#parts.login.sasl(request, response)
    }
  }

  #flush(request: MemcacheRequest, response: MemcacheResponse): void {
    this.#parts.metrics.flush_all.increment()
    if (this.#parts.context.flushEnabled === false) {
      response.binaryStatus(BinaryStatus.AuthError)
      return
    }
    this.#parts.storage.flush(this.#parts.expiry.delayed(request.exptime >>> 0))
    response.binaryStatus(BinaryStatus.Ok)
  }
}
