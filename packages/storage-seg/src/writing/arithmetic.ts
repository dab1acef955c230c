/**
 * Counts in values that are the text of a number. One that gets fewer digits keeps its length, with spaces behind.
 *
 * @module
 */
import { SPACE, type Uint64 } from '@pelikan/buffer'
import { parseNumberText, Status, type Terms } from '@pelikan/core'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import type { ReadCounts } from '../hash-table/read-counts.ts'
import { copyBytes } from '../item/copy-bytes.ts'
import type { ItemCursor } from '../item/item-cursor.ts'
import { ItemFlag, itemSize, MARK_FLAGS } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import type { ChangeStep } from './change-step.ts'
import type { NewItem } from './new-item.ts'
import { isItemTooLarge, type WriterParts } from './writer.ts'

export class Arithmetic {
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #reads: ReadCounts
  readonly #lookup: Lookup
  readonly #step: ChangeStep
  readonly #old: ItemCursor
  readonly #new: NewItem
  readonly #digits = Buffer.alloc(20)

  constructor(parts: WriterParts, step: ChangeStep) {
    this.#segments = parts.segments
    this.#table = parts.segments.table
    this.#reads = parts.segments.table.reads
    this.#lookup = parts.lookup
    this.#step = step
    this.#old = step.old
    this.#new = step.item
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
}
