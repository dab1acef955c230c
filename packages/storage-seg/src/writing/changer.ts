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
import { SPACE, Uint64 } from '@pelikan/buffer'
import { NEVER, parseNumberText, Status, type Entry, type Terms, type Tick } from '@pelikan/core'
import { copyBytes, copyShared } from '../item/copy-bytes.ts'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import type { ReadCounts } from '../hash-table/read-counts.ts'
import type { ItemCopy } from '../item/item-copy.ts'
import type { ItemCursor } from '../item/item-cursor.ts'
import { itemFlags, ItemFlag, itemSize, MARK_FLAGS, setTrailer } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import { ChangeStep } from './change-step.ts'
import type { NewItem } from './new-item.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { withinTicks } from '../segments/ttl-buckets.ts'
import type { ValueSource } from './value-source.ts'
import { isItemTooLarge, type WriterParts } from './writer.ts'

export class Changer {
  readonly #segments: Segments
  readonly #reads: ReadCounts
  readonly #table: HashTable
  readonly #lookup: Lookup
  readonly #source: ValueSource
  readonly #step: ChangeStep
  /** Of `#step`: what there is, and what takes its place. */
  readonly #old: ItemCursor
  readonly #new: NewItem
  readonly #digits = Buffer.alloc(20)
  readonly #token = new Uint64()

  constructor(parts: WriterParts) {
    this.#segments = parts.segments
    this.#reads = parts.segments.table.reads
    this.#table = parts.segments.table
    this.#lookup = parts.lookup
    this.#source = parts.source
    this.#step = new ChangeStep(parts)
    this.#old = this.#step.old
    this.#new = parts.item
  }

  /**
   * Put the value of `entry` before or behind the one that is there; its reservation ends, unless
   * nothing is there and `terms` say that it may be made.
   */
  extend(entry: Entry, before: boolean, terms?: Terms): Status {
    this.#source.open(entry)
    const status = this.#step.end(this.#extend(entry, before, terms))
    const mayBeMade = status === Status.NotStored && terms !== undefined && terms.vivifies
    if (!mayBeMade) this.#source.close(entry)
    return status
  }

