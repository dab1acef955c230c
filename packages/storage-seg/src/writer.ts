/**
 * Writes items: over the old one where the size stays, else in a new place to which the slot of the key
 * is then turned. Finding a place may evict, and so move or drop any other item: slots are looked
 * up again afterwards, and what an item is made of is pinned meanwhile.
 *
 * @module
 */
import { SPACE, type Uint64 } from '@pelikan/buffer'
import { NEVER, NO_RESERVATION, Status, type Clock, type Entry, type Tick } from '@pelikan/core'
import type { Allocator } from './allocator.ts'
import type { Control } from './control.ts'
import { copyBytes } from './copy-bytes.ts'
import type { EvictionPolicy } from './eviction/eviction.ts'
import { NO_SLOT, type HashTable } from './hash-table.ts'
import { ItemCursor } from './item-cursor.ts'
import {
  ItemFlag,
  itemFlags,
  itemSize,
  KEY_LENGTH_MAX,
  setCas,
  setFlags,
  setLengths,
  setTrailer,
} from './item-layout.ts'
import type { Lookup } from './lookup.ts'
import type { SegmentId } from './segment-headers.ts'
import { Reason, type Segments } from './segments.ts'
import type { Staging } from './staging.ts'
import { bucketForDeadline, horizon, NEVER_BUCKET, TTL_BUCKETS } from './ttl-buckets.ts'

const NO_BYTES = Buffer.alloc(0)

/** What a writer works with. */
export interface WriterParts {
  readonly segments: Segments
  readonly lookup: Lookup
  readonly allocator: Allocator
  readonly policy: EvictionPolicy
  readonly staging: Staging
  readonly control: Control
  /** Whether a chain that is full loses its coldest item, rather than refuse. */
  readonly evicts: boolean
}

export class Writer {
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #clock: Clock
  readonly #lookup: Lookup
  readonly #allocator: Allocator
  readonly #policy: EvictionPolicy
  readonly #staging: Staging
  readonly #control: Control
  readonly #evicts: boolean

  /** The value that is written: `#source[#sourceStart, #sourceEnd)`. */
  #source: Buffer = NO_BYTES
  #sourceStart = 0
  #sourceEnd = 0
  readonly #digits = Buffer.alloc(20)
  readonly #old: ItemCursor
  readonly #new: ItemCursor

  constructor(parts: WriterParts) {
    this.#segments = parts.segments
    this.#table = parts.segments.table
    this.#clock = parts.segments.clock
    this.#lookup = parts.lookup
    this.#allocator = parts.allocator
    this.#policy = parts.policy
    this.#staging = parts.staging
    this.#control = parts.control
    this.#evicts = parts.evicts
    this.#old = new ItemCursor(parts.segments.slabs)
    this.#new = new ItemCursor(parts.segments.slabs)
  }

