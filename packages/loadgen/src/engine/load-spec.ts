import type { MemcacheLoad } from '../memcache/memcache-load.ts'

/** A load, as plain data that other threads can be given. */
export interface LoadSpec {
  /** `memcache`, `ping`, or the path of a module that exports `makeCodec`. */
  readonly protocol: string
  /** Of all threads together; at least one each. */
  readonly connections: number
  /** Threads that generate load. */
  readonly threads: number
  /** Requests that a connection of a closed loop sends together. */
  readonly pipeline: number
  /** Most requests in flight on a connection of an open loop; others wait, and their latency runs. */
  readonly maxInFlight: number
  readonly transport: TransportName
  readonly memcache: MemcacheLoad
}

export type TransportName = 'auto' | 'net' | 'uring'

/** Requests that a connection has in flight at least while keys are stored before a load. */
export const FILL_DEPTH = 16
