/**
 * What the thread that evicts does with the items of segments it has claimed: drop them all, move them
 * together, move them elsewhere.
 *
 * Segments are walked from their start. Each item's chain is opened while it is looked at, for only
 * then does its size stand still; between two items everybody else goes on. Each of these walks can stop there, too:
 * it yields every few items, and what it has claimed stays claimed until it is run to its end.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import type { ReadCounts } from '../hash-table/read-counts.ts'
import { copyShared } from '../item/copy-bytes.ts'
import { deadlineOf } from '../item/item-layout.ts'
import { NO_SEGMENT, type SegmentHeaders, type SegmentId } from './segment-headers.ts'
import { Reason } from './drop-reason.ts'
import type { Segments } from './segments.ts'
import type { Slabs } from './slabs.ts'

/** A walk that does a part of its work each time that it is asked for more. */
export type Walk<Result = void> = Generator<undefined, Result, undefined>

/** In place of an offset. */
const NO_ROOM = -1
/** Most bytes of items that are walked over before the next yield. */
const STRIDE_BYTES_MAX = 4096
/** Yields, at least, in a walk over a full segment. */
const STRIDES_MIN = 16

/** Run `walk` to its end. */
export function finish<Result>(walk: Walk<Result>): Result {
  for (;;) {
    const { done, value } = walk.next()
    if (done === true) return value
  }
}

export class Relocation {
  readonly #segments: Segments
  readonly #reads: ReadCounts
  readonly #headers: SegmentHeaders
  readonly #slabs: Slabs
  readonly #table: HashTable
  /** Bytes of items that are walked over before the next yield. */
  readonly strideBytes: number
  /** Bytes walked over since the last yield. */
  #walked = 0

  constructor(segments: Segments) {
    this.strideBytes = Math.min(STRIDE_BYTES_MAX, segments.segmentBytes / STRIDES_MIN)
    this.#segments = segments
    this.#reads = segments.table.reads
    this.#headers = segments.headers
    this.#slabs = segments.slabs
    this.#table = segments.table
  }

  /** Drop every item of a claimed segment; for `Reason.Expire` those that are over at `now`. */
  *clear(segment: SegmentId, reason: Reason, now: Tick): Walk {
    const segments = this.#segments
    const end = this.#headers.writeEnd(segment)
    for (let offset = 0; offset < end && this.#headers.liveItems(segment) > 0;) {
      const slot = segments.openAt(segment, offset)
      const size = segments.sizeAt(segment, offset)
      // One may have been touched, by a thread that has not seen this tick yet.
      const goes = reason !== Reason.Expire || segments.isOver(segment, offset, now)
      if (slot !== NO_SLOT && goes) segments.drop(slot, reason)
      this.#table.close()
      offset += size
      if (this.hasWalked(size)) yield
    }
  }

  /**
   * Let a claimed run be as if it were opened now, if its item was read; reads are counted from 0 again.
   *
   * @returns whether it was read
   */
  renew(run: SegmentId): boolean {
    const segments = this.#segments
    const headers = this.#headers
    const slot = segments.openAt(run, 0)
    const wasRead = slot !== NO_SLOT && this.#reads.frequencyAt(slot) > 0
    if (wasRead) this.#reads.reset(slot)
    this.#table.close()
    if (!wasRead) return false
    segments.lock.acquire()
    headers.setSequence(run, segments.nextSequence(headers.runLength(run)))
    headers.setMerged(run)
    segments.lock.release()
    return true
  }

