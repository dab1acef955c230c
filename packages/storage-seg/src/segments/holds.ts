/**
 * Who works on a segment: nobody frees it meanwhile.
 *
 * ```text
 *   pinned    by those who write items to it, one pin for each      gets more pins; is not claimed
 *   arriving  by values that come in pieces, besides their pins     their segments are bounded
 *   claimed   by the thread that evicts, alone                      gets no pins, no items
 * ```
 *
 * A segment that has lost its last item while it was held is free when the last hold ends. Each of these takes the
 * segment lock. Whoever has it already, to choose a segment and to hold it in one step, writes to the headers itself.
 *
 * @module
 */
import type { Control } from '../control.ts'
import type { Lock } from '../lock.ts'
import type { SegmentHeaders, SegmentId } from './segment-headers.ts'

/** The segments, as far as it matters who works on them. */
export interface HeldSegments {
  readonly headers: SegmentHeaders
  /** The segment lock. */
  readonly lock: Lock
  readonly isFlushed: (segment: SegmentId) => boolean
  /** With the segment lock held; returns whether it is free now. */
  readonly freeIfEmpty: (segment: SegmentId) => boolean
}

export class Holds {
  readonly #segments: HeldSegments
  readonly #headers: SegmentHeaders
  readonly #lock: Lock
  readonly #control: Control

  constructor(segments: HeldSegments, control: Control) {
    this.#segments = segments
    this.#headers = segments.headers
    this.#lock = segments.lock
    this.#control = control
  }

  /** Hold a segment, unless it is claimed; returns whether it is held. */
  pin(segment: SegmentId): boolean {
    this.#lock.acquire()
    const isHeld = !this.#headers.isClaimed(segment)
    if (isHeld) this.#headers.pin(segment)
    this.#lock.release()
    return isHeld
  }

  /** Hold a flushed segment that has pins, if items in it are left; returns whether there are. */
  pinFlushed(segment: SegmentId): boolean {
    const headers = this.#headers
    this.#lock.acquire()
    const pins = headers.pins(segment)
    const hasMore =
      pins > 0 && headers.liveItems(segment) > pins && this.#segments.isFlushed(segment)
    if (hasMore) headers.pin(segment)
    this.#lock.release()
    return hasMore
  }

  /** What a pin was for is done; returns whether the segment is free now. */
  unpin(segment: SegmentId): boolean {
    this.#lock.acquire()
    this.#headers.unpin(segment)
    const isFree = this.#segments.freeIfEmpty(segment)
    this.#lock.release()
    return isFree
  }

  /**
   * The item that a pin of `segment` is for will take as long as its client does. One run may, however long, where
   * nothing else does.
   *
   * @param segmentsMax in so many segments values may be arriving
   * @returns whether it may
   */
  arrive(segment: SegmentId, segmentsMax: number): boolean {
    this.#lock.acquire()
    const isFirst = this.#headers.arriving(segment) === 0
    const length = this.#headers.runLength(segment)
    const may = !isFirst || this.mayArrive(length, segmentsMax)
    if (may) this.#headers.addArriving(segment, 1)
    if (may && isFirst) this.#control.arrivingSegments += length
    this.#lock.release()
    return may
  }

  /** Whether values may now arrive in `length` segments more. */
  mayArrive(length: number, segmentsMax: number): boolean {
    const { arrivingSegments } = this
    return arrivingSegments + length <= segmentsMax || (arrivingSegments === 0 && length > 1)
  }

  /** Nothing more arrives for such an item; its pin is another matter. */
  arrived(segment: SegmentId): void {
    this.#lock.acquire()
    this.#headers.addArriving(segment, -1)
    if (this.#headers.arriving(segment) === 0) {
      this.#control.arrivingSegments -= this.#headers.runLength(segment)
      this.#segments.freeIfEmpty(segment)
    }
    this.#lock.release()
  }

  /** Work on a segment alone, if nobody else does; returns whether nobody does. */
  claim(segment: SegmentId): boolean {
    const headers = this.#headers
    this.#lock.acquire()
    const isIdle = headers.holdsItems(segment) && !headers.isBusy(segment)
    if (isIdle) headers.claim(segment)
    this.#lock.release()
    return isIdle
  }

  /** End the work on a claimed segment; returns whether it is free now. */
  unclaim(segment: SegmentId): boolean {
    this.#lock.acquire()
    this.#headers.unclaim(segment)
    const isFree = this.#segments.freeIfEmpty(segment)
    this.#lock.release()
    return isFree
  }

  /** Segments in which values are arriving, as the books say. */
  get arrivingSegments(): number {
    return this.#control.arrivingSegments
  }
}