  /** Store the value of `entry` in the place of what is in `slot`, if anything is. */
  store(entry: Entry, slot: number): Status {
    this.#openSource(entry)
    const { deadline, flags, key, keyEnd, keyStart } = entry
    const valueLength = this.#sourceEnd - this.#sourceStart
    if (this.isTooLarge(keyEnd - keyStart, valueLength, flags)) {
      return this.giveUp(entry, Status.TooLarge)
    }
    if (this.#lookup.isPast(deadline)) {
      if (slot !== NO_SLOT) this.#lookup.drop(slot, Reason.Replace)
      return this.giveUp(entry, Status.Ok)
    }
    if (slot !== NO_SLOT && this.#overwrite(slot, deadline, flags, false)) {
      return this.giveUp(entry, Status.Ok)
    }
    const size = itemSize(keyEnd - keyStart, valueLength, itemFlags(deadline, flags))
    if (this.#place(deadline, size)) {
      const value = this.#begin(key, keyStart, keyEnd, valueLength, deadline, flags)
      copyBytes(this.#source, this.#sourceStart, this.#sourceEnd, this.#new.bytes, value)
      return this.giveUp(entry, this.#link(key, keyStart, keyEnd, size))
    }
    const old = slot === NO_SLOT ? NO_SLOT : this.#lookup.findAgain(key, keyStart, keyEnd)
    const kept = old !== NO_SLOT && this.#overwrite(old, deadline, flags, true)
    return this.giveUp(entry, kept ? Status.Ok : Status.NoSpace)
  }

  /** Put the value of `entry` before or behind the one in `slot`. */
  extend(entry: Entry, slot: number, before: boolean): Status {
    this.#openSource(entry)
    const { key, keyEnd, keyStart } = entry
    const old = this.#old
    old.pointBySlot(this.#table, slot)
    const { clientFlags, deadline, segment } = old
    const added = this.#sourceEnd - this.#sourceStart
    const valueLength = old.valueLength + added
    if (this.isTooLarge(keyEnd - keyStart, valueLength, clientFlags)) {
      return this.giveUp(entry, Status.TooLarge)
    }
    const size = itemSize(keyEnd - keyStart, valueLength, itemFlags(deadline, clientFlags))
    let status: Status = Status.NoSpace
    this.#segments.headers.pin(segment)
    if (this.#place(deadline, size)) {
      const value = this.#begin(key, keyStart, keyEnd, valueLength, deadline, clientFlags)
      const { bytes } = this.#new
      const oldAt = before ? value + added : value
      const newAt = before ? value : value + old.valueLength
      copyBytes(old.bytes, old.valueStart, old.valueEnd, bytes, oldAt)
      copyBytes(this.#source, this.#sourceStart, this.#sourceEnd, bytes, newAt)
      status = this.#link(key, keyStart, keyEnd, size)
    }
    this.#segments.unpin(segment)
    return this.giveUp(entry, status)
  }

  /** Make `number` the value in `slot`, in place where that needs no more bytes. */
  count(slot: number, key: Buffer, keyStart: number, keyEnd: number, number: Uint64): Status {
    const old = this.#old
    old.pointBySlot(this.#table, slot)
    const { bytes, clientFlags, deadline, item, segment, words } = old
    const digits = number.write(this.#digits, 0)
    const length = Math.max(old.valueLength, digits)
    const size = itemSize(old.keyLength, length, old.flags)
    if (size === old.size) {
      const value = old.valueStart
      this.#table.beginChange(this.#lookup.low)
      copyBytes(this.#digits, 0, digits, bytes, value)
      bytes.fill(SPACE, value + digits, value + length)
      setLengths(words, item, old.keyLength, length)
      setCas(words, item, this.#control.nextCas())
      this.#table.endChange(this.#lookup.low)
      this.#segments.metrics.itemReplace.increment()
      return Status.Ok
    }
    if (this.isTooLarge(old.keyLength, length, clientFlags)) return Status.TooLarge
    this.#segments.headers.pin(segment)
    let status: Status = Status.NoSpace
    if (this.#place(deadline, size)) {
      // It grows, so there are only digits.
      const value = this.#begin(key, keyStart, keyEnd, digits, deadline, clientFlags)
      copyBytes(this.#digits, 0, digits, this.#new.bytes, value)
      status = this.#link(key, keyStart, keyEnd, size)
    }
    this.#segments.unpin(segment)
    return status
  }

  /** Give the item in `slot` a deadline that has not passed; its cas token stays. */
  touch(slot: number, deadline: Tick): Status {
    const old = this.#old
    old.pointBySlot(this.#table, slot)
    const { bytes, cas, clientFlags, item, keyLength, keyStart, segment, valueLength, words } = old
    const size = itemSize(keyLength, valueLength, itemFlags(deadline, clientFlags))
    if (size === old.size && this.#belongs(segment, deadline)) {
      this.#retime(words, item, segment, deadline, clientFlags)
      return Status.Ok
    }
    let status: Status = Status.Ok
    this.#segments.headers.pin(segment)
    if (this.#place(deadline, size)) {
      const keyEnd = keyStart + keyLength
      const value = this.#begin(bytes, keyStart, keyEnd, valueLength, deadline, clientFlags)
      copyBytes(bytes, keyEnd, keyEnd + valueLength, this.#new.bytes, value)
      setCas(this.#new.words, this.#new.item, cas)
      status = this.#link(bytes, keyStart, keyEnd, size)
    } else if (deadline === NEVER || (old.flags & ItemFlag.Deadline) !== 0) {
      // It stays where it is, longer than its segment was meant to.
      this.#retime(words, item, segment, deadline, clientFlags)
    } else {
      status = Status.NoSpace
    }
    this.#segments.unpin(segment)
    return status
  }

  /** End the reservation of `entry`, where it has one; returns `status`. */
  giveUp(entry: Entry, status: Status): Status {
    if (entry.reservation !== NO_RESERVATION) this.#staging.release(entry.reservation)
    return status
  }

  /**
   * An item must fit into a segment also with a deadline, which a touch may give it. No key is empty or
   * longer than {@link KEY_LENGTH_MAX}.
   */
  isTooLarge(keyLength: number, valueLength: number, flags: number): boolean {
    const { segmentBytes } = this.#segments
    // Looked at alone, so that no sum of lengths passes 31 bits.
    if (valueLength > segmentBytes || keyLength < 1 || keyLength > KEY_LENGTH_MAX) return true
    const layout = itemFlags(NEVER, flags) | ItemFlag.Deadline
    return itemSize(keyLength, valueLength, layout) > segmentBytes
  }

  /**
   * Write the source over the value in `slot`, where the item stays of one size.
   *
   * @param force whatever the TTL bucket of its segment
   */
  #overwrite(slot: number, deadline: Tick, clientFlags: number, force: boolean): boolean {
    const old = this.#old
    old.pointBySlot(this.#table, slot)
    const { bytes, item, keyLength, segment, words } = old
    const valueLength = this.#sourceEnd - this.#sourceStart
    const flags = itemFlags(deadline, clientFlags)
    if (itemSize(keyLength, valueLength, flags) !== old.size) return false
    if (!force && !this.#belongs(segment, deadline)) return false
    this.#table.beginChange(this.#lookup.low)
    setLengths(words, item, keyLength, valueLength)
    setFlags(bytes, item, flags)
    copyBytes(this.#source, this.#sourceStart, this.#sourceEnd, bytes, old.valueStart)
    setTrailer(words, item, deadline, clientFlags)
    setCas(words, item, this.#control.nextCas())
    this.#table.endChange(this.#lookup.low)
    this.#segments.raiseLastDeadline(segment, deadline)
    this.#segments.metrics.itemReplace.increment()
    return true
  }

  /** Write the deadline of an item that has room for one. */
  #retime(
    words: Int32Array,
    item: number,
    segment: SegmentId,
    deadline: Tick,
    clientFlags: number,
  ): void {
    this.#table.beginChange(this.#lookup.low)
    setTrailer(words, item, deadline, clientFlags)
    this.#table.endChange(this.#lookup.low)
    this.#segments.raiseLastDeadline(segment, deadline)
  }

  /** Whether an item of this deadline may be in `segment`: that it keeps the segment no longer. */
  #belongs(segment: SegmentId, deadline: Tick): boolean {
    const { headers } = this.#segments
    const bucket = headers.list(segment) % TTL_BUCKETS
    if (bucket === NEVER_BUCKET) return true
    if (deadline === NEVER) return false
    return (
      deadline <= headers.lastDeadline(segment) ||
      deadline <= horizon(bucket, headers.createdAt(segment))
    )
  }

  /** Find room for an item of the key that was looked up; every slot may be another afterwards. */
  #place(deadline: Tick, size: number): boolean {
    const now = this.#clock.now
    const bucket = bucketForDeadline(deadline, now)
    const list = this.#policy.listFor(bucket, this.#lookup.low, this.#lookup.high)
    return this.#allocator.place(list, size, now)
  }

  /** Write all but the value at the place that was found; returns where the value goes. */
  #begin(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    valueLength: number,
    deadline: Tick,
    clientFlags: number,
  ): number {
    this.#new.point(this.#allocator.segment, this.#allocator.offset)
    const { bytes, item, segment, words } = this.#new
    setLengths(words, item, keyEnd - keyStart, valueLength)
    setFlags(bytes, item, itemFlags(deadline, clientFlags))
    setCas(words, item, this.#control.nextCas())
    copyBytes(key, keyStart, keyEnd, bytes, this.#new.keyStart)
    setTrailer(words, item, deadline, clientFlags)
    this.#segments.raiseLastDeadline(segment, deadline)
    return this.#new.valueStart
  }

  /** Make the item that was written the one that its key finds. */
  #link(key: Buffer, keyStart: number, keyEnd: number, size: number): Status {
    const { offset, segment } = this.#allocator
    const { high, low } = this.#lookup
    const table = this.#table
    const { metrics } = this.#segments
    const old = table.find(low, high, key, keyStart, keyEnd)
    if (old !== NO_SLOT) {
      const oldSegment = table.segmentAt(old)
      const oldOffset = table.offsetAt(old)
      table.move(old, low, segment, offset)
      this.#segments.bury(oldSegment, oldOffset)
      metrics.itemReplace.increment()
      this.#policy.removedFrom(oldSegment)
      return Status.Ok
    }
    if (table.insert(low, high, segment, offset) === NO_SLOT) {
      metrics.hashInsertEx.increment()
      if (!this.#evicts) {
        this.#segments.takeBack(segment, size)
        return Status.NoSpace
      }
      this.#segments.drop(table.coldest(low), low, Reason.Evict)
      table.insert(low, high, segment, offset)
    }
    metrics.hashInsert.increment()
    return Status.Ok
  }

  #openSource(entry: Entry): void {
    if (entry.reservation === NO_RESERVATION) {
      this.#source = entry.value
      this.#sourceStart = entry.valueStart
      this.#sourceEnd = entry.valueEnd
      return
    }
    const { segment, start, written } = this.#staging.get(entry.reservation)
    this.#source = this.#segments.slabs.bytes(segment)
    this.#sourceStart = start
    this.#sourceEnd = start + written
  }
}
