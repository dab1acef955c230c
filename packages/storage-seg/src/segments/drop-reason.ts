/**
 * Why items are dropped, and the counter of each reason.
 *
 * @module
 */
import type { BoundMetrics } from '@pelikan/metrics'
import type { segMetrics } from '../metrics.ts'

/** Why an item is dropped. */
export const Reason = { Replace: 0, Delete: 1, Expire: 2, Evict: 3, Flush: 4 } as const
export type Reason = (typeof Reason)[keyof typeof Reason]

/** Count an item that was dropped. */
export function countDrop(
  metrics: BoundMetrics<typeof segMetrics>,
  reason: Reason,
  wasFetched: boolean,
): void {
  switch (reason) {
    case Reason.Replace:
      return metrics.itemReplace.increment()
    case Reason.Delete:
      return metrics.itemDelete.increment()
    case Reason.Expire:
      if (!wasFetched) metrics.itemExpireUnfetched.increment()
      return metrics.itemExpire.increment()
    case Reason.Evict:
      if (!wasFetched) metrics.itemEvictUnfetched.increment()
      return metrics.itemEvict.increment()
    case Reason.Flush:
      return metrics.itemFlush.increment()
  }
}
