/**
 * Merge-based eviction, the paper's: several consecutive segments of one TTL bucket become one, which
 * keeps the items that are read most for their size.
 *
 * ```text
 *   before   | a b c d |  ->  | e f g h |  ->  | i j k l |  ->  | m n o p |  ->  tail
 *   after    | b e h k o |  ->  tail                             and three free segments
 * ```
 *
 * A segment is *pruned* first: an item is dropped where its reads per relative size are at most a
 * cut-off, which is adjusted after each tenth of the segment so that a quarter (`1 / mergeTarget`) of
 * the bytes stays, and which the next segment begins with. What stays is moved together.
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
import { NO_SLOT } from '../hash-table/hash-table.ts'
import type { Random } from '../random.ts'
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { isEvictable, Pass, type EvictionPolicy } from './eviction.ts'

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
/** Fewer consecutive segments are not merged. */
const CHAIN_MIN = 3
/** A merge stops where this much of the share that is to stay would no longer fit. */
const STOP_MARGIN = 0.05
const PARTS = 10
/** The cut-off is adjusted where what stays is off by more than this part of the ratio. */
const TOLERANCE = 0.5
/** An adjustment at most halves the cut-off: one that is 0 would never rise again. */
const STEP_MIN = 0.5

export class MergeEviction implements EvictionPolicy {
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #random: Random
  readonly #fallback: EvictionPolicy
  readonly #target: number
  readonly #stopBytes: number
  readonly #youngMax: number
  /** At most so many live bytes make a segment one to join; -1 for none. */
  readonly #compactBytes: number
  /** The segments that are merged, all claimed: `#chain[0, length)`. */
  readonly #chain: SegmentId[]

