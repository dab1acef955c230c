/**
 * The segments and what happens to the items in them: appended, found live, moved, dropped.
 *
 * ```text
 *   Free  --open-->  Live  --last item gone, cleared-->  Free
 *   Free  --open-->  Staging  --last value stored or given up-->  Free
 * ```
 *
 * A segment that has lost its last item is free at once, unless it is pinned; then when the pin goes.
 *
 * @module
 */
import { NEVER, type Clock, type Tick } from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import type { Control } from './control.ts'
import { NO_SLOT, type HashTable } from './hash-table.ts'
import { deadlineOf, keyLengthOf, keyStartOf, sizeOf } from './item-layout.ts'
import type { KeyHash } from './key-hash.ts'
import type { segMetrics } from './metrics.ts'
import {
  NO_DEADLINE,
  NO_SEGMENT,
  SegmentState,
  type SegmentHeaders,
  type SegmentId,
} from './segment-headers.ts'
import type { SegmentLists } from './segment-lists.ts'
import type { Slabs } from './slabs.ts'

/** Why an item is dropped. */
export const Reason = { Replace: 0, Delete: 1, Expire: 2, Evict: 3, Flush: 4 } as const
export type Reason = (typeof Reason)[keyof typeof Reason]

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
  /** Whether another thread has made all this. */
  readonly isAttached: boolean
}

export class Segments {
  readonly count: number
  readonly segmentBytes: number
  readonly slabs: Slabs
  readonly headers: SegmentHeaders
  readonly lists: SegmentLists
  readonly table: HashTable
  readonly metrics: BoundMetrics<typeof segMetrics>
  readonly clock: Clock
  readonly #hash: KeyHash
  readonly #control: Control

  constructor(parts: SegmentParts) {
    this.slabs = parts.slabs
    this.headers = parts.headers
    this.lists = parts.lists
    this.table = parts.table
    this.metrics = parts.metrics
    this.clock = parts.clock
    this.#hash = parts.hash
    this.#control = parts.control
    this.count = parts.headers.count
    this.segmentBytes = parts.slabs.segmentBytes
    if (parts.isAttached) return
    this.#control.firstFree = 1 as SegmentId
    this.#control.freeCount = this.count
    for (let id = 1; id < this.count; id++) {
      this.headers.setNext(id as SegmentId, (id + 1) as SegmentId)
    }
    this.metrics.segmentCurrent.add(this.count)
    this.metrics.segmentFree.add(this.count)
  }

  get freeCount(): number {
    return this.#control.freeCount
  }

  /** Flushes so far. */
  get epoch(): number {
    return this.#control.epoch
  }

  /** The number of the segment opened or merged last. */
  get sequence(): number {
    return this.#control.sequence
  }

  /** The index of the first word of an item in {@link Slabs.words}. */
  wordOf(segment: SegmentId, offset: number): number {
    return (this.slabs.base(segment) + offset) >> 2
  }

