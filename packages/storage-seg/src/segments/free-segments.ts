/**
 * The segments that are free, linked through their headers in both directions: one is taken from the
 * front, and neighbours, for an item that is longer than a segment, from wherever they are.
 *
 * ```text
 *   firstFree --> 9 <-> 4 <-> 5 <-> 2        the two neighbours: 4 and 5
 * ```
 *
 * Everything here is done under the segment lock.
 *
 * @module
 */
import type { Gauge } from '@pelikan/metrics'
import type { Control } from '../control.ts'
import { NO_SEGMENT, SegmentState, type SegmentHeaders, type SegmentId } from './segment-headers.ts'
import type { Slabs } from './slabs.ts'

export class FreeSegments {
  readonly #headers: SegmentHeaders
  readonly #slabs: Slabs
  readonly #control: Control
  readonly #gauge: Gauge

  constructor(headers: SegmentHeaders, slabs: Slabs, control: Control, gauge: Gauge) {
    this.#headers = headers
    this.#slabs = slabs
    this.#control = control
    this.#gauge = gauge
  }

  /** Let all segments be free, the first one first. */
  begin(): void {
    for (let id = this.#headers.count; id > 0; id--) this.give(id as SegmentId)
  }

  get count(): number {
    return this.#control.freeCount
  }

  /** Any of them, or {@link NO_SEGMENT}. */
  take(): SegmentId {
    const segment = this.#control.firstFree
    if (segment !== NO_SEGMENT) this.remove(segment)
    return segment
  }

  /** The first of `length` neighbours in one slab, which stay where they are; or {@link NO_SEGMENT}. */
  findNeighbours(length: number): SegmentId {
    const headers = this.#headers
    if (this.count < length) return NO_SEGMENT
    let found = 0
    for (let id = 1; id <= headers.count; id++) {
      if (this.#slabs.isFirst(id as SegmentId)) found = 0
      found = headers.state(id as SegmentId) === SegmentState.Free ? found + 1 : 0
      if (found === length) return (id - length + 1) as SegmentId
    }
    return NO_SEGMENT
  }

  /** Take this one; it has no neighbours in a list then. */
  remove(segment: SegmentId): void {
    const headers = this.#headers
    const next = headers.next(segment)
    const previous = headers.previous(segment)
    if (previous === NO_SEGMENT) this.#control.firstFree = next
    else headers.setNext(previous, next)
    if (next !== NO_SEGMENT) headers.setPrevious(next, previous)
    headers.setNext(segment, NO_SEGMENT)
    headers.setPrevious(segment, NO_SEGMENT)
    this.#control.freeCount--
    this.#gauge.add(-1)
  }

  /** Put a segment that is empty in front. */
  give(segment: SegmentId): void {
    const headers = this.#headers
    const next = this.#control.firstFree
    headers.setPrevious(segment, NO_SEGMENT)
    headers.setNext(segment, next)
    if (next !== NO_SEGMENT) headers.setPrevious(next, segment)
    this.#control.firstFree = segment
    this.#control.freeCount++
    this.#gauge.add(1)
  }

  /** All of them, for a recount. */
  *[Symbol.iterator](): Generator<SegmentId> {
    for (let id = this.#control.firstFree, left = this.count; left > 0; left--) {
      yield id
      id = this.#headers.next(id)
    }
  }
}