  /** Move the live items of a claimed segment together, to its start; reads are counted from 0 again. */
  *compact(segment: SegmentId): Walk {
    const headers = this.#headers
    const table = this.#table
    const { metrics } = this.#segments
    const bytes = this.#slabs.bytes(segment)
    const base = this.#slabs.base(segment)
    const end = headers.writeEnd(segment)
    let writeEnd = 0
    let items = 0
    // Who touches an item from here on raises it again.
    headers.setLastDeadline(segment, 0)
    for (let offset = 0; offset < end;) {
      const slot = this.#segments.openAt(segment, offset)
      const size = this.#segments.sizeAt(segment, offset)
      if (slot !== NO_SLOT) {
        const deadline = deadlineOf(this.#slabs.words(segment), (base + offset) >> 2)
        this.#segments.raiseLastDeadline(segment, deadline)
        if (offset !== writeEnd) {
          table.place(slot, segment, writeEnd)
          copyShared(bytes, base + offset, base + offset + size, bytes, base + writeEnd)
          metrics.itemCompacted.increment()
        }
        this.#reads.reset(slot)
        writeEnd += size
        items++
      }
      table.close()
      offset += size
      if (this.hasWalked(size)) yield
    }
    metrics.itemDead.add(items - headers.items(segment))
    metrics.itemDeadBytes.add(writeEnd - end)
    headers.compacted(segment, writeEnd, items)
  }

  /** Whether it is time to yield, after another `bytes`. */
  hasWalked(bytes: number): boolean {
    this.#walked += bytes
    if (this.#walked < this.strideBytes) return false
    this.#walked = 0
    return true
  }

  /** Move what is live in `source` behind the items of `target`, both claimed, as far as it fits. */
  *moveLive(source: SegmentId, target: SegmentId): Walk {
    const end = this.#headers.writeEnd(source)
    for (let offset = 0; offset < end;) {
      const slot = this.#segments.openAt(source, offset)
      const size = this.#segments.sizeAt(source, offset)
      if (slot !== NO_SLOT) this.move(slot, size, target)
      this.#table.close()
      offset += size
      if (this.hasWalked(size)) yield
    }
  }

  /**
   * Move the item of `slot`, whose chain is open and whose segment is claimed, to the end of the claimed
   * `target`.
   *
   * @returns whether it fitted
   */
  move(slot: number, size: number, target: SegmentId): boolean {
    const segments = this.#segments
    segments.lock.acquire()
    const to = this.#append(slot, size, target)
    segments.lock.release()
    if (to === NO_ROOM) return false
    this.#moveTo(slot, size, target, to)
    return true
  }

  /** As {@link Relocation.move}, to the tail of `list`, which others may be writing to. */
  moveToTail(slot: number, size: number, list: number): boolean {
    const { headers, lists, lock } = this.#segments
    lock.acquire()
    const tail = lists.tail(list)
    const isOpen = tail !== NO_SEGMENT && !headers.isClaimed(tail)
    const to = isOpen ? this.#append(slot, size, tail) : NO_ROOM
    if (to !== NO_ROOM) headers.pin(tail)
    lock.release()
    if (to === NO_ROOM) return false
    this.#moveTo(slot, size, tail, to)
    this.#segments.holds.unpin(tail)
    return true
  }

  /** Room for the item of `slot` in `target`, of the same flush, or {@link NO_ROOM}. The segment lock is held. */
  #append(slot: number, size: number, target: SegmentId): number {
    const segments = this.#segments
    const source = this.#table.segmentAt(slot)
    const sameFlush = this.#headers.epoch(source) === this.#headers.epoch(target)
    if (!sameFlush || !segments.hasRoom(target, size)) return NO_ROOM
    const item = segments.wordOf(source, this.#table.offsetAt(slot))
    return segments.append(target, size, deadlineOf(this.#slabs.words(source), item))
  }

  #moveTo(slot: number, size: number, target: SegmentId, to: number): void {
    const segments = this.#segments
    const slabs = this.#slabs
    const table = this.#table
    const source = table.segmentAt(slot)
    const from = slabs.base(source) + table.offsetAt(slot)
    copyShared(slabs.bytes(source), from, from + size, slabs.bytes(target), slabs.base(target) + to)
    table.place(slot, target, to)
    this.#reads.reset(slot)
    segments.metrics.itemRelink.increment()
    segments.bury(source, size)
  }
}