  /** The slot of the item at `offset`, or {@link NO_SLOT} where it is dead. */
  slotOf(segment: SegmentId, offset: number): number {
    const words = this.slabs.words(segment)
    const item = this.wordOf(segment, offset)
    const keyStart = keyStartOf(item)
    this.#hash.compute(this.slabs.bytes(segment), keyStart, keyStart + keyLengthOf(words, item))
    return this.table.findPlace(this.#hash.low, segment, offset)
  }

  /** The lanes of the key that {@link Segments.slotOf} looked up last. */
  get hash(): KeyHash {
    return this.#hash
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

  /** Take a free segment for `state`; there is one. */
  open(state: SegmentState): SegmentId {
    const segment = this.#control.firstFree
    this.#control.firstFree = this.headers.next(segment)
    this.#control.freeCount--
    this.metrics.segmentFree.add(-1)
    this.headers.open(segment, state, this.clock.now, this.nextSequence(), this.#control.epoch)
    return segment
  }

  nextSequence(): number {
    this.#control.sequence = (this.#control.sequence + 1) | 0
    return this.#control.sequence
  }

  /** Account for an item of `size` bytes in `segment`; returns its offset. */
  append(segment: SegmentId, size: number): number {
    this.metrics.itemCurrent.add(1)
    this.metrics.itemCurrentBytes.add(size)
    return this.headers.append(segment, size)
  }

  /** Take back the last {@link Segments.append}. */
  takeBack(segment: SegmentId, size: number): void {
    this.metrics.itemCurrent.add(-1)
    this.metrics.itemCurrentBytes.add(-size)
    this.headers.takeBack(segment, size)
    this.#freeIfEmpty(segment)
  }

  /** An item of this deadline is in the segment. */
  raiseLastDeadline(segment: SegmentId, deadline: Tick): void {
    const last = deadline === NEVER ? NO_DEADLINE : deadline
    this.headers.raiseLastDeadline(segment, last)
    if (last < this.#control.nextExpiry) this.#control.nextExpiry = last
  }

  /** The item at `offset` is dead: no slot points at it any more. */
  bury(segment: SegmentId, offset: number): void {
    this.#bury(segment, this.sizeAt(segment, offset))
    this.#freeIfEmpty(segment)
  }

  /** Take the item in `slot`, which has the hash `low`, out of the table; it is dead. */
  drop(slot: number, low: number, reason: Reason): void {
    const segment = this.table.segmentAt(slot)
    const offset = this.table.offsetAt(slot)
    this.table.remove(slot, low)
    this.metrics.hashRemove.increment()
    this.#count(reason)
    this.bury(segment, offset)
  }

  unpin(segment: SegmentId): void {
    this.headers.unpin(segment)
    this.#freeIfEmpty(segment)
  }

  /** Drop every item of a segment that is not pinned; it is free then. */
  clear(segment: SegmentId, reason: Reason): void {
    const { headers } = this
    headers.pin(segment)
    const end = headers.writeEnd(segment)
    for (let offset = 0; offset < end && headers.liveItems(segment) > 0;) {
      const size = this.sizeAt(segment, offset)
      const slot = this.slotOf(segment, offset)
      if (slot !== NO_SLOT) this.drop(slot, this.#hash.low, reason)
      offset += size
    }
    this.unpin(segment)
  }

  /** Whether nothing of the item's time is left. */
  isOver(segment: SegmentId, offset: number, now: Tick): boolean {
    const deadline = deadlineOf(this.slabs.words(segment), this.wordOf(segment, offset))
    return deadline !== NEVER && deadline <= now
  }

  /** Move the live items of a segment together, to its start; what is read is counted from 0 again. */
  compact(segment: SegmentId): void {
    const { headers, slabs, table } = this
    const bytes = slabs.bytes(segment)
    const base = slabs.base(segment)
    const end = headers.writeEnd(segment)
    let writeEnd = 0
    let last = 0
    const deadItems = headers.items(segment) - headers.liveItems(segment)
    for (let offset = 0; offset < end;) {
      const size = this.sizeAt(segment, offset)
      const slot = this.slotOf(segment, offset)
      if (slot !== NO_SLOT) {
        last = Math.max(last, this.#lastDeadlineOf(segment, offset))
        if (offset !== writeEnd) {
          const { low } = this.#hash
          // Its bytes may be written over while they move.
          table.beginChange(low)
          bytes.copyWithin(base + writeEnd, base + offset, base + offset + size)
          table.place(slot, segment, writeEnd)
          table.endChange(low)
          this.metrics.itemCompacted.increment()
        }
        table.resetFrequency(slot)
        writeEnd += size
      }
      offset += size
    }
    headers.compacted(segment, writeEnd)
    headers.setLastDeadline(segment, last)
    this.metrics.itemDead.add(-deadItems)
    this.metrics.itemDeadBytes.add(writeEnd - end)
    if (last < this.#control.nextExpiry) this.#control.nextExpiry = last
  }

  /** Move the live item of `slot`, which has the hash `low`, to the end of `target`, where it fits. */
  moveTo(slot: number, low: number, target: SegmentId): void {
    const { slabs, table } = this
    const source = table.segmentAt(slot)
    const offset = table.offsetAt(slot)
    const size = this.sizeAt(source, offset)
    const from = slabs.base(source) + offset
    const to = this.append(target, size)
    slabs.bytes(source).copy(slabs.bytes(target), slabs.base(target) + to, from, from + size)
    this.raiseLastDeadline(target, deadlineOf(slabs.words(source), from >> 2))
    table.move(slot, low, target, to)
    table.resetFrequency(slot)
    this.metrics.itemRelink.increment()
    this.#bury(source, size)
  }

  /** Put a segment behind the others of `list`, as the newest. */
  relist(segment: SegmentId, list: number): void {
    this.lists.remove(segment)
    this.lists.append(list, segment)
    this.headers.setSequence(segment, this.nextSequence())
  }

  /** Everything stored so far is gone. */
  flush(): void {
    this.#control.epoch = (this.#control.epoch + 1) | 0
    this.#control.hasFlushed = true
  }

  /**
   * Free segments that were flushed or whose last deadline has passed, until `itemsMax` items have
   * been dropped.
   *
   * @returns how many segments
   */
  reclaim(now: Tick, itemsMax: number): number {
    if (!this.#control.hasFlushed && now < this.#control.nextExpiry) return 0
    const { headers } = this
    let freed = 0
    let items = 0
    let left = false
    let next: Tick = NO_DEADLINE
    for (let id = 1; id <= this.count; id++) {
      const segment = id as SegmentId
      if (headers.state(segment) !== SegmentState.Live) continue
      const flushed = this.isFlushed(segment)
      const last = headers.lastDeadline(segment)
      if (!flushed && last > now) {
        if (last < next) next = last
      } else if (items >= itemsMax || headers.isPinned(segment)) {
        left = true
      } else {
        items += headers.items(segment)
        this.clear(segment, flushed ? Reason.Flush : Reason.Expire)
        if (flushed) this.metrics.segmentClear.increment()
        else this.metrics.segmentExpire.increment()
        freed++
      }
    }
    if (left) return freed
    this.#control.hasFlushed = false
    this.#control.nextExpiry = next
    return freed
  }

  /** The free segments, for a recount. */
  *free(): Generator<SegmentId> {
    for (let id = this.#control.firstFree, left = this.#control.freeCount; left > 0; left--) {
      yield id
      id = this.headers.next(id)
    }
  }

  #lastDeadlineOf(segment: SegmentId, offset: number): Tick {
    const deadline = deadlineOf(this.slabs.words(segment), this.wordOf(segment, offset))
    return deadline === NEVER ? NO_DEADLINE : deadline
  }

  #bury(segment: SegmentId, size: number): void {
    this.headers.bury(segment, size)
    this.metrics.itemCurrent.add(-1)
    this.metrics.itemCurrentBytes.add(-size)
    this.metrics.itemDead.add(1)
    this.metrics.itemDeadBytes.add(size)
  }

  #freeIfEmpty(segment: SegmentId): void {
    const { headers } = this
    if (headers.liveItems(segment) !== 0 || headers.isPinned(segment)) return
    this.metrics.itemDead.add(-headers.items(segment))
    this.metrics.itemDeadBytes.add(-headers.writeEnd(segment))
    if (headers.state(segment) === SegmentState.Live) this.lists.remove(segment)
    headers.reset(segment)
    headers.setPrevious(segment, NO_SEGMENT)
    headers.setNext(segment, this.#control.firstFree)
    this.#control.firstFree = segment
    this.#control.freeCount++
    this.metrics.segmentFree.add(1)
    this.metrics.segmentReturn.increment()
  }

  #count(reason: Reason): void {
    switch (reason) {
      case Reason.Replace:
        return this.metrics.itemReplace.increment()
      case Reason.Delete:
        return this.metrics.itemDelete.increment()
      case Reason.Expire:
        return this.metrics.itemExpire.increment()
      case Reason.Evict:
        return this.metrics.itemEvict.increment()
      case Reason.Flush:
        return this.metrics.itemFlush.increment()
    }
  }
}
