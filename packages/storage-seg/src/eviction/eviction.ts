/**
 * What frees a segment when none is free. A policy is asked for one, drops items as it sees fit, and
 * says whether it has freed a segment. It does so in small parts, between which everything else goes on, so a
 * segment is claimed before it is worked on. One thread at a time does a part: the one with the
 * eviction lock.
 *
 * @module
 */
import { TICKS_PER_SECOND } from '@pelikan/core'
import type { SegmentId } from '../segments/segment-headers.ts'
import type { Walk } from '../segments/relocation.ts'
import type { Segments } from '../segments/segments.ts'

export interface EvictionPolicy {
  /** Free at least one segment; false where that is impossible now. Every loop in it has a bound. */
  readonly evict: () => Walk<boolean>
  /** The list that an item of TTL bucket `bucket`, whose key has this hash, goes into. */
  readonly listFor: (bucket: number, low: number, high: number) => number
  /** What is worth doing after an item of `segment`, which may be free by now, was deleted or replaced. */
  readonly tidy: (segment: SegmentId) => Walk<boolean> | undefined
}

/** How much a policy insists, from what should go first to whatever can. */
export const Pass = {
  /** No segment that is about to expire by itself, and no tail in use. */
  Mature: 0,
  /** No tail in use. */
  Sealed: 1,
  Any: 2,
} as const

export type Pass = (typeof Pass)[keyof typeof Pass]

export const PASSES: readonly Pass[] = [Pass.Mature, Pass.Sealed, Pass.Any]

/** Less than this from its end a segment is left to expire by itself. */
const MATURE_TICKS = 20 * TICKS_PER_SECOND

/** Whether `segment`, or the run that it is the head of, may be evicted or merged, if it can be claimed. */
export function isEvictable(segments: Segments, segment: SegmentId, pass: Pass): boolean {
  const { headers, lists } = segments
  if (!headers.holdsItems(segment) || headers.isBusy(segment)) return false
  if (pass === Pass.Any) return true
  // A tail that nothing was opened behind while the whole heap was used once is a tail no more.
  const isOld = segments.sequence - headers.sequence(segment) >= segments.count
  if (!isOld && lists.isTail(segment)) return false
  if (pass === Pass.Sealed) return true
  return headers.lastDeadline(segment) >= segments.clock.now + MATURE_TICKS
}
