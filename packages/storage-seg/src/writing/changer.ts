/**
 * Changes what an item is from what it was: longer values, numbers, deadlines. In place where the size stays;
 * else the new state is written elsewhere while the chain is open, for only then does the old one stand
 * still.
 *
 * ```text
 *   open the chain --> gone? --> in place?          --> close
 *                        ^       room of that size? --> write, link, close
 *                        |           | no: close
 *                        +--- place <+
 * ```
 *
 * Each round but the first follows a change by another thread, which so got further; the first that
 * finds the item as it was ends it.
 *
 * @module
 */
import { SPACE, type Uint64 } from '@pelikan/buffer'
import { parseNumberText, Status, type Entry, type Tick } from '@pelikan/core'
import type { Control } from '../control.ts'
import { copyBytes } from '../item/copy-bytes.ts'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import type { ItemCopy } from '../item/item-copy.ts'
import { ItemCursor } from '../item/item-cursor.ts'
import {
  itemFlags,
  ItemFlag,
  itemSize,
  setCas,
  setLengths,
  setTrailer,
} from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import type { NewItem } from './new-item.ts'
import { NO_SEGMENT } from '../segments/segment-headers.ts'
import { Reason, type Segments } from '../segments/segments.ts'
import type { SegmentSupply } from './segment-supply.ts'
import type { ValueSource } from './value-source.ts'
import { belongs, isItemTooLarge, type WriterParts } from './writer.ts'

export class Changer {
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #lookup: Lookup
  readonly #supply: SegmentSupply
  readonly #control: Control
  readonly #source: ValueSource
  readonly #new: NewItem
  readonly #old: ItemCursor
  readonly #digits = Buffer.alloc(20)

  constructor(parts: WriterParts) {
    this.#segments = parts.segments
    this.#table = parts.segments.table
    this.#lookup = parts.lookup
    this.#supply = parts.supply
    this.#control = parts.control
    this.#source = parts.source
    this.#new = parts.item
    this.#old = new ItemCursor(parts.segments.slabs)
  }

  /** Put the value of `entry` before or behind the one that is there; its reservation ends. */
  extend(entry: Entry, before: boolean): Status {
    this.#source.open(entry)
    const status = this.#end(this.#extend(entry, before))
    this.#source.close(entry)
    return status
  }

  #extend({ key, keyEnd, keyStart }: Entry, before: boolean): Status {
    const old = this.#old
    const item = this.#new
    const source = this.#source
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotStored
      old.pointBySlot(this.#table, slot)
      const { clientFlags, deadline } = old
      const added = source.length
      const valueLength = old.valueLength + added
      if (isItemTooLarge(this.#segments, keyEnd - keyStart, valueLength, clientFlags)) {
        return Status.TooLarge
      }
      if (item.isFor(valueLength, deadline, clientFlags)) {
        const { bytes, valueStart } = item.cursor
        const oldAt = before ? valueStart + added : valueStart
        const addedAt = before ? valueStart : valueStart + old.valueLength
        copyBytes(old.bytes, old.valueStart, old.valueEnd, bytes, oldAt)
        copyBytes(source.bytes, source.start, source.end, bytes, addedAt)
        return item.link(slot)
      }
      const hasRoom = this.#place(key, keyStart, keyEnd, valueLength, deadline)
      slot = this.#lookup.reopen(key, keyStart, keyEnd)
      if (!hasRoom) return Status.NoSpace
    }
  }

  /** Add `delta` to the number that is there, or take it off, and put what becomes of it in `result`. */
  count(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    delta: Uint64,
    takesOff: boolean,
    result: Uint64,
  ): Status {
    return this.#end(this.#count(key, keyStart, keyEnd, delta, takesOff, result))
  }

