/**
 * Values that arrive in pieces. They lie in segments of their own, which nothing evicts, and are
 * copied to their place when they are stored, because only then is it known where that is: the item may
 * have been flushed meanwhile, its deadline counts from then, and an append needs room for two.
 *
 * ```text
 *   staging segment   | value 1 | value 2 ... | value 3 |        pinned once for each open value
 * ```
 *
 * A quarter of the segments, but at least one, may be used so; each thread fills one of its own.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { Allocator } from './allocator.ts'
import { SegError } from '../errors.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'

const STAGING_SHARE = 4
const ID_MASK = 0x7fff_ffff

/** A value that is arriving. */
export interface Arriving {
  readonly segment: SegmentId
  /** In the slab. */
  readonly start: number
  readonly length: number
  written: number
}

export class Staging {
  readonly #segments: Segments
  readonly #allocator: Allocator
  readonly #segmentsMax: number
  readonly #open = new Map<number, Arriving>()
  /** The segment that is filled now, and how far. */
  #current: SegmentId = NO_SEGMENT
  #writeEnd = 0
  #lastId = -1

  constructor(segments: Segments, allocator: Allocator) {
    this.#segments = segments
    this.#allocator = allocator
    this.#segmentsMax = Math.max(1, Math.floor(segments.count / STAGING_SHARE))
  }

  /** Hold room for `length` bytes, at most a segment; returns an id, or -1 where there is no room. */
  reserve(length: number, now: Tick): number {
    // At least a byte, so that two values never have one place.
    const size = (Math.max(length, 1) + 3) & ~3
    if (this.#current === NO_SEGMENT || this.#writeEnd + size > this.#segments.segmentBytes) {
      if (this.#count() >= this.#segmentsMax) return -1
      const segment = this.#allocator.openSegment(SegmentState.Staging, now)
      if (segment === NO_SEGMENT) return -1
      this.#current = segment
      this.#writeEnd = 0
    } else {
      this.#segments.pin(this.#current)
    }
    do this.#lastId = (this.#lastId + 1) & ID_MASK
    while (this.#open.has(this.#lastId))
    const start = this.#segments.slabs.base(this.#current) + this.#writeEnd
    this.#open.set(this.#lastId, { segment: this.#current, start, length, written: 0 })
    this.#writeEnd += size
    return this.#lastId
  }

  /** @throws SegError where nothing is held under `id`, or the bytes do not fit */
  write(id: number, bytes: Buffer, start: number, end: number): void {
    const arriving = this.get(id)
    if (arriving.written + end - start > arriving.length) {
      throw new SegError(
        'PELIKAN_SEG_INVALID_RESERVATION',
        `reservation ${id} is for ${arriving.length} bytes and has ${arriving.written} already`,
      )
    }
    const target = this.#segments.slabs.bytes(arriving.segment)
    bytes.copy(target, arriving.start + arriving.written, start, end)
    arriving.written += end - start
  }

  /** @throws SegError where nothing is held under `id` */
  get(id: number): Arriving {
    const arriving = this.#open.get(id)
    if (arriving !== undefined) return arriving
    throw new SegError('PELIKAN_SEG_INVALID_RESERVATION', `there is no reservation ${id}`)
  }

  /**
   * Give the room up.
   *
   * @throws SegError where nothing is held under `id`
   */
  release(id: number): void {
    const { segment } = this.get(id)
    this.#open.delete(id)
    if (this.#segments.unpin(segment) && segment === this.#current) this.#current = NO_SEGMENT
  }

  /** What is arriving, for a recount. */
  *[Symbol.iterator](): Generator<Arriving> {
    yield* this.#open.values()
  }

  #count(): number {
    const { headers, count } = this.#segments
    let staging = 0
    for (let id = 1; id <= count; id++) {
      if (headers.state(id as SegmentId) === SegmentState.Staging) staging++
    }
    return staging
  }
}
