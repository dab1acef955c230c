/**
 * Proactive expiration: whole segments whose last deadline has passed, or that were flushed, become free
 * at the cost of dropping their items, and nobody has to meet those one by one.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { Control } from '../control.ts'
import type { Relocation, Walk } from './relocation.ts'
import type { SegmentId } from './segment-headers.ts'
import { Reason } from './drop-reason.ts'
import type { Segments } from './segments.ts'

export class Reclaim {
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #control: Control

  constructor(segments: Segments, relocation: Relocation, control: Control) {
    this.#segments = segments
    this.#relocation = relocation
    this.#control = control
  }

  /**
   * Free segments until `itemsMax` items have been dropped.
   *
   * @returns how many segments
   */
  *run(now: Tick, itemsMax: number): Walk<number> {
    if (!this.#control.hasFlushed && now < this.#control.nextExpiry) return 0
    this.#lookAgain()
    const { count, headers } = this.#segments
    let freed = 0
    let items = 0
    for (let id = 1; id <= count && items < itemsMax; id++) {
      const segment = id as SegmentId
      if (!headers.holdsItems(segment)) continue
      const flushed = this.#segments.isFlushed(segment)
      if (!flushed && headers.lastDeadline(segment) > now) continue
      const before = headers.items(segment)
      if (yield* this.#clear(segment, flushed, now)) {
        items += before
        freed++
      }
    }
    return freed
  }

  /**
   * Say anew whether there is something to free, and when. What is freed now counts still: other threads are to find
   * the rest of it while this one rests, and to look once too often costs little.
   */
  #lookAgain(): void {
    const control = this.#control
    const { count, headers } = this.#segments
    // Others may lower it again, and flush again, while this looks around.
    control.hasFlushed = false
    control.resetNextExpiry()
    for (let id = 1; id <= count; id++) {
      const segment = id as SegmentId
      if (!headers.holdsItems(segment)) continue
      if (this.#segments.isFlushed(segment)) control.hasFlushed = true
      control.lowerNextExpiry(headers.lastDeadline(segment))
    }
  }

  /** Returns whether the segment is free now. */
  *#clear(segment: SegmentId, flushed: boolean, now: Tick): Walk<boolean> {
    const segments = this.#segments
    if (!segments.holds.claim(segment)) {
      if (flushed) yield* this.#clearPinned(segment, now)
      return false
    }
    // Before it was claimed, it may have been opened again.
    const reason = segments.isFlushed(segment) ? Reason.Flush : Reason.Expire
    yield* this.#relocation.clear(segment, reason, now)
    const length = segments.headers.runLength(segment)
    if (!segments.holds.unclaim(segment)) return false
    if (flushed) segments.metrics.segmentClear.add(length)
    else segments.metrics.segmentExpire.add(length)
    return true
  }

  /**
   * Drop what was flushed in a segment where a value is still arriving. Nothing is placed there any
   * more, so its items can be walked under a pin.
   */
  *#clearPinned(segment: SegmentId, now: Tick): Walk {
    if (!this.#segments.holds.pinFlushed(segment)) return
    yield* this.#relocation.clear(segment, Reason.Flush, now)
    this.#segments.holds.unpin(segment)
  }
}
