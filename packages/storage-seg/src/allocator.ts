/**
 * Finds room for an item: in the tail of its list, in a segment opened for it, or in the tail of a
 * bucket with longer TTLs.
 *
 * ```text
 *   1  the tail of its list has room               take it
 *   2  more than half of the segments are tails    take the tail of the next longer bucket with room
 *   3  a segment is free                           open it
 *   4  segments have expired or were flushed       free them, open one
 *   5  the policy frees one                        open it
 *   6  nothing can be evicted                      as 2, else there is no room
 * ```
 *
 * An item in a longer bucket's segment still has its own deadline, so nothing is seen too long; only
 * its bytes stay until the segment goes. Rule 2 keeps a thousand TTLs on a small heap from
 * turning into a thousand segments with an item each.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { EvictionPolicy } from './eviction/eviction.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from './segment-headers.ts'
import type { Segments } from './segments.ts'
import { TTL_BUCKETS } from './ttl-buckets.ts'

const NANOSECONDS = 1e6
/** Items that are dropped before what has expired is free, so that a turn stays short. */
const RECLAIM_ITEMS = 1

export class Allocator {
  readonly #segments: Segments
  readonly #policy: EvictionPolicy
  /** Where the last item that was placed is. */
  segment: SegmentId = NO_SEGMENT
  offset = 0

  constructor(segments: Segments, policy: EvictionPolicy) {
    this.#segments = segments
    this.#policy = policy
  }

  /** Make room for an item of `size` bytes in `list`, counted as live; false where there is none. */
  place(list: number, size: number, now: Tick): boolean {
    const { lists } = this.#segments
    const tail = lists.tail(list)
    if (tail !== NO_SEGMENT && this.#segments.hasRoom(tail, size)) return this.#take(tail, size)
    if (lists.active * 2 > this.#segments.count) {
      const longer = this.#longerTail(list, size)
      if (longer !== NO_SEGMENT) return this.#take(longer, size)
    }
    const opened = this.openSegment(SegmentState.Live, now)
    if (opened !== NO_SEGMENT) {
      lists.append(list, opened)
      return this.#take(opened, size)
    }
    const longer = this.#longerTail(list, size)
    return longer !== NO_SEGMENT && this.#take(longer, size)
  }

  /** A free segment, freed for the purpose where there is none; {@link NO_SEGMENT} where that fails. */
  openSegment(state: SegmentState, now: Tick): SegmentId {
    const segments = this.#segments
    segments.metrics.segmentRequest.increment()
    if (segments.freeCount === 0 && segments.reclaim(now, RECLAIM_ITEMS) === 0 && !this.#evict()) {
      segments.metrics.segmentRequestFailure.increment()
      return NO_SEGMENT
    }
    segments.metrics.segmentRequestSuccess.increment()
    return segments.open(state)
  }

  #evict(): boolean {
    const start = performance.now()
    const freed = this.#policy.evict()
    this.#segments.metrics.evictTime.add(Math.round((performance.now() - start) * NANOSECONDS))
    return freed
  }

  #take(segment: SegmentId, size: number): boolean {
    this.offset = this.#segments.append(segment, size)
    this.segment = segment
    this.#segments.metrics.itemAllocate.increment()
    return true
  }

  #longerTail(list: number, size: number): SegmentId {
    const { lists } = this.#segments
    const end = list < TTL_BUCKETS ? TTL_BUCKETS : 2 * TTL_BUCKETS
    for (let longer = list + 1; longer < end; longer++) {
      const tail = lists.tail(longer)
      if (tail !== NO_SEGMENT && this.#segments.hasRoom(tail, size)) return tail
    }
    return NO_SEGMENT
  }
}
