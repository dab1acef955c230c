/**
 * Gives items another deadline, and fetches them with it.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { Status, type Terms, type Tick } from '@pelikan/core'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import type { ReadCounts } from '../hash-table/read-counts.ts'
import { copyShared } from '../item/copy-bytes.ts'
import type { ItemCopy } from '../item/item-copy.ts'
import type { ItemCursor } from '../item/item-cursor.ts'
import { itemFlags, ItemFlag, itemSize, MARK_FLAGS, setTrailer } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { withinTicks } from '../segments/ttl-buckets.ts'
import type { ChangeStep } from './change-step.ts'
import type { NewItem } from './new-item.ts'
import type { WriterParts } from './writer.ts'

export class Toucher {
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #reads: ReadCounts
  readonly #lookup: Lookup
  readonly #step: ChangeStep
  readonly #old: ItemCursor
  readonly #new: NewItem
  readonly #token = new Uint64()

  constructor(parts: WriterParts, step: ChangeStep) {
    this.#segments = parts.segments
    this.#table = parts.segments.table
    this.#reads = parts.segments.table.reads
    this.#lookup = parts.lookup
    this.#step = step
    this.#old = step.old
    this.#new = step.item
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
}
