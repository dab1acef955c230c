/**
 * `stats slabs` and `stats items`. All items are of one class, which is called 1. Where a storage keeps
 * them in segments, a segment is what memcached calls a page, with one chunk in it: what chunks are used
 * says how much of the memory is taken, and `mem_requested` of the items how much of that is alive.
 * As in memcached 1.6, no name is in both: memcached_exporter makes one metric of it, of two types, and fails.
 *
 * @module
 */
import { TICKS_PER_SECOND, type Tick } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import type { MemcacheResponse } from '@pelikan/protocol-memcache'
import type { Stat } from './stat.ts'

/** A storage that keeps items in segments. */
export interface SegmentedStorage {
  readonly segmentBytes: number
  /** Ticks since the oldest segment that holds items was opened; 0 where none does. */
  readonly age: Tick
}

/** memcached's statistics of a class of items, and the general ones that are the same of one class. */
const ITEMS: readonly (readonly [name: string, general: string])[] = [
  ['number', 'curr_items'],
  ['mem_requested', 'bytes'],
  ['evicted', 'evictions'],
  ['outofmemory', 'store_no_memory'],
  ['reclaimed', 'reclaimed'],
  ['expired_unfetched', 'expired_unfetched'],
  ['evicted_unfetched', 'evicted_unfetched'],
]

/** The same of `stats slabs`, whose names differ less. */
const SLABS: readonly string[] = [
  ...['get_hits', 'cmd_set', 'delete_hits', 'incr_hits', 'decr_hits'],
  ...['cas_hits', 'cas_badval', 'touch_hits'],
]

export class SlabStats {
  readonly #general: ReadonlyMap<string, Stat>
  readonly #storage: SegmentedStorage | undefined
  /** Segments, all and free. */
  readonly #segments: () => readonly [total: number, free: number]

  /** @param general the lines of `stats` */
  constructor(general: readonly Stat[], metrics: Metrics, storage: SegmentedStorage | undefined) {
    this.#general = new Map(general.map((stat) => [stat.name, stat]))
    this.#storage = storage
    const read = (name: string): number => {
      const metric = metrics.definitions.find((each) => each.name === name)
      return metric === undefined ? 0 : metrics.read(metric)
    }
    this.#segments = () => [read('segment_current'), read('segment_free')]
  }

  items(response: MemcacheResponse): void {
    for (const [name, general] of ITEMS) this.#stat(response, `items:1:${name}`, general)
    if (this.#storage === undefined) return
    response.stat('items:1:age', Math.floor(this.#storage.age / TICKS_PER_SECOND))
  }

  slabs(response: MemcacheResponse): void {
    const storage = this.#storage
    if (storage === undefined) {
      response.stat('active_slabs', 0)
      response.stat('total_malloced', 0)
      return
    }
    const [total, free] = this.#segments()
    response.stat('1:chunk_size', storage.segmentBytes)
    response.stat('1:chunks_per_page', 1)
    response.stat('1:total_pages', total)
    response.stat('1:total_chunks', total)
    response.stat('1:used_chunks', total - free)
    response.stat('1:free_chunks', free)
    response.stat('1:free_chunks_end', 0)
    for (const name of SLABS) this.#stat(response, `1:${name}`, name)
    response.stat('active_slabs', 1)
    response.stat('total_malloced', total * storage.segmentBytes)
  }

  #stat(response: MemcacheResponse, name: string, general: string): void {
    const stat = this.#general.get(general)
    if (stat !== undefined) response.stat(name, stat.read())
  }
}
