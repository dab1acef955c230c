/**
 * Neighbours that are made free together, for an item that is longer than a segment, whatever is in them.
 *
 * ```text
 *   before   | live 4 | free 5 | Run 6, of 3 | Rest 7 | Rest 8 |      three segments from 4 on
 *   after    | Run 4, of 3 | Rest 5 | Rest 6 | free 7 | free 8 |
 * ```
 *
 * What holds items is claimed, a run that reaches into the window as a whole; what is free is put aside. Then the items
 * are dropped, and under one lock all become the run, so that no other thread comes between.
 *
 * @module
 */
import { NO_SEGMENT, SegmentState, type SegmentId } from './segment-headers.ts'
import type { Segments } from './segments.ts'

export class Window {
  readonly first: SegmentId
  readonly length: number
  /** What holds items. */
  readonly claimed: SegmentId[] = []
  readonly #segments: Segments
  /** What was free. */
  readonly #aside: SegmentId[] = []

  constructor(segments: Segments, first: SegmentId, length: number) {
    this.#segments = segments
    this.first = first
    this.length = length
  }

  /** Keep everybody else out; returns whether nobody is there. */
  claim(): boolean {
    const { free, headers, lock } = this.#segments
    lock.acquire()
    const isIdle = this.#look()
    if (isIdle) {
      for (const segment of this.claimed) headers.claim(segment)
      for (const segment of this.#aside) {
        free.remove(segment)
        headers.putAside(segment)
      }
    }
    lock.release()
    return isIdle
  }

  /** Give everything back: what has no items is free. */
  unclaim(): void {
    this.#segments.lock.acquire()
    this.#giveBack()
    this.#segments.lock.release()
  }

  /** Make a run of what was emptied, and pin it; {@link NO_SEGMENT} where something is not empty. */
  open(): SegmentId {
    const { headers, lock } = this.#segments
    lock.acquire()
    const isEmpty = this.#giveBack()
    if (isEmpty) {
      this.#segments.openRun(this.first, this.length)
      headers.pin(this.first)
    }
    lock.release()
    return isEmpty ? this.first : NO_SEGMENT
  }

  // With the segment lock held

  #look(): boolean {
    const { headers } = this.#segments
    for (let i = 0; i < this.length; i++) {
      const segment = headers.headOf((this.first + i) as SegmentId)
      if (this.claimed.at(-1) === segment) continue
      if (headers.state(segment) === SegmentState.Free) this.#aside.push(segment)
      else if (headers.holdsItems(segment) && !headers.isBusy(segment)) this.claimed.push(segment)
      else return false
    }
    return true
  }

  /** Returns whether all of it is free now. */
  #giveBack(): boolean {
    const { free, headers } = this.#segments
    let isFree = true
    for (const segment of this.claimed) {
      headers.unclaim(segment)
      if (!this.#segments.freeIfEmpty(segment)) isFree = false
    }
    for (const segment of this.#aside) {
      headers.reset(segment)
      free.give(segment)
    }
    return isFree
  }
}
