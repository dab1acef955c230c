/**
 * An item that is being written. Nobody finds it before it is linked, and its segment is pinned till then.
 *
 * ```text
 *   place  -->  write the value  -->  link   the slot of the key points at it, what was there is dead
 *                                     abandon   the room is given back
 * ```
 *
 * Placing may evict and waits for other threads, so it happens while no chain is open; linking, while
 * that of the key is.
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import { NEVER, Status, type Entry, type Tick } from '@pelikan/core'
import type { Arriving } from './arriving.ts'
import type { Allocator } from './allocator.ts'
import type { Control } from '../control.ts'
import { copyBytes } from '../item/copy-bytes.ts'
import type { EvictionPolicy } from '../eviction/eviction.ts'
import { NO_SLOT } from '../hash-table/hash-table.ts'
import type { ReadCounts } from '../hash-table/read-counts.ts'
import { ItemCursor } from '../item/item-cursor.ts'
import { itemFlags, ItemFlag, itemSize, setCas, setTrailer } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import { NO_SEGMENT, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Holds } from '../segments/holds.ts'
import type { Segments } from '../segments/segments.ts'
import { bucketForDeadline } from '../segments/ttl-buckets.ts'

/** What a new item works with. */
export interface NewItemParts {
  readonly segments: Segments
  readonly lookup: Lookup
  readonly allocator: Allocator
  readonly policy: EvictionPolicy
  readonly control: Control
  /** Whether a chain that is full loses its coldest item, rather than refuse. */
  readonly evicts: boolean
}

export class NewItem {
  /** Bytes that the item takes; 0 while there is none. */
  size = 0
  /** Where the item lies; its value is to be written from `cursor.valueStart` on. */
  readonly cursor: ItemCursor
  /** The segment that lost an item to the last link; {@link NO_SEGMENT} for none. */
  thinned: SegmentId = NO_SEGMENT
  readonly #segments: Segments
  readonly #reads: ReadCounts
  readonly #holds: Holds
  readonly #lookup: Lookup
  readonly #allocator: Allocator
  readonly #policy: EvictionPolicy
  readonly #control: Control
  readonly #evicts: boolean
  #offset = 0
  #valueLength = 0
  #deadline: Tick = NEVER
  #clientFlags = 0
  #isWide = false

  constructor(parts: NewItemParts) {
    this.cursor = new ItemCursor(parts.segments.slabs)
    this.#segments = parts.segments
    this.#reads = parts.segments.table.reads
    this.#holds = parts.segments.holds
    this.#lookup = parts.lookup
    this.#allocator = parts.allocator
    this.#policy = parts.policy
    this.#control = parts.control
    this.#evicts = parts.evicts
  }

  /**
   * Find room for an item of the key that was looked up, and write all of it but its value. One that
   * was placed before and not linked is given up.
   *
   * @param isWide whether its token is to have 64 bits
   * @returns false where there is no room
   */
  place(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    valueLength: number,
    deadline: Tick,
    clientFlags: number,
    isWide: boolean,
  ): boolean {
    this.abandon()
    const { now } = this.#segments.clock
    const { high, low } = this.#lookup
    const list = this.#policy.listFor(bucketForDeadline(deadline, now), low, high)
    const flags = itemFlags(deadline, clientFlags) | (isWide ? ItemFlag.WideCas : 0)
    const keyLength = keyEnd - keyStart
    const allocator = this.#allocator
    if (!allocator.place(list, keyLength, valueLength, flags, deadline, now)) return false
    this.size = itemSize(keyLength, valueLength, flags)
    this.#offset = allocator.offset
    this.#valueLength = valueLength
    this.#deadline = deadline
    this.#clientFlags = clientFlags
    this.#isWide = isWide
    const { cursor } = this
    cursor.point(allocator.segment, allocator.offset)
    copyBytes(key, keyStart, keyEnd, cursor.bytes, cursor.keyStart)
    setTrailer(cursor.words, cursor.item, deadline, clientFlags)
    setCas(cursor.words, cursor.item, this.#control.nextCas())
    return true
  }

  /**
   * Leave the item that was placed, with its pin, to a value that arrives.
   *
   * @param segmentsMax in so many segments values may be arriving; where it would be one more, the item
   * is given up
   */
  leave(segmentsMax: number): Arriving | undefined {
    const { segment, valueStart, valueLength } = this.cursor
    if (!this.#holds.arrive(segment, segmentsMax)) {
      this.abandon()
      return undefined
    }
    const { size } = this
    this.size = 0
    const offset = this.#offset
    return {
      segment,
      start: valueStart,
      length: valueLength,
      written: 0,
      offset,
      size,
      isKept: false,
    }
  }

  /**
   * Take over what has arrived in a place of its own, if it may be this item there.
   *
   * @returns whether it may; then the item is to be linked or abandoned
   */
  adopt(arriving: Arriving, entry: Entry, deadline: Tick): boolean {
    const { offset, segment, size } = arriving
    const { cursor } = this
    const isWhole = offset >= 0 && arriving.written === arriving.length
    if (!isWhole || this.size > 0 || this.#segments.isFlushed(segment)) return false
    cursor.point(segment, offset)
    const { bytes, item, keyEnd, keyStart, words } = cursor
    const { flags, key } = entry
    if ((cursor.flags & ~ItemFlag.Long) !== itemFlags(deadline, flags)) return false
    if (!bytesEqual(key, entry.keyStart, entry.keyEnd, bytes, keyStart, keyEnd)) return false
    // Both count from the moment that it is stored.
    setTrailer(words, item, deadline, flags)
    setCas(words, item, this.#control.nextCas())
    this.#segments.raiseLastDeadline(segment, deadline)
    this.size = size
    this.#offset = offset
    arriving.isKept = true
    return true
  }

  /** Whether there is an item, and it was placed for just this. */
  isFor(valueLength: number, deadline: Tick, clientFlags: number, isWide: boolean): boolean {
    return (
      this.size > 0 &&
      this.#valueLength === valueLength &&
      this.#deadline === deadline &&
      this.#clientFlags === clientFlags &&
      this.#isWide === isWide
    )
  }

  /** Make the item the one that its key finds, in the place of what is in `slot`; the chain is open. */
  link(slot: number): Status {
    const segments = this.#segments
    const { metrics, table } = segments
    const { segment } = this.cursor
    this.thinned = NO_SEGMENT
    if (slot === NO_SLOT) {
      // Twice at most: the overflow bucket that the first drop empties may go to another chain.
      while (table.insert(this.#lookup.high, segment, this.#offset) === NO_SLOT) {
        metrics.hashInsertEx.increment()
        if (!this.#evicts) {
          this.abandon()
          return Status.NoSpace
        }
        segments.drop(table.coldest(), Reason.Evict)
      }
      metrics.hashInsert.increment()
    } else {
      this.thinned = table.segmentAt(slot)
      const size = segments.sizeAt(this.thinned, table.offsetAt(slot))
      table.place(slot, segment, this.#offset)
      segments.bury(this.thinned, size)
      metrics.itemReplace.increment()
    }
    this.#reads.stamp(this.#lookup.low, segments.second)
    this.size = 0
    this.#holds.unpin(segment)
    return Status.Ok
  }

  /** Give up the item, if there is one. */
  abandon(): void {
    if (this.size === 0) return
    this.#segments.takeBack(this.cursor.segment, this.#offset, this.size)
    this.size = 0
  }
}
