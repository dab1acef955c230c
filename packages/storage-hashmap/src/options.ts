/**
 * What a {@link HashMapStorage} is made with, and what of that cannot work.
 *
 * @module
 */
import type { Clock } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import { HashMapError } from './errors.ts'

/** `lru` drops the item that was used longest ago to make room; `none` refuses with `NoSpace`. */
export type Eviction = 'lru' | 'none'

export interface HashMapOptions {
  /** Bytes of memory that items, values under way and spares may take together. */
  readonly memoryLimit: number
  /** Largest item in bytes, as {@link itemSize} counts; at most half the memory limit. */
  readonly itemSizeMax: number
  readonly eviction: Eviction
  readonly clock: Clock
  /** A block that {@link hashMapMetrics} is one of; without it the storage counts for itself. */
  readonly metrics?: Metrics
  /** Most items kept, whatever their size; at most what the heap of this process can hold, which is also the default. */
  readonly itemsMax?: number
}

/** Less memory than this holds a dozen items. */
const MEMORY_LIMIT_MIN = 16 * 1024

/** Throw where `options` cannot work; `itemsLimit` is the most items that are possible. */
export function checkOptions(options: HashMapOptions, itemsLimit: number): void {
  const { memoryLimit, itemSizeMax, eviction, itemsMax = itemsLimit } = options
  checkRange('memoryLimit', memoryLimit, MEMORY_LIMIT_MIN, Number.MAX_SAFE_INTEGER)
  checkRange('itemSizeMax', itemSizeMax, 1, Math.floor(memoryLimit / 2))
  checkRange('itemsMax', itemsMax, 1, itemsLimit)
  if (eviction !== 'lru' && eviction !== 'none') {
    throw invalid(`eviction is "${String(eviction)}"; it must be "lru" or "none"`)
  }
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw invalid(`${name} is ${value}; it must be a whole number from ${least} to ${most}`)
}

function invalid(message: string): HashMapError {
  return new HashMapError('PELIKAN_HASHMAP_INVALID_OPTION', message)
}
