/**
 * The segments and the books that are kept of them: which are free, what is live in each.
 *
 * ```text
 *   Free  --open-->  Live  --last item gone-->  Free
 *   Free  --open-->  Staging  --last value stored or given up-->  Free
 *   Free, and neighbours  --open-->  Run, Rest ...  --its item gone-->  Free, all of them
 * ```
 *
 * An item is counted as live and pins its segment from the moment that room is reserved for it; then it is
 * written, linked, and the pin goes. A segment that has lost its last item is free at once, unless it
 * is busy; then when whoever works on it ({@link Holds}) is done.
 *
 * @module
 */
import { NEVER, TICKS_PER_SECOND, type Clock, type Tick } from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import type { Control } from '../control.ts'
import { EvictionNews } from '../eviction/eviction-news.ts'
import type { HashTable } from '../hash-table/hash-table.ts'
import { countDrop, Reason } from './drop-reason.ts'
import { FreeSegments } from './free-segments.ts'
import { Holds } from './holds.ts'
import {
  deadlineOf,
  flagsOf,
  ItemFlag,
  keyLengthOf,
  keyStartOf,
  sizeOf,
} from '../item/item-layout.ts'
import type { KeyHash } from '../hash-table/key-hash.ts'
import type { Lock } from '../lock.ts'
import type { segMetrics } from '../metrics.ts'
import {
  NO_DEADLINE,
  NO_SEGMENT,
  SegmentState,
  type SegmentHeaders,
  type SegmentId,
} from './segment-headers.ts'
import type { SegmentLists } from './segment-lists.ts'
import type { Slabs } from './slabs.ts'

/** How large an item may be. */
export interface ItemLimits {
  /** Bytes of key and value together, with 4 for a client's flags. */
  readonly itemSizeMax: number
  /** Segments of a run. */
  readonly runMax: number
}

/** What segments are made of. */
export interface SegmentParts {
  readonly slabs: Slabs
  readonly headers: SegmentHeaders
  readonly lists: SegmentLists
  readonly table: HashTable
  readonly hash: KeyHash
  readonly metrics: BoundMetrics<typeof segMetrics>
  readonly clock: Clock
  readonly control: Control
  readonly limits: ItemLimits
  /** Whether another thread has made all this. */
  readonly isAttached: boolean
}

export class Segments {
  readonly count: number
  readonly segmentBytes: number
  readonly slabs: Slabs
  readonly headers: SegmentHeaders
  readonly free: FreeSegments
  readonly lists: SegmentLists
  readonly table: HashTable
  readonly metrics: BoundMetrics<typeof segMetrics>
  readonly clock: Clock
  readonly limits: ItemLimits
  /** Its lanes are those of the key that was hashed last. */
  readonly hash: KeyHash
  /** The segment lock. */
  readonly lock: Lock
  readonly evictions: EvictionNews
  /** Who works on which segment. */
  readonly holds: Holds
  readonly #control: Control

  constructor(parts: SegmentParts) {
    this.slabs = parts.slabs
    this.headers = parts.headers
    this.lists = parts.lists
    this.table = parts.table
    this.metrics = parts.metrics
    this.clock = parts.clock
    this.limits = parts.limits
    this.hash = parts.hash
    this.lock = parts.control.segmentLock
    this.evictions = new EvictionNews(this)
    this.holds = new Holds(this, parts.control)
    this.#control = parts.control
    this.count = parts.headers.count
    this.segmentBytes = parts.slabs.segmentBytes
    const { control, headers, metrics, slabs } = parts
    this.free = new FreeSegments(headers, slabs, control, metrics.segmentFree)
    if (parts.isAttached) return
    this.free.begin()
    this.metrics.segmentCurrent.add(this.count)
    this.metrics.segmentBytes.add(this.count * this.segmentBytes)
  }

  /** The number of the segment opened or merged last. */
  get sequence(): number {
    return this.#control.sequence
  }

  /** Seconds of the clock, which frequencies are counted in. */
  get second(): number {
    return (this.clock.now / TICKS_PER_SECOND) | 0
  }

  /** The index of the first word of an item in {@link Slabs.words}. */
  wordOf(segment: SegmentId, offset: number): number {
    return (this.slabs.base(segment) + offset) >> 2
  }

  sizeAt(segment: SegmentId, offset: number): number {
    return sizeOf(this.slabs.words(segment), this.wordOf(segment, offset))
  }

  /** Whether the items of a segment were flushed. */
  isFlushed(segment: SegmentId): boolean {
    return this.headers.epoch(segment) !== this.#control.epoch
  }

  hasRoom(segment: SegmentId, size: number): boolean {
    return this.headers.writeEnd(segment) + size <= this.segmentBytes && !this.isFlushed(segment)
  }

  /** Whether nothing of the item's time is left. */
  isOver(segment: SegmentId, offset: number, now: Tick): boolean {
    const deadline = deadlineOf(this.slabs.words(segment), this.wordOf(segment, offset))
    return deadline !== NEVER && deadline <= now
  }

