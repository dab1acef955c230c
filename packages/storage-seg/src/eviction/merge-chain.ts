/**
 * The segments of a merge, consecutive ones of a list: claimed together, pruned one after the other ({@link prune}), what
 * stays of each moved to the first, and given back.
 *
 * @module
 */
import { Reason } from '../segments/drop-reason.ts'
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, type SegmentId } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'
import { isEvictable, Pass } from './eviction.ts'
import { prune } from './prune.ts'

/** Fewer consecutive segments are not merged. */
export const CHAIN_MIN = 3
/** A merge stops where this much of the share that is to stay would no longer fit. */
const STOP_MARGIN = 0.05

export class MergeChain {
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #target: number
  readonly #stopBytes: number
  /** The segments that are merged, all claimed: `#chain[0, length)`. */
  readonly #chain: SegmentId[]

  /**
   * @param target segments that become one, where all are alike
   * @param lengthMax most segments of a merge
   */
  constructor(segments: Segments, relocation: Relocation, target: number, lengthMax: number) {
    this.#segments = segments
    this.#relocation = relocation
    this.#target = target
    this.#chain = Array.from({ length: lengthMax }, () => NO_SEGMENT)
    const stopRatio = (target - 1) / target + STOP_MARGIN
    this.#stopBytes = stopRatio * segments.segmentBytes
  }

  /** Whether there are segments to merge, from `start` on, that could be claimed now. */
  canBegin(start: SegmentId): boolean {
    let length = 0
    let segment = start
    for (; length < CHAIN_MIN && segment !== NO_SEGMENT; length++) {
      if (!isEvictable(this.#segments, segment, Pass.Mature)) break
      segment = this.#segments.headers.next(segment)
    }
    return length === CHAIN_MIN
  }

  /**
   * Merge the segments of `list` from `start` on.
   *
   * @param inTurn whether the list goes on behind them the next time
   * @returns whether one of them is free
   */
  *merge(list: number, start: SegmentId, inTurn: boolean): Walk<boolean> {
    const segments = this.#segments
    const { headers } = segments
    const chain = this.#claim(list, start, inTurn)
    if (chain === 0) return false
    segments.metrics.segmentMerge.increment()
    const ratio = 1 / Math.min(chain, this.#target)
    const [target] = this.#chain as [SegmentId]
    let cutoff = yield* prune(segments, this.#relocation, target, 1, ratio)
    yield* this.#relocation.compact(target)
    let merged = 1
    for (; merged < chain && headers.liveBytes(target) < this.#stopBytes; merged++) {
      const source = this.#chain[merged]
      cutoff = yield* prune(segments, this.#relocation, source, cutoff, ratio)
      yield* this.#relocation.moveLive(source, target)
      yield* this.#relocation.clear(source, Reason.Evict, segments.clock.now)
    }
    return this.#unclaim(list, chain, merged, inTurn)
  }

  /**
   * Claim consecutive segments of `list` from `start` on.
   *
   * @returns how many: {@link CHAIN_MIN} or more, or 0
   */
  #claim(list: number, start: SegmentId, inTurn: boolean): number {
    const { headers, lists, lock } = this.#segments
    let length = 0
    lock.acquire()
    if (inTurn) lists.setNextToMerge(list, NO_SEGMENT)
    // Before there was the lock, it may have been freed, and opened again for another.
    let segment = start !== NO_SEGMENT && headers.list(start) === list ? start : NO_SEGMENT
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
  #unclaim(list: number, length: number, merged: number, inTurn: boolean): boolean {
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
}
