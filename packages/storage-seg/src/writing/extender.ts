/**
 * Puts a value before or behind one that is there.
 *
 * @module
 */
import { Status, type Entry, type Terms } from '@pelikan/core'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import { copyShared } from '../item/copy-bytes.ts'
import type { ItemCursor } from '../item/item-cursor.ts'
import type { Lookup } from '../lookup.ts'
import type { Segments } from '../segments/segments.ts'
import type { ChangeStep } from './change-step.ts'
import type { NewItem } from './new-item.ts'
import type { ValueSource } from './value-source.ts'
import { isItemTooLarge, type WriterParts } from './writer.ts'

export class Extender {
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #lookup: Lookup
  readonly #source: ValueSource
  readonly #step: ChangeStep
  readonly #old: ItemCursor
  readonly #new: NewItem

  constructor(parts: WriterParts, step: ChangeStep) {
    this.#segments = parts.segments
    this.#table = parts.segments.table
    this.#lookup = parts.lookup
    this.#source = parts.source
    this.#step = step
    this.#old = step.old
    this.#new = step.item
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
}
