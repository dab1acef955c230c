/**
 * Values that arrive in pieces. Each is written to where its item will be, which nobody finds before it
 * is stored:
 *
 * ```text
 *   segment of a TTL bucket   | item | item | header key value 1 ... | item |      pinned meanwhile
 * ```
 *
 * What turns out to belong elsewhere when it is stored is copied: its segment may have been flushed
 * meanwhile, its deadline be another, and an append needs room for two. A pin keeps a segment from being
 * evicted for as long as a client takes. So where values arrive in an eighth of the segments already, others lie
 * in segments of their own, and are always copied:
 *
 * ```text
 *   staging segment           | value 2 | value 3 ... | value 4 |       pinned once for each open value
 * ```
 *
 * A value that is longer than a segment arrives in the run that it will have, and never elsewhere.
 *
 * All together are in a quarter of the segments at most, or one run and an eighth. In a heap of few there is one for staging, and none
 * else but a run; each thread fills one of its own.
 *
 * @module
 */
import { NEVER, type Entry, type Tick } from '@pelikan/core'
import type { Allocator } from './allocator.ts'
import type { Arriving } from './arriving.ts'
import { SegError } from '../errors.ts'
import { itemFlags, itemSize } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import type { NewItem } from './new-item.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import type { Holds } from '../segments/holds.ts'
import type { Segments } from '../segments/segments.ts'
import { withinTicks } from '../segments/ttl-buckets.ts'

const ARRIVING_SHARE = 4
const ID_MASK = 0x7fff_ffff

/** What staging works with. */
export interface StagingParts {
  readonly segments: Segments
  readonly allocator: Allocator
  readonly lookup: Lookup
  readonly item: NewItem
}

export class Staging {
  readonly #segments: Segments
  readonly #holds: Holds
  readonly #allocator: Allocator
  readonly #lookup: Lookup
  readonly #item: NewItem
  /** Segments in which values may arrive in place. */
  readonly #inPlaceMax: number
  readonly #stagingMax: number
  readonly #open = new Map<number, Arriving>()
  /** The segment that is filled now, and how far. */
  #current: SegmentId = NO_SEGMENT
  #writeEnd = 0
  #lastId = -1

  constructor(parts: StagingParts) {
    this.#segments = parts.segments
    this.#holds = parts.segments.holds
    this.#allocator = parts.allocator
    this.#lookup = parts.lookup
    this.#item = parts.item
    const segmentsMax = Math.max(1, Math.floor(parts.segments.count / ARRIVING_SHARE))
    this.#inPlaceMax = Math.floor(segmentsMax / 2)
    this.#stagingMax = segmentsMax - this.#inPlaceMax
  }

  /** Hold room for `length` bytes, at most an item of `entry`; returns an id, or -1 where there is no room. */
  reserve(entry: Entry, length: number, now: Tick): number {
    const arriving = this.#inPlace(entry, length, now) ?? this.#staged(length, now)
    if (arriving === undefined) return -1
    do this.#lastId = (this.#lastId + 1) & ID_MASK
    while (this.#open.has(this.#lastId))
    this.#open.set(this.#lastId, arriving)
    return this.#lastId
  }

  #inPlace(entry: Entry, length: number, now: Tick): Arriving | undefined {
    const { flags, key, keyEnd, keyStart } = entry
    const asked = withinTicks(entry.deadline)
    const isOver = asked !== NEVER && asked <= now
    // It is dropped when it is stored; till then it has to be somewhere.
    const deadline = isOver ? NEVER : asked
    const { segmentBytes } = this.#segments
    const size = itemSize(keyEnd - keyStart, length, itemFlags(deadline, flags))
    const run = Math.ceil(size / segmentBytes)
    const most = run > 1 ? this.#inPlaceMax + this.#stagingMax : this.#inPlaceMax
    if (run === 1 && (most === 0 || isOver)) return undefined
    // Nothing is evicted for what cannot be.
    if (run > 1 && !this.#holds.mayArrive(run, most)) return undefined
    this.#lookup.hash(key, keyStart, keyEnd)
    const item = this.#item
    if (!item.place(key, keyStart, keyEnd, length, deadline, flags, false)) return undefined
    return item.leave(most)
  }

  #staged(length: number, now: Tick): Arriving | undefined {
    // At least a byte, so that two values never have one place.
    const size = (Math.max(length, 1) + 3) & ~3
    if (size > this.#segments.segmentBytes) return undefined
    if (this.#current === NO_SEGMENT || this.#writeEnd + size > this.#segments.segmentBytes) {
      if (this.#count() >= this.#stagingMax) return undefined
      const segment = this.#allocator.openSegment(SegmentState.Staging, now)
      if (segment === NO_SEGMENT) return undefined
      this.#current = segment
      this.#writeEnd = 0
    } else {
      this.#holds.pin(this.#current)
    }
    const segment = this.#current
    const start = this.#segments.slabs.base(segment) + this.#writeEnd
    this.#writeEnd += size
    return { segment, start, length, written: 0, offset: -1, size, isKept: false }
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
   * Give the room up, unless it is kept.
   *
   * @throws SegError where nothing is held under `id`
   */
  release(id: number): void {
    const { isKept, offset, segment, size } = this.get(id)
    this.#open.delete(id)
    if (offset >= 0) {
      this.#holds.arrived(segment)
      if (!isKept) this.#segments.takeBack(segment, offset, size)
      return
    }
    if (this.#holds.unpin(segment) && segment === this.#current) this.#current = NO_SEGMENT
  }

  /** Give up all of them. */
  releaseAll(): void {
    for (const id of [...this.#open.keys()]) this.release(id)
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
