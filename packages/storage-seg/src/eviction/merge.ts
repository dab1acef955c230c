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
 * A merge may free nothing, where everything is hot. Each list is tried once; if none gave a segment, the
 * oldest goes whole.
 *
 * @module
 */
import type { Random } from '../random.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segment-headers.ts'
import { NO_SLOT } from '../hash-table.ts'
import { Reason, type Segments } from '../segments.ts'
import { isEvictable, Pass, type EvictionPolicy } from './eviction.ts'

export interface MergeOptions {
  /** Segments that become one, where all are alike. */
  readonly mergeTarget: number
  /** Most segments of a merge. */
  readonly mergeMax: number
  /** Two neighbours, each filled to at most one part in this many, are joined; 0 for never. */
  readonly compactTarget: number
}

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
  readonly #random: Random
  readonly #fallback: EvictionPolicy
  readonly #target: number
  readonly #max: number
  readonly #stopBytes: number
  /** At most so many live bytes make a segment one to join; -1 for none. */
  readonly #compactBytes: number

  constructor(
    options: MergeOptions,
    segments: Segments,
    random: Random,
    /** What frees a segment where merging cannot. */
    fallback: EvictionPolicy,
  ) {
    this.#segments = segments
    this.#random = random
    this.#fallback = fallback
    this.#target = options.mergeTarget
    this.#max = options.mergeMax
    const stopRatio = (options.mergeTarget - 1) / options.mergeTarget + STOP_MARGIN
    this.#stopBytes = stopRatio * segments.segmentBytes
    const { compactTarget } = options
    this.#compactBytes = compactTarget === 0 ? -1 : segments.segmentBytes / compactTarget
  }

  evict(): boolean {
    const { headers, lists, metrics } = this.#segments
    metrics.segmentEvict.increment()
    const drawn = (this.#random.below(this.#segments.count) + 1) as SegmentId
    const start = headers.state(drawn) === SegmentState.Live ? headers.list(drawn) : 0
    for (let i = 0; i < lists.count; i++) {
      const list = (start + i) % lists.count
      if (lists.segments(list) < CHAIN_MIN) continue
      const from = lists.nextToMerge(list)
      if (from !== NO_SEGMENT && this.#mergeFrom(list, from)) return true
      if (this.#mergeFrom(list, lists.head(list))) return true
    }
    metrics.segmentEvictEx.increment()
    return this.#fallback.evict()
  }

  listFor(bucket: number): number {
    return bucket
  }

  /** Join the segment with a neighbour where both are mostly dead. */
  removedFrom(segment: SegmentId): void {
    const { headers } = this.#segments
    if (!this.#isSparse(segment)) return
    const previous = headers.previous(segment)
    if (!this.#join(segment, headers.next(segment))) this.#join(previous, segment)
  }

  /** Move the items of `second` to `first`, where both are sparse and there is room. */
  #join(first: SegmentId, second: SegmentId): boolean {
    const segments = this.#segments
    const { headers } = segments
    if (first === NO_SEGMENT || second === NO_SEGMENT) return false
    if (!this.#isSparse(first) || !this.#isSparse(second)) return false
    if (headers.liveBytes(first) + headers.liveBytes(second) > segments.segmentBytes) return false
    headers.pin(first)
    segments.compact(first)
    this.#moveLive(second, first)
    segments.unpin(first)
    return true
  }

  #isSparse(segment: SegmentId): boolean {
    return (
      this.#segments.headers.liveBytes(segment) <= this.#compactBytes &&
      isEvictable(this.#segments, segment, Pass.Sealed) &&
      !this.#segments.isFlushed(segment)
    )
  }

  /** Merge the segments of `list` from `start` on; returns whether a segment is free. */
  #mergeFrom(list: number, start: SegmentId): boolean {
    const segments = this.#segments
    const { headers, lists } = segments
    lists.setNextToMerge(list, NO_SEGMENT)
    const chain = this.#chainLength(start)
    if (chain < CHAIN_MIN) return false
    segments.metrics.segmentMerge.increment()
    const freeBefore = segments.freeCount
    const ratio = 1 / Math.min(chain, this.#target)

    headers.pin(start)
    let cutoff = this.#prune(start, 1, ratio)
    segments.compact(start)
    headers.setSequence(start, segments.nextSequence())
    let source = headers.next(start)
    for (let merged = 1; merged < chain && headers.liveBytes(start) < this.#stopBytes; merged++) {
      const next = headers.next(source)
      cutoff = this.#prune(source, cutoff, ratio)
      // The segment is free as soon as its last item was dropped or moved.
      if (headers.state(source) === SegmentState.Live) this.#moveLive(source, start)
      if (headers.state(source) === SegmentState.Live) segments.clear(source, Reason.Evict)
      source = next
    }
    lists.setNextToMerge(list, source)
    segments.unpin(start)
    return segments.freeCount > freeBefore
  }

  #chainLength(start: SegmentId): number {
    let length = 0
    let segment = start
    while (
      length < this.#max &&
      segment !== NO_SEGMENT &&
      isEvictable(this.#segments, segment, Pass.Mature)
    ) {
      length++
      segment = this.#segments.headers.next(segment)
    }
    return length
  }

  /**
   * Drop the items of a segment that are read least, until about `ratio` of a segment is left.
   *
   * @returns the cut-off for the next segment
   */
  #prune(segment: SegmentId, cutoffBefore: number, ratio: number): number {
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

    headers.pin(segment)
    const end = headers.writeEnd(segment)
    for (let offset = 0; offset < end;) {
      const at = offset
      const size = segments.sizeAt(segment, at)
      offset += size
      const slot = segments.slotOf(segment, at)
      if (slot === NO_SLOT) continue
      const { low } = segments.hash
      if (segments.isOver(segment, at, now)) {
        segments.drop(slot, low, Reason.Expire)
        continue
      }
      scanned += size
      if (scanned >= part * (segmentBytes / PARTS)) {
        part++
        const off = (retained / scanned - ratio) / ratio
        if (Math.abs(off) > TOLERANCE) cutoff *= Math.max(1 + off, STEP_MIN)
      }
      const weighed = table.frequencyAt(slot) / (size / meanSize)
      if (dropped < toDrop && weighed <= cutoff) {
        segments.drop(slot, low, Reason.Evict)
        dropped += size
      } else {
        retained += size
      }
    }
    segments.unpin(segment)
    return cutoff
  }

  /** Move what is live in `source` behind the items of `target`, as far as it fits. */
  #moveLive(source: SegmentId, target: SegmentId): void {
    const segments = this.#segments
    const { headers } = segments
    headers.pin(source)
    const end = headers.writeEnd(source)
    for (let offset = 0; offset < end;) {
      const size = segments.sizeAt(source, offset)
      const slot = segments.slotOf(source, offset)
      if (slot !== NO_SLOT && segments.hasRoom(target, size))
        segments.moveTo(slot, segments.hash.low, target)
      offset += size
    }
    segments.unpin(source)
  }
}
