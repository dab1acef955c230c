/**
 * Takes from items what made them worth something: they are stale then, or empty, or gone.
 *
 * @module
 */
import { NEVER, Status, type Terms } from '@pelikan/core'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import { copyShared } from '../item/copy-bytes.ts'
import type { ItemCursor } from '../item/item-cursor.ts'
import { itemFlags, ItemFlag, itemSize, MARK_FLAGS, setTrailer } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import type { ChangeStep } from './change-step.ts'
import type { NewItem } from './new-item.ts'
import type { WriterParts } from './writer.ts'

export class Discarder {
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #lookup: Lookup
  readonly #step: ChangeStep
  readonly #old: ItemCursor
  readonly #new: NewItem

  constructor(parts: WriterParts, step: ChangeStep) {
    this.#segments = parts.segments
    this.#table = parts.segments.table
    this.#lookup = parts.lookup
    this.#step = step
    this.#old = step.old
    this.#new = step.item
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
