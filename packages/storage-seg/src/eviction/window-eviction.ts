/**
 * Room for an item that is longer than a segment: the window of neighbours whose loss is least.
 *
 * ```text
 *   segment         | live, old | free | live, new | Run, 3 ...... | live, over |
 *   loss                 20        0        90            240             0
 *   of 3 neighbours |----------- 110 ----------|
 * ```
 *
 * The loss of a segment is its live bytes, and less the longer ago it was opened; that of a run counts as soon
 * as one of its segments is wanted. What was merged or is in the main queue has been read, and counts double. What is
 * over or was flushed is no loss. It is the same under every policy, but under `none` only what is no loss may go.
 *
 * At most 4,096 windows are compared, so that this takes no longer in a large memory, and the next time those behind them.
 * A run that was read since is spared once, as it is when it is evicted alone.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { TTL_BUCKETS } from '../segments/ttl-buckets.ts'
import { Window } from '../segments/window.ts'

/** Windows that are compared. */
const CANDIDATES = 4096
/** Windows that are spared before one goes, whatever was read. */
const SPARED_MAX = 8
const PROVEN_WEIGHT = 2

export class WindowEviction {
  /** Whether the last search had to leave out windows that somebody is about to be done with. */
  mayTryAgain = false
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #evicts: boolean
  /** Where the next search begins. */
  #hand = 1
  /** Of segments from where the search began: the loss, and how many are held, before each. */
  readonly #lossBefore: Float64Array
  readonly #heldBefore: Int32Array

  /** @param evicts whether the policy ever frees anything */
  constructor(segments: Segments, relocation: Relocation, evicts: boolean) {
    this.#segments = segments
    this.#relocation = relocation
    this.#evicts = evicts
    const most = Math.min(CANDIDATES + segments.limits.runMax, segments.count) + 1
    this.#lossBefore = new Float64Array(most)
    this.#heldBefore = new Int32Array(most)
  }

  /** Make a run of `length` segments, and pin it; {@link NO_SEGMENT} where that is impossible now. */
  *evict(length: number, now: Tick): Walk<SegmentId> {
    const { metrics } = this.#segments
    metrics.segmentEvict.increment()
    this.mayTryAgain = false
    for (let spared = 0; spared <= SPARED_MAX; spared++) {
      const first = this.#choose(length, now)
      if (first === NO_SEGMENT) break
      const window = new Window(this.#segments, first, length)
      if (!window.claim()) {
        this.mayTryAgain = true
        continue
      }
      if (spared < SPARED_MAX && this.#spare(window, now)) {
        window.unclaim()
        continue
      }
      for (const segment of window.claimed) yield* this.#clear(segment, now)
      const run = window.open()
      if (run !== NO_SEGMENT) return run
      this.mayTryAgain = true
    }
    metrics.segmentEvictEx.increment()
    return NO_SEGMENT
  }

  /** Whether a run in the window was read since, and is to stay for that. */
  #spare({ claimed }: Window, now: Tick): boolean {
    const { headers } = this.#segments
    let isSpared = false
    for (const segment of claimed) {
      if (headers.state(segment) !== SegmentState.Run || this.#isNoLoss(segment, now)) continue
      if (this.#relocation.renew(segment)) isSpared = true
    }
    return isSpared
  }

  *#clear(segment: SegmentId, now: Tick): Walk {
    const segments = this.#segments
    const isFlushed = segments.isFlushed(segment)
    const isOver = !isFlushed && this.#isNoLoss(segment, now)
    // Another thread may have used it anew before it was claimed.
    if (!isFlushed && !isOver && !this.#evicts) return
    const reason = isFlushed ? Reason.Flush : isOver ? Reason.Expire : Reason.Evict
    yield* this.#relocation.clear(segment, reason, now)
    // What was touched meanwhile is not over.
    if (isOver && this.#evicts) yield* this.#relocation.clear(segment, Reason.Evict, now)
  }

  /** The first segment of the window of least loss among the next ones, or {@link NO_SEGMENT}. */
  #choose(length: number, now: Tick): SegmentId {
    const { count } = this.#segments
    // From the hand to the end, and from the start to it.
    for (let left = count; left > 0;) {
      if (this.#hand > count) this.#hand = 1
      const first = this.#hand
      const end = this.#weigh(first, length, now)
      const windows = Math.max(end - first - length + 1, 0)
      const chosen = this.#least(first, windows, length, now)
      const isSlabEnd = end > count || this.#segments.slabs.isFirst(end as SegmentId)
      const passed = isSlabEnd ? end - first : windows
      this.#hand += passed
      left -= passed
      if (chosen !== NO_SEGMENT) return chosen
    }
    return NO_SEGMENT
  }

  /** Add up losses from `first` on, within its slab; returns the segment behind the last. */
  #weigh(first: number, length: number, now: Tick): number {
    const { count, slabs } = this.#segments
    const most = Math.min(first + CANDIDATES + length - 1, count + 1)
    let loss = 0
    let held = 0
    let id = first
    for (; id < most && (id === first || !slabs.isFirst(id as SegmentId)); id++) {
      this.#lossBefore[id - first] = loss
      this.#heldBefore[id - first] = held
      const segment = id as SegmentId
      if (this.#isHeld(segment, now)) held++
      else loss += this.#lossOf(segment, now)
    }
    this.#lossBefore[id - first] = loss
    this.#heldBefore[id - first] = held
    return id
  }

  /** Of so many windows from `first` on that with the least loss; of equals the first. */
  #least(first: number, windows: number, length: number, now: Tick): SegmentId {
    const { headers } = this.#segments
    let chosen = NO_SEGMENT
    let least = Infinity
    for (let i = 0; i < windows; i++) {
      if (this.#heldBefore[i + length] > this.#heldBefore[i]) continue
      const segment = (first + i) as SegmentId
      let loss = this.#lossBefore[i + length] - this.#lossBefore[i]
      if (headers.state(segment) === SegmentState.Rest) {
        loss += this.#lossOf(headers.headOf(segment), now)
      }
      if (loss >= least) continue
      least = loss
      chosen = segment
    }
    return chosen
  }

  /** Whether the segment cannot be had now. */
  #isHeld(segment: SegmentId, now: Tick): boolean {
    const { headers } = this.#segments
    const head = headers.headOf(segment)
    if (headers.state(head) === SegmentState.Free) return false
    if (!headers.holdsItems(head)) return true
    if (headers.isBusy(head)) {
      if (headers.arriving(head) === 0) this.mayTryAgain = true
      return true
    }
    return !this.#evicts && !this.#isNoLoss(head, now)
  }

  /** That of the rest of a run is its head's. */
  #lossOf(segment: SegmentId, now: Tick): number {
    const segments = this.#segments
    const { headers } = segments
    if (!headers.holdsItems(segment) || this.#isNoLoss(segment, now)) return 0
    const isProven = headers.isMerged(segment) || headers.list(segment) >= TTL_BUCKETS
    const bytes = headers.liveBytes(segment) * (isProven ? PROVEN_WEIGHT : 1)
    const age = (segments.sequence - headers.sequence(segment)) | 0
    return bytes / (1 + Math.max(age, 0) / segments.count)
  }

  #isNoLoss(segment: SegmentId, now: Tick): boolean {
    const segments = this.#segments
    return segments.isFlushed(segment) || segments.headers.lastDeadline(segment) <= now
  }
}