  constructor(parts: MergeParts) {
    this.#segments = parts.segments
    this.#relocation = parts.relocation
    this.#random = parts.random
    this.#fallback = parts.fallback
    this.#target = parts.mergeTarget
    this.#chain = Array.from({ length: parts.mergeMax }, () => NO_SEGMENT)
    const stopRatio = (parts.mergeTarget - 1) / parts.mergeTarget + STOP_MARGIN
    const { compactTarget, segments } = parts
    this.#stopBytes = stopRatio * segments.segmentBytes
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
        : this.#mergeFrom(headers.list(young), young, false)
      if (yield* walk) return true
      if (!isRun) break
    }
    const drawn = headers.headOf((this.#random.below(this.#segments.count) + 1) as SegmentId)
    if (headers.state(drawn) === SegmentState.Run && (yield* this.#evictRun(drawn))) return true
    const start = headers.state(drawn) === SegmentState.Live ? headers.list(drawn) : 0
    for (let i = 0; i < lists.count; i++) {
      const list = (start + i) % lists.count
      if (lists.segments(list) < CHAIN_MIN) continue
      if (yield* this.#mergeFrom(list, lists.nextToMerge(list), true)) return true
      if (yield* this.#mergeFrom(list, lists.head(list), true)) return true
    }
    metrics.segmentEvictEx.increment()
    return yield* this.#fallback.evict()
  }

  listFor(bucket: number): number {
    return bucket
  }

  /** Join the segment with a neighbour where both are mostly dead. */
  tidy(segment: SegmentId): Walk<boolean> | undefined {
    if (!this.#isSparse(segment)) return undefined
    const { headers } = this.#segments
    const next = headers.next(segment)
    if (this.#canJoin(segment, next)) return this.#join(segment, next)
    const previous = headers.previous(segment)
    return this.#canJoin(previous, segment) ? this.#join(previous, segment) : undefined
  }

  #canJoin(first: SegmentId, second: SegmentId): boolean {
    const { headers, segmentBytes } = this.#segments
    if (first === NO_SEGMENT || second === NO_SEGMENT) return false
    if (!this.#isSparse(first) || !this.#isSparse(second)) return false
    return headers.liveBytes(first) + headers.liveBytes(second) <= segmentBytes
  }

  /** Move the items of `second` to `first`; returns whether a segment is free. */
  *#join(first: SegmentId, second: SegmentId): Walk<boolean> {
    const { headers, holds } = this.#segments
    if (!holds.claim(first)) return false
    let isFree = false
    if (holds.claim(second)) {
      // Links and items may have changed before both were claimed.
      if (headers.next(first) === second) {
        yield* this.#relocation.compact(first)
        yield* this.#relocation.moveLive(second, first)
      }
      isFree = holds.unclaim(second)
    }
    return holds.unclaim(first) || isFree
  }

  #isSparse(segment: SegmentId): boolean {
    return (
      this.#segments.headers.state(segment) === SegmentState.Live &&
      this.#segments.headers.liveBytes(segment) <= this.#compactBytes &&
      isEvictable(this.#segments, segment, Pass.Sealed) &&
      !this.#segments.isFlushed(segment)
    )
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
    const { headers } = this.#segments
    if (headers.state(start) === SegmentState.Run) {
      return isEvictable(this.#segments, start, Pass.Mature)
    }
    let length = 0
    let segment = start
    for (; length < CHAIN_MIN && segment !== NO_SEGMENT; length++) {
      if (!isEvictable(this.#segments, segment, Pass.Mature)) break
      segment = headers.next(segment)
    }
    return length === CHAIN_MIN
  }

  /**
   * Merge the segments of `list` from `start` on.
   *
   * @param inTurn whether the list goes on behind them the next time
   * @returns whether one of them is free
   */
  *#mergeFrom(list: number, start: SegmentId, inTurn: boolean): Walk<boolean> {
    const segments = this.#segments
    const { headers } = segments
    const chain = this.#claimChain(list, start, inTurn)
    if (chain === 0) return false
    segments.metrics.segmentMerge.increment()
    const ratio = 1 / Math.min(chain, this.#target)
    const [target] = this.#chain as [SegmentId]
    let cutoff = yield* this.#prune(target, 1, ratio)
    yield* this.#relocation.compact(target)
    let merged = 1
    for (; merged < chain && headers.liveBytes(target) < this.#stopBytes; merged++) {
      const source = this.#chain[merged]
      cutoff = yield* this.#prune(source, cutoff, ratio)
      yield* this.#relocation.moveLive(source, target)
      yield* this.#relocation.clear(source, Reason.Evict, segments.clock.now)
    }
    return this.#unclaimChain(list, chain, merged, inTurn)
  }

  /**
   * Claim consecutive segments of `list` from `start` on.
   *
   * @returns how many: {@link CHAIN_MIN} or more, or 0
   */
  #claimChain(list: number, start: SegmentId, inTurn: boolean): number {
    const { headers, lists, lock } = this.#segments
    let length = 0
    lock.acquire()
    if (inTurn) lists.setNextToMerge(list, NO_SEGMENT)
    let segment = start
    for (; length < this.#chain.length && segment !== NO_SEGMENT; length++) {
      if (!isEvictable(this.#segments, segment, Pass.Mature)) break
      this.#chain[length] = segment
      segment = headers.next(segment)
    }
    if (length < CHAIN_MIN) length = 0
    for (let i = 0; i < length; i++) headers.claim(this.#chain[i])
    lock.release()
    return length
  }

  /** Returns whether one of the segments is free. */
  #unclaimChain(list: number, length: number, merged: number, inTurn: boolean): boolean {
    const { headers, lists, lock } = this.#segments
    lock.acquire()
    // While it is claimed, the last one stays in the list.
    if (inTurn) lists.setNextToMerge(list, headers.next(this.#chain[merged - 1]))
    headers.setSequence(this.#chain[0], this.#segments.nextSequence())
    headers.setMerged(this.#chain[0])
    lock.release()
    let isFree = false
    for (let i = 0; i < length; i++) {
      if (this.#segments.holds.unclaim(this.#chain[i])) isFree = true
    }
    return isFree
  }

  /**
   * Drop the items of a segment that are read least, until about `ratio` of a segment is left.
   *
   * @returns the cut-off for the next segment
   */
  *#prune(segment: SegmentId, cutoffBefore: number, ratio: number): Walk<number> {
    const segments = this.#segments
    const { headers, table, segmentBytes } = segments
    const now = segments.clock.now
    const live = headers.liveBytes(segment)
    const toDrop = live - Math.floor(segmentBytes * ratio)
    const meanSize = live / Math.max(headers.liveItems(segment), 1)
    let cutoff = (1 + cutoffBefore) / 2
    let scanned = 0
    let dropped = 0
    let retained = 0
    let part = 1

    const end = headers.writeEnd(segment)
    for (let offset = 0; offset < end;) {
      const slot = segments.openAt(segment, offset)
      const size = segments.sizeAt(segment, offset)
      if (slot === NO_SLOT) {
        // Dead.
      } else if (segments.isOver(segment, offset, now)) {
        segments.drop(slot, Reason.Expire)
      } else {
        scanned += size
        if (scanned >= part * (segmentBytes / PARTS)) {
          part++
          const off = (retained / scanned - ratio) / ratio
          if (Math.abs(off) > TOLERANCE) cutoff *= Math.max(1 + off, STEP_MIN)
        }
        const weighed = table.reads.frequencyAt(slot) / (size / meanSize)
        if (dropped < toDrop && weighed <= cutoff) {
          segments.drop(slot, Reason.Evict)
          dropped += size
        } else {
          retained += size
        }
      }
      table.close()
      offset += size
      if (this.#relocation.hasWalked(size)) yield
    }
    return cutoff
  }
}