  /**
   * Open the chain of the item at `offset`; `table.close()` follows.
   *
   * @returns its slot, or `NO_SLOT` where it is dead
   */
  openAt(segment: SegmentId, offset: number): number {
    // A key is written once, so it can be read while others write to its item.
    const words = this.slabs.words(segment)
    const item = this.wordOf(segment, offset)
    const keyStart = keyStartOf(item)
    this.hash.compute(this.slabs.bytes(segment), keyStart, keyStart + keyLengthOf(words, item))
    const { low } = this.hash
    this.table.open(low)
    return this.table.findPlace(low, segment, offset)
  }

  /** Take the item in `slot`, whose chain is open, out of the table; it is dead. */
  drop(slot: number, reason: Reason): void {
    const { table } = this
    const segment = table.segmentAt(slot)
    const item = this.wordOf(segment, table.offsetAt(slot))
    const words = this.slabs.words(segment)
    if (reason === Reason.Evict) this.evictions.tell(slot)
    table.remove(slot)
    this.metrics.hashRemove.increment()
    countDrop(this.metrics, reason, (flagsOf(words, item) & ItemFlag.Fetched) !== 0)
    this.bury(segment, sizeOf(words, item))
  }

  /** When the oldest live segment was opened; now where there is none. Others may open and free some meanwhile. */
  oldest(): Tick {
    const { clock, count, headers } = this
    let oldest = clock.now
    for (let id = 1; id <= count; id++) {
      if (!headers.holdsItems(id as SegmentId)) continue
      oldest = Math.min(oldest, headers.createdAt(id as SegmentId))
    }
    return oldest
  }

  // With the segment lock held

  /** Take a free segment for `state`; {@link NO_SEGMENT} where there is none. */
  open(state: SegmentState): SegmentId {
    const segment = this.free.take()
    if (segment !== NO_SEGMENT) this.#begin(segment, state, 1)
    return segment
  }

  /** Make a run of `length` free neighbours, which begin at `head`. */
  openRun(head: SegmentId, length: number): void {
    for (let i = 0; i < length; i++) this.free.remove((head + i) as SegmentId)
    this.#begin(head, SegmentState.Run, length)
    this.headers.beginRun(head, length)
  }

  /** The next number, for what is as if it were opened now, with so many segments. */
  nextSequence(segments = 1): number {
    this.#control.sequence = (this.#control.sequence + segments) | 0
    return this.#control.sequence
  }

  /** Account for an item of `size` bytes in `segment`, to which there is room; returns its offset. */
  append(segment: SegmentId, size: number, deadline: Tick): number {
    this.metrics.itemCurrent.add(1)
    this.metrics.itemCurrentBytes.add(size)
    this.#raise(segment, deadline === NEVER ? NO_DEADLINE : deadline)
    return this.headers.append(segment, size)
  }

  /** Let a segment, or run, that has no item and that nobody works on be free; returns whether it is now. */
  freeIfEmpty(segment: SegmentId): boolean {
    const { headers } = this
    if (headers.liveItems(segment) !== 0 || headers.isBusy(segment)) return false
    this.metrics.itemDead.add(-headers.items(segment))
    this.metrics.itemDeadBytes.add(-headers.writeEnd(segment))
    if (headers.state(segment) === SegmentState.Live) this.lists.remove(segment)
    const length = headers.runLength(segment)
    for (let id = segment + length - 1; id >= segment; id--) {
      headers.reset(id as SegmentId)
      this.free.give(id as SegmentId)
    }
    this.metrics.segmentReturn.add(length)
    return true
  }

  // Each takes the segment lock

  /** An item that was appended will not be written: give the room back, if nothing is behind it yet. */
  takeBack(segment: SegmentId, offset: number, size: number): void {
    this.lock.acquire()
    this.headers.unpin(segment)
    if (this.headers.writeEnd(segment) === offset + size) {
      this.metrics.itemCurrent.add(-1)
      this.metrics.itemCurrentBytes.add(-size)
      this.headers.takeBack(segment, size)
    } else {
      this.#bury(segment, size)
    }
    this.freeIfEmpty(segment)
    this.lock.release()
  }

  /** An item of `size` bytes in `segment` is dead: no slot points at it any more. */
  bury(segment: SegmentId, size: number): void {
    this.lock.acquire()
    this.#bury(segment, size)
    this.freeIfEmpty(segment)
    this.lock.release()
  }

  /** An item of this deadline, whose chain is open, is in the segment. */
  raiseLastDeadline(segment: SegmentId, deadline: Tick): void {
    const last = deadline === NEVER ? NO_DEADLINE : deadline
    if (this.headers.lastDeadline(segment) >= last && this.#control.nextExpiry <= last) return
    this.lock.acquire()
    this.#raise(segment, last)
    this.lock.release()
  }

  #begin(segment: SegmentId, state: SegmentState, length: number): void {
    const sequence = this.nextSequence(length)
    this.headers.open(segment, state, this.clock.now, sequence, this.#control.epoch)
  }

  #raise(segment: SegmentId, last: Tick): void {
    this.headers.raiseLastDeadline(segment, last)
    this.#control.lowerNextExpiry(last)
  }

  #bury(segment: SegmentId, size: number): void {
    this.headers.bury(segment, size)
    this.metrics.itemCurrent.add(-1)
    this.metrics.itemCurrentBytes.add(-size)
    this.metrics.itemDead.add(1)
    this.metrics.itemDeadBytes.add(size)
  }
}
