import type { Metrics } from '@pelikan/metrics'
import { segMetrics } from '../metrics.ts'
import { libraryMetrics } from './metrics.ts'

/** What a cache holds and what became of it, over all threads since it was made. */
export interface SegStats {
  /** Items kept; what has expired counts until it is met or swept. */
  readonly items: number
  /** Bytes of these items: keys, values and 9 to 20 bytes each for what is known of them. */
  readonly bytes: number
  /** Bytes of items that are gone and whose segment is not free yet. */
  readonly deadBytes: number
  /** Bytes of memory taken, which do not change. */
  readonly heapBytes: number
  readonly segments: number
  readonly freeSegments: number
  /** Reads that found a value, and that did not. */
  readonly hits: number
  readonly misses: number
  /** Calls of `set`, and those that stored nothing. */
  readonly sets: number
  readonly refusals: number
  /** Items dropped because they were deleted. */
  readonly deletions: number
  /** Items dropped because their time was over. */
  readonly expirations: number
  /** Items dropped, alive, to make room. */
  readonly evictions: number
  /** Runs of loaders, and those that threw. */
  readonly loads: number
  readonly failedLoads: number
}

export function readStats(metrics: Metrics, heapBytes: number): SegStats {
  return {
    items: metrics.read(segMetrics.itemCurrent),
    bytes: metrics.read(segMetrics.itemCurrentBytes),
    deadBytes: metrics.read(segMetrics.itemDeadBytes),
    heapBytes,
    segments: metrics.read(segMetrics.segmentCurrent),
    freeSegments: metrics.read(segMetrics.segmentFree),
    hits: metrics.read(libraryMetrics.hit),
    misses: metrics.read(libraryMetrics.miss),
    sets: metrics.read(libraryMetrics.set),
    refusals: metrics.read(libraryMetrics.setRefused),
    deletions: metrics.read(segMetrics.itemDelete),
    expirations: metrics.read(segMetrics.itemExpire),
    evictions: metrics.read(segMetrics.itemEvict),
    loads: metrics.read(libraryMetrics.load),
    failedLoads: metrics.read(libraryMetrics.loadFailed),
  }
}
