/**
 * What every change of an item from what it was has in common, be it a longer value, a number, a deadline: the old
 * state and the new one, room for the new one, what `terms` give it, and the end. It is changed in place where the
 * size stays; else the new state is written elsewhere while the chain is open, for only then does the old one stand
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
import { type Status, TICKS_PER_SECOND, type Terms, type Tick } from '@pelikan/core'
import type { Control } from '../control.ts'
import { ItemCursor } from '../item/item-cursor.ts'
import { ItemFlag } from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import type { NewItem } from './new-item.ts'
import type { SegmentSupply } from './segment-supply.ts'
import { NO_SEGMENT } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'
import { withinTicks } from '../segments/ttl-buckets.ts'
import { belongs, type WriterParts } from './writer.ts'

export class ChangeStep {
  /** What there is; the chain is open. */
  readonly old: ItemCursor
  /** What takes its place. */
  readonly item: NewItem
  /** Whether there was room at the end of the last round. */
  hasRoom = true
  readonly #segments: Segments
  readonly #lookup: Lookup
  readonly #supply: SegmentSupply
  readonly #control: Control

  constructor(parts: WriterParts) {
    this.old = new ItemCursor(parts.segments.slabs)
    this.item = parts.item
    this.#segments = parts.segments
    this.#lookup = parts.lookup
    this.#supply = parts.supply
    this.#control = parts.control
  }

  /** Give an item that is about to be linked what `terms` say, and tell them. */
  give(terms: Terms, valueLength: number): void {
    const { cursor } = this.item
    if (terms.setsCas) cursor.setToken(terms.newCas.high, terms.newCas.low)
    if (terms.binaryKey) cursor.mark(ItemFlag.BinaryKey)
    cursor.readToken(terms.token)
    terms.length = valueLength
  }

  /** Give an item that changes another token: the next, or that of `terms`, which are told. */
  renew(cursor: ItemCursor, terms: Terms | undefined): void {
    if (terms !== undefined && terms.setsCas) cursor.setToken(terms.newCas.high, terms.newCas.low)
    else cursor.setToken(0, this.#control.nextCas())
    if (terms !== undefined) cursor.readToken(terms.token)
  }

  /** The deadline that `terms` give the old item, and both told. */
  newDeadline(terms: Terms): Tick {
    const { deadline } = this.old
    terms.created = false
    terms.deadlineBefore = deadline
    terms.deadlineAfter = terms.setsDeadline ? withinTicks(terms.deadline) : deadline
    return terms.deadlineAfter
  }

  /** When an item of the open chain was used last. */
  lastAccess(): Tick {
    const { clock, second } = this.#segments
    const idle = this.#segments.table.reads.idle(this.#lookup.low, second) * TICKS_PER_SECOND
    return Math.max(clock.now - idle, 1)
  }

  /** Whether the old item, with so many bytes, may stay where it is. */
  belongs(size: number, deadline: Tick): boolean {
    return size === this.old.size && belongs(this.#segments, this.old.segment, deadline)
  }

  /**
   * End a round: find room for the next state of the old item, and open the chain again. {@link ChangeStep.hasRoom}
   * says whether there is any.
   *
   * @returns the slot of what is there then
   */
  again(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    valueLength: number,
    deadline: Tick,
    clientFlags: number,
    isWide: boolean,
  ): number {
    const { segment } = this.old
    this.#lookup.close()
    // Alone, what it is made of is kept meanwhile, unless a walk that rests has claimed it. Shared, that
    // could have every segment waited for by somebody: it may be evicted, and then is.
    const isKept = !this.#control.isShared && this.#segments.holds.pin(segment)
    const { item } = this
    this.hasRoom = item.place(key, keyStart, keyEnd, valueLength, deadline, clientFlags, isWide)
    if (isKept) this.#segments.holds.unpin(segment)
    return this.#lookup.reopen(key, keyStart, keyEnd)
  }

  /** Close what is open, give up what was not needed. */
  end(status: Status): Status {
    this.#lookup.close()
    this.hasRoom = true
    this.item.abandon()
    if (this.item.thinned !== NO_SEGMENT) this.#supply.thinned(this.item.thinned)
    this.item.thinned = NO_SEGMENT
    return status
  }
}