  #extend({ key, keyEnd, keyStart }: Entry, before: boolean, terms: Terms | undefined): Status {
    const isWide = terms !== undefined && terms.setsCas
    const old = this.#old
    const item = this.#new
    const source = this.#source
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotStored
      old.pointBySlot(this.#table, slot)
      if (terms !== undefined && terms.compares && !old.hasToken(terms.cas)) return Status.Exists
      const { clientFlags, deadline } = old
      const added = source.length
      const valueLength = old.valueLength + added
      if (isItemTooLarge(this.#segments, keyEnd - keyStart, valueLength, clientFlags, isWide)) {
        return Status.TooLarge
      }
      if (item.isFor(valueLength, deadline, clientFlags, isWide)) {
        const { bytes, valueStart } = item.cursor
        const oldAt = before ? valueStart + added : valueStart
        const addedAt = before ? valueStart : valueStart + old.valueLength
        copyShared(old.bytes, old.valueStart, old.valueEnd, bytes, oldAt)
        source.copyTo(bytes, addedAt)
        if (terms !== undefined) this.#step.give(terms, valueLength)
        return item.link(slot)
      }
      slot = this.#step.again(key, keyStart, keyEnd, valueLength, deadline, clientFlags, isWide)
      if (!this.#step.hasRoom) return Status.NoSpace
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
    terms?: Terms,
  ): Status {
    return this.#step.end(this.#count(key, keyStart, keyEnd, delta, takesOff, result, terms))
  }

  #count(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    delta: Uint64,
    takesOff: boolean,
    result: Uint64,
    terms: Terms | undefined,
  ): Status {
    const old = this.#old
    const item = this.#new
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotFound
      old.pointBySlot(this.#table, slot)
      if (terms !== undefined && terms.compares && !old.hasToken(terms.cas)) return Status.Exists
      const { clientFlags, keyLength, valueEnd, valueStart } = old
      if (!parseNumberText(old.bytes, valueStart, valueEnd, result)) return Status.NotANumber
      if (takesOff) result.subtract(delta)
      else result.add(delta)
      const digits = result.write(this.#digits, 0)
      const length = Math.max(old.valueLength, digits)
      const deadline = terms === undefined ? old.deadline : this.#step.newDeadline(terms)
      if (terms !== undefined && this.#lookup.isPast(deadline)) {
        this.#segments.drop(slot, Reason.Expire)
        return Status.Ok
      }
      const isWide = terms === undefined ? (old.flags & ItemFlag.WideCas) !== 0 : terms.setsCas
      const staysLaidOut =
        terms === undefined ||
        (deadline === old.deadline && isWide === ((old.flags & ItemFlag.WideCas) !== 0))
      if (staysLaidOut && itemSize(keyLength, length, old.flags) === old.size) {
        this.#table.change()
        copyBytes(this.#digits, 0, digits, old.bytes, valueStart)
        old.bytes.fill(SPACE, valueStart + digits, valueStart + length)
        old.setShape(keyLength, length, old.flags)
        this.#step.renew(old, terms)
        this.#reads.stamp(this.#lookup.low, this.#segments.second)
        this.#segments.metrics.itemReplace.increment()
        return Status.Ok
      }
      if (isItemTooLarge(this.#segments, keyLength, length, clientFlags, isWide))
        return Status.TooLarge
      if (item.isFor(length, deadline, clientFlags, isWide)) {
        const { bytes, valueStart: at } = item.cursor
        copyBytes(this.#digits, 0, digits, bytes, at)
        bytes.fill(SPACE, at + digits, at + length)
        item.cursor.mark(old.flags & MARK_FLAGS)
        this.#step.renew(item.cursor, terms)
        return item.link(slot)
      }
      slot = this.#step.again(key, keyStart, keyEnd, length, deadline, clientFlags, isWide)
      if (!this.#step.hasRoom) return Status.NoSpace
    }
  }

  /**
   * Give an item a new deadline; its cas token stays.
   *
   * @param copy where the item is to be copied, as it is found; then it counts as read
   * @param terms of a fetch: they decide the deadline, and say what else is to happen
   */
  touch(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    deadline: Tick,
    copy: ItemCopy | undefined,
    terms?: Terms,
  ): Status {
    return this.#step.end(this.#touch(key, keyStart, keyEnd, deadline, copy, terms))
  }

  #touch(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    asked: Tick,
    copy: ItemCopy | undefined,
    terms: Terms | undefined,
  ): Status {
    const old = this.#old
    const item = this.#new
    let isFirst = true
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotFound
      old.pointBySlot(this.#table, slot)
      let deadline = asked
      let marks = 0
      if (terms !== undefined) {
        terms.judge(old.marks, old.deadline)
        deadline = withinTicks(terms.deadlineAfter)
        if (terms.won) marks = ItemFlag.Won
      }
      if (copy !== undefined) {
        copy.take(old, deadline)
        copy.item.marks = old.marks
        // The next round finds the stamp of this one.
        if (isFirst) copy.item.lastAccess = this.#step.lastAccess()
        isFirst = false
        if (terms === undefined || !terms.peeks) {
          marks |= ItemFlag.Fetched
          this.#reads.access(slot, this.#lookup.low, this.#segments.second)
        }
      }
      if (terms !== undefined && !terms.setsDeadline) {
        if ((marks & ItemFlag.Won) !== 0) this.#table.change()
        old.mark(marks)
        return Status.Ok
      }
      if (this.#lookup.isPast(deadline)) {
        old.mark(marks)
        this.#segments.drop(slot, Reason.Expire)
        return Status.Ok
      }
      const { clientFlags, valueLength } = old
      const isWide = (old.flags & ItemFlag.WideCas) !== 0
      const layout = itemFlags(deadline, clientFlags) | (old.flags & ItemFlag.WideCas)
      const size = itemSize(old.keyLength, valueLength, layout)
      const isRoomy = size === old.size || (old.flags & ItemFlag.Deadline) !== 0
      // Without room elsewhere it stays where it is, longer than its segment was meant to.
      if (isRoomy && (!this.#step.hasRoom || this.#step.belongs(size, deadline))) {
        this.#table.change()
        setTrailer(old.words, old.item, deadline, clientFlags)
        old.mark(marks)
        this.#segments.raiseLastDeadline(old.segment, deadline)
        this.#reads.stamp(this.#lookup.low, this.#segments.second)
        return Status.Ok
      }
      if (!this.#step.hasRoom) {
        // The old one stays.
        if (copy !== undefined) copy.item.deadline = old.deadline
        if (terms !== undefined) terms.deadlineAfter = old.deadline
        return Status.NoSpace
      }
      if (item.isFor(valueLength, deadline, clientFlags, isWide)) {
        const { bytes, valueStart } = item.cursor
        copyShared(old.bytes, old.valueStart, old.valueEnd, bytes, valueStart)
        old.readToken(this.#token)
        item.cursor.setToken(this.#token.high, this.#token.low)
        item.cursor.mark((old.flags & MARK_FLAGS) | marks)
        return item.link(slot)
      }
      slot = this.#step.again(key, keyStart, keyEnd, valueLength, deadline, clientFlags, isWide)
    }
  }

  /** Make an item stale, or empty, or drop it, as `terms` say. */
  discard(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Status {
    return this.#step.end(this.#discard(key, keyStart, keyEnd, terms))
  }

  #discard(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Status {
    const old = this.#old
    const item = this.#new
    const isWide = terms.setsCas
    let slot = this.#lookup.open(key, keyStart, keyEnd)
    for (;;) {
      if (slot === NO_SLOT) return Status.NotFound
      old.pointBySlot(this.#table, slot)
      if (terms.compares && !old.hasToken(terms.cas)) return Status.Exists
      if (!terms.invalidates && !terms.empties) {
        item.thinned = old.segment
        this.#segments.drop(slot, Reason.Delete)
        return Status.Ok
      }
      const { empties } = terms
      const valueLength = empties ? 0 : old.valueLength
      const clientFlags = empties ? 0 : old.clientFlags
      const deadline = empties && !terms.setsDeadline ? NEVER : this.#step.newDeadline(terms)
      if (this.#lookup.isPast(deadline)) {
        this.#segments.drop(slot, Reason.Expire)
        return Status.Ok
      }
      let marks = empties ? 0 : old.flags & MARK_FLAGS
      if (terms.invalidates) marks = (marks | ItemFlag.Stale) & ~ItemFlag.Won
      const layout = itemFlags(deadline, clientFlags) | (isWide ? ItemFlag.WideCas : 0)
      const size = itemSize(old.keyLength, valueLength, layout)
      if (!empties && !isWide && this.#step.belongs(size, deadline)) {
        this.#table.change()
        old.setShape(old.keyLength, valueLength, layout | marks)
        setTrailer(old.words, old.item, deadline, clientFlags)
        this.#step.renew(old, terms)
        this.#segments.raiseLastDeadline(old.segment, deadline)
        return Status.Ok
      }
      if (item.isFor(valueLength, deadline, clientFlags, isWide)) {
        const { bytes, valueStart } = item.cursor
        copyShared(old.bytes, old.valueStart, old.valueStart + valueLength, bytes, valueStart)
        item.cursor.mark(marks)
        this.#step.renew(item.cursor, terms)
        return item.link(slot)
      }
      slot = this.#step.again(key, keyStart, keyEnd, valueLength, deadline, clientFlags, isWide)
      if (!this.#step.hasRoom) return Status.NoSpace
    }
  }
}
