/**
 * Merge-based eviction, the paper's: several consecutive segments of one TTL bucket become one, which
 * keeps the items that are read most for their size.
 *
 * ```text
 *   before   | a b c d |  ->  | e f g h |  ->  | i j k l |  ->  | m n o p |  ->  tail
 *   after    | b e h k o |  ->  tail                             and three free segments
 * ```
 *
 * Which those are is chosen here; {@link MergeChain} merges them.
 *
 * Most items are never read again, and nobody knows of those in a segment that was never merged. So where
 * more than a fifth of the segments are that young, the oldest of them are merged first; else each list has its
 * turn, from one drawn at random on. (The paper knows only the latter. On a trace with Zipf 1.0 the hit ratio
 * rose by 1 to 2 % with it where the cache holds a tenth of the items: bench/storage/hit-ratio.)
 *
 * A run of segments, with the one item that has all of it, is merged with nothing. It is young or in turn as others are;
 * then it goes, or, where it was read, is merged: that is, counted from 0 and as new.
 *
 * A merge may free nothing, where everything is hot. Each list is tried once; if none gave a segment, the
 * oldest goes whole.
 *
 * @module
 */
import type { Random } from '../random.ts'
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { isEvictable, Pass, type EvictionPolicy } from './eviction.ts'
import { joinSparse } from './join.ts'
import { CHAIN_MIN, MergeChain } from './merge-chain.ts'

export interface MergeOptions {
  /** Segments that become one, where all are alike. */
  readonly mergeTarget: number
  /** Most segments of a merge. */
  readonly mergeMax: number
  /** Two neighbours, each filled to at most one part in this many, are joined; 0 for never. */
  readonly compactTarget: number
  /** Where more than this part of the segments has never been merged, the oldest of those go first. */
  readonly mergeYoung: number
}

/** What merging works with. */
export interface MergeParts extends MergeOptions {
  readonly segments: Segments
  readonly relocation: Relocation
  readonly random: Random
  /** What frees a segment where merging cannot. */
  readonly fallback: EvictionPolicy
}

/** Runs that are looked at before others have their turn. */
const RUNS_MAX = 8

export class MergeEviction implements EvictionPolicy {
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #random: Random
  readonly #fallback: EvictionPolicy
  readonly #chain: MergeChain
  readonly #youngMax: number
  /** At most so many live bytes make a segment one to join; -1 for none. */
  readonly #compactBytes: number

  constructor(parts: MergeParts) {
    this.#segments = parts.segments
    this.#relocation = parts.relocation
    this.#random = parts.random
    this.#fallback = parts.fallback
    const { compactTarget, mergeMax, mergeTarget, relocation, segments } = parts
    this.#chain = new MergeChain(segments, relocation, mergeTarget, mergeMax)
    this.#youngMax = parts.mergeYoung * segments.count
    this.#compactBytes = compactTarget === 0 ? -1 : segments.segmentBytes / compactTarget
  }

  *evict(): Walk<boolean> {
    const { headers, lists, metrics } = this.#segments
    metrics.segmentEvict.increment()
    for (let left = RUNS_MAX; left > 0; left--) {
      const young = this.#oldestYoung()
      if (young === NO_SEGMENT) break
      const isRun = headers.state(young) === SegmentState.Run
      const walk = isRun
        ? this.#evictRun(young)
        : this.#chain.merge(headers.list(young), young, false)
      if (yield* walk) return true
      if (!isRun) break
    }
    const drawn = headers.headOf((this.#random.below(this.#segments.count) + 1) as SegmentId)
    if (headers.state(drawn) === SegmentState.Run && (yield* this.#evictRun(drawn))) return true
    const start = headers.state(drawn) === SegmentState.Live ? headers.list(drawn) : 0
    for (let i = 0; i < lists.count; i++) {
      const list = (start + i) % lists.count
      if (lists.segments(list) < CHAIN_MIN) continue
      if (yield* this.#chain.merge(list, lists.nextToMerge(list), true)) return true
      if (yield* this.#chain.merge(list, lists.head(list), true)) return true
    }
    metrics.segmentEvictEx.increment()
    return yield* this.#fallback.evict()
  }

  listFor(bucket: number): number {
    return bucket
  }

  /** Join the segment with a neighbour where both are mostly dead. */
  tidy(segment: SegmentId): Walk<boolean> | undefined {
    return joinSparse(this.#segments, this.#relocation, segment, this.#compactBytes)
  }

  /** Where too many segments were never merged, the oldest of them that others like it follow. */
  #oldestYoung(): SegmentId {
    const { count, headers, sequence } = this.#segments
    let young = 0
    let oldest = NO_SEGMENT
    for (let id = 1; id <= count; id++) {
      const segment = id as SegmentId
      if (!headers.holdsItems(segment) || headers.isMerged(segment)) continue
      young += headers.runLength(segment)
      const age = (headers.sequence(segment) - sequence) | 0
      if (oldest !== NO_SEGMENT && age >= ((headers.sequence(oldest) - sequence) | 0)) continue
      if (this.#canGo(segment)) oldest = segment
    }
    return young > this.#youngMax ? oldest : NO_SEGMENT
  }

  /** Drop the item of a run, unless it was read; returns whether the run is free. */
  *#evictRun(run: SegmentId): Walk<boolean> {
    const segments = this.#segments
    if (!isEvictable(segments, run, Pass.Mature) || !segments.holds.claim(run)) return false
    if (!this.#relocation.renew(run)) {
      yield* this.#relocation.clear(run, Reason.Evict, segments.clock.now)
    }
    return segments.holds.unclaim(run)
  }

  /** Whether it is a run, or segments to merge, that could be claimed now. */
  #canGo(start: SegmentId): boolean {
    const isRun = this.#segments.headers.state(start) === SegmentState.Run
    return isRun ? isEvictable(this.#segments, start, Pass.Mature) : this.#chain.canBegin(start)
  }
}
