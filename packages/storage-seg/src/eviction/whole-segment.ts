/**
 * The policies that drop one segment with all that is in it.
 *
 * ```text
 *   random        any                       fifo   the one opened or merged longest ago
 *   random-fifo   the oldest of its list    cte    the one closest to its expiry
 *                                           util   the one with the fewest live bytes
 * ```
 *
 * A run of segments, which is in no list, goes as one.
 *
 * The ranked ones look at every header for each segment that is needed: 64 bytes against the items of a
 * segment that are dropped for it.
 *
 * @module
 */
import type { Random } from '../random.ts'
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { isEvictable, PASSES, type EvictionPolicy, type Pass } from './eviction.ts'

export type WholeSegmentPolicy = 'random' | 'random-fifo' | 'fifo' | 'cte' | 'util'

export class WholeSegmentEviction implements EvictionPolicy {
  readonly #policy: WholeSegmentPolicy
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #random: Random

  constructor(
    policy: WholeSegmentPolicy,
    segments: Segments,
    relocation: Relocation,
    random: Random,
  ) {
    this.#policy = policy
    this.#segments = segments
    this.#relocation = relocation
    this.#random = random
  }

  *evict(): Walk<boolean> {
    const segments = this.#segments
    segments.metrics.segmentEvict.increment()
    for (const pass of PASSES) {
      const victim = this.#choose(pass)
      if (victim === NO_SEGMENT || !segments.holds.claim(victim)) continue
      yield* this.#relocation.clear(victim, Reason.Evict, segments.clock.now)
      if (segments.holds.unclaim(victim)) return true
    }
    segments.metrics.segmentEvictEx.increment()
    return false
  }

  tidy(): undefined {}

  listFor(bucket: number): number {
    return bucket
  }

  #choose(pass: Pass): SegmentId {
    switch (this.#policy) {
      case 'random':
        return this.#atRandom(pass)
      case 'random-fifo':
        return this.#oldestOfAList(pass)
      case 'fifo':
        return this.#least(pass, (segment) => this.#age(segment))
      case 'cte':
        return this.#least(pass, (segment) => this.#segments.headers.lastDeadline(segment))
      case 'util':
        return this.#least(pass, (segment) => this.#liveBytes(segment))
    }
  }

  #age(segment: SegmentId): number {
    return (this.#segments.headers.sequence(segment) - this.#segments.sequence) | 0
  }

  /** For each segment that would be free. */
  #liveBytes(segment: SegmentId): number {
    const { headers } = this.#segments
    return headers.liveBytes(segment) / headers.runLength(segment)
  }

  #least(pass: Pass, rank: (segment: SegmentId) => number): SegmentId {
    let least = Infinity
    let chosen = NO_SEGMENT
    for (let id = 1; id <= this.#segments.count; id++) {
      const segment = id as SegmentId
      if (!isEvictable(this.#segments, segment, pass)) continue
      const value = rank(segment)
      if (value > least) continue
      // Of equals the oldest.
      if (value === least && this.#age(segment) > this.#age(chosen)) continue
      least = value
      chosen = segment
    }
    return chosen
  }

  #atRandom(pass: Pass): SegmentId {
    const { count, headers } = this.#segments
    const start = this.#random.below(count)
    for (let i = 0; i < count; i++) {
      const segment = headers.headOf((((start + i) % count) + 1) as SegmentId)
      if (isEvictable(this.#segments, segment, pass)) return segment
    }
    return NO_SEGMENT
  }

  #oldestOfAList(pass: Pass): SegmentId {
    const { count, headers } = this.#segments
    const start = this.#random.below(count)
    for (let i = 0; i < count; i++) {
      const drawn = headers.headOf((((start + i) % count) + 1) as SegmentId)
      if (headers.state(drawn) === SegmentState.Run && isEvictable(this.#segments, drawn, pass)) {
        return drawn
      }
      if (headers.state(drawn) !== SegmentState.Live) continue
      const segment = this.#oldestOf(headers.list(drawn), pass)
      if (segment !== NO_SEGMENT) return segment
    }
    return NO_SEGMENT
  }

  #oldestOf(list: number, pass: Pass): SegmentId {
    const { headers, lists, lock } = this.#segments
    // Links stand still under the lock only.
    lock.acquire()
    let segment = lists.head(list)
    while (segment !== NO_SEGMENT && !isEvictable(this.#segments, segment, pass)) {
      segment = headers.next(segment)
    }
    lock.release()
    return segment
  }
}
