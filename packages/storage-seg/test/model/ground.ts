/**
 * What histories are played on: storages over one memory, a clock that stands still unless a history lets it go on,
 * and what all of them count.
 *
 * @module
 */
import { Metrics } from '@pelikan/metrics'
import { FakeClock } from '@pelikan/testkit'
import { SegStorage, segMetrics, type Eviction, type SegOptions } from '@pelikan/storage-seg'
import { WeakHash } from '../weak-hash.ts'
import type { Settings } from './history.ts'

export interface Ground {
  readonly clock: FakeClock
  readonly metrics: Metrics
  /** One for each of `threads`. */
  readonly segs: readonly SegStorage[]
}

export function makeGround(
  eviction: Eviction,
  settings: Settings,
  make = (options: SegOptions) => new SegStorage(options),
): Ground {
  const { weak, itemSegments: _, threads, ...rest } = settings
  const clock = new FakeClock()
  const metrics = new Metrics([segMetrics], threads)
  const seg = make({
    ...rest,
    ...(weak && threads === 1 ? { hash: new WeakHash() } : {}),
    heapBytes: 1,
    itemSizeMax: largestItem(settings) - 13,
    eviction,
    clock,
    metrics,
  })
  const others = Array.from({ length: threads - 1 }, (__, i) =>
    SegStorage.attach(seg.share(), { clock, metrics, row: i + 1, seed: settings.seed + i + 1 }),
  )
  clock.advance(100)
  return { clock, metrics, segs: [seg, ...others] }
}

/** Its bytes. Of what the storage allows: some segments are for other values that arrive, and one for the rest. */
export function largestItem({ itemSegments, segmentBytes, segments }: Settings): number {
  const most = Math.max(1, segments - Math.ceil(segments / 8) - 1)
  return Math.min(itemSegments, most) * segmentBytes
}