  #count(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    delta: Uint64,
    takesOff: boolean,
    result: Uint64,
  ): Status {
    const old = this.#old
    const item = this.#new
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotFound
      old.pointBySlot(this.#table, slot)
      const { clientFlags, deadline, keyLength, valueEnd, valueStart } = old
      if (!parseNumberText(old.bytes, valueStart, valueEnd, result)) return Status.NotANumber
      if (takesOff) result.subtract(delta)
      else result.add(delta)
      const digits = result.write(this.#digits, 0)
      const length = Math.max(old.valueLength, digits)
      if (itemSize(keyLength, length, old.flags) === old.size) {
        this.#table.change()
        copyBytes(this.#digits, 0, digits, old.bytes, valueStart)
        old.bytes.fill(SPACE, valueStart + digits, valueStart + length)
        setLengths(old.words, old.item, keyLength, length)
        setCas(old.words, old.item, this.#control.nextCas())
        this.#segments.metrics.itemReplace.increment()
        return Status.Ok
      }
      // It grows, so there are only digits.
      if (isItemTooLarge(this.#segments, keyLength, digits, clientFlags)) return Status.TooLarge
      if (item.isFor(digits, deadline, clientFlags)) {
        copyBytes(this.#digits, 0, digits, item.cursor.bytes, item.cursor.valueStart)
        return item.link(slot)
      }
      const hasRoom = this.#place(key, keyStart, keyEnd, digits, deadline)
      slot = this.#lookup.reopen(key, keyStart, keyEnd)
      if (!hasRoom) return Status.NoSpace
    }
  }

  /**
   * Give an item a new deadline; its cas token stays.
   *
   * @param copy where the item is to be copied, as it is found; then it counts as read
   */
  touch(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    deadline: Tick,
    copy: ItemCopy | undefined,
  ): Status {
    return this.#end(this.#touch(key, keyStart, keyEnd, deadline, copy))
  }

  #touch(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    deadline: Tick,
    copy: ItemCopy | undefined,
  ): Status {
    const old = this.#old
    const item = this.#new
    let hasRoom = true
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotFound
      old.pointBySlot(this.#table, slot)
      if (copy !== undefined) {
        copy.take(old, deadline)
        old.markFetched()
        this.#table.access(slot, this.#lookup.low, this.#segments.second)
      }
      if (this.#lookup.isPast(deadline)) {
        this.#segments.drop(slot, Reason.Expire)
        return Status.Ok
      }
      const { clientFlags, valueLength } = old
      const size = itemSize(old.keyLength, valueLength, itemFlags(deadline, clientFlags))
      const isRoomy = size === old.size || (old.flags & ItemFlag.Deadline) !== 0
      // Without room elsewhere it stays where it is, longer than its segment was meant to.
      if (isRoomy && (!hasRoom || this.#belongs(size, deadline))) {
        this.#table.change()
        setTrailer(old.words, old.item, deadline, clientFlags)
        this.#segments.raiseLastDeadline(old.segment, deadline)
        return Status.Ok
      }
      if (!hasRoom) return Status.NoSpace
      if (item.isFor(valueLength, deadline, clientFlags)) {
        const { bytes, item: at, valueStart, words } = item.cursor
        copyBytes(old.bytes, old.valueStart, old.valueEnd, bytes, valueStart)
        setCas(words, at, old.cas)
        if ((old.flags & ItemFlag.Fetched) !== 0) item.cursor.markFetched()
        return item.link(slot)
      }
      hasRoom = this.#place(key, keyStart, keyEnd, valueLength, deadline)
      slot = this.#lookup.reopen(key, keyStart, keyEnd)
    }
  }

  /** Whether the old item, with so many bytes, may stay where it is. */
  #belongs(size: number, deadline: Tick): boolean {
    return size === this.#old.size && belongs(this.#segments, this.#old.segment, deadline)
  }

  /**
   * Find room for the next state of the old item; its chain is closed then.
   *
   * @returns false where there is none
   */
  #place(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    valueLength: number,
    deadline: Tick,
  ): boolean {
    const { clientFlags, segment } = this.#old
    this.#lookup.close()
    // Alone, what it is made of is kept meanwhile. Shared, that could have every segment waited for
    // by somebody: it may be evicted, and then is.
    if (this.#control.isShared) {
      return this.#new.place(key, keyStart, keyEnd, valueLength, deadline, clientFlags)
    }
    this.#segments.pin(segment)
    const hasPlace = this.#new.place(key, keyStart, keyEnd, valueLength, deadline, clientFlags)
    this.#segments.unpin(segment)
    return hasPlace
  }

  /** Close what is open, give up what was not needed. */
  #end(status: Status): Status {
    this.#lookup.close()
    this.#new.abandon()
    if (this.#new.thinned !== NO_SEGMENT) this.#supply.thinned(this.#new.thinned)
    this.#new.thinned = NO_SEGMENT
    return status
  }
}
