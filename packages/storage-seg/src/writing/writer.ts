/**
 * Stores items: where they have arrived, over the old one where the size stays, else in a new place to which the slot of the key is
 * then turned.
 *
 * ```text
 *   open the chain --> refused?   --> over the old one?  --> close
 *                          ^              | no: close
 *                          |              v
 *                     open again <-- place, write           in between, others may have stored
 * ```
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { Status, type Entry, type Terms, type Tick } from '@pelikan/core'
import type { Control } from '../control.ts'
import { NO_SLOT, type HashTable } from '../hash-table/hash-table.ts'
import type { ReadCounts } from '../hash-table/read-counts.ts'
import { ItemCursor } from '../item/item-cursor.ts'
import {
  itemFlags,
  itemSize,
  ItemFlag,
  KEY_LENGTH_MAX,
  setCas,
  setTrailer,
} from '../item/item-layout.ts'
import type { Lookup } from '../lookup.ts'
import type { NewItem } from './new-item.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { horizon, NEVER_BUCKET, TTL_BUCKETS, withinTicks } from '../segments/ttl-buckets.ts'
import { NEVER } from '@pelikan/core'
import type { SegmentSupply } from './segment-supply.ts'
import type { ValueSource } from './value-source.ts'

/** What has to hold for an item to be stored. */
export const Condition = { None: 0, Absent: 1, Present: 2, Token: 3 } as const
export type Condition = (typeof Condition)[keyof typeof Condition]

const CLIENT_FLAGS_BYTES = 4

/** What a writer works with. */
export interface WriterParts {
  readonly segments: Segments
  readonly lookup: Lookup
  readonly supply: SegmentSupply
  readonly control: Control
  readonly source: ValueSource
  readonly item: NewItem
}

export class Writer {
  /** Bytes of the value that was stored last. */
  length = 0
  readonly #segments: Segments
  readonly #reads: ReadCounts
  readonly #table: HashTable
  readonly #lookup: Lookup
  readonly #supply: SegmentSupply
  readonly #control: Control
  readonly #source: ValueSource
  readonly #new: NewItem
  readonly #old: ItemCursor
  readonly #token = new Uint64()
  /** Marks, as bits of {@link ItemFlag}, of what takes the place of a newer item. */
  #staleMarks = 0

  constructor(parts: WriterParts) {
    this.#segments = parts.segments
    this.#reads = parts.segments.table.reads
    this.#table = parts.segments.table
    this.#lookup = parts.lookup
    this.#supply = parts.supply
    this.#control = parts.control
    this.#source = parts.source
    this.#new = parts.item
    this.#old = new ItemCursor(parts.segments.slabs)
  }

  /**
   * Store `entry` where `condition` holds; its reservation ends.
   *
   * @param terms where it has more to it: what {@link Condition.Token} compares, and what the item gets
   * @param marks of the item, bits of {@link ItemFlag}
   * @param isTried whether something else is done where this is `NotStored`: then the reservation stays
   */
  store(entry: Entry, condition: Condition, terms?: Terms, marks = 0, isTried = false): Status {
    this.#source.open(entry)
    this.length = this.#source.length
    const status = this.#store(entry, condition, terms, marks)
    if (!isTried || status !== Status.NotStored) this.#source.close(entry)
    if (this.#new.thinned !== NO_SEGMENT) this.#supply.thinned(this.#new.thinned)
    return status
  }

  #store(entry: Entry, condition: Condition, terms: Terms | undefined, marks: number): Status {
    const { flags, key, keyEnd, keyStart } = entry
    const isWide = terms !== undefined && terms.setsCas
    const asked = withinTicks(entry.deadline)
    const lookup = this.#lookup
    const item = this.#new
    const source = this.#source
    item.thinned = NO_SEGMENT
    const keyLength = keyEnd - keyStart
    const isTooLarge = isItemTooLarge(this.#segments, keyLength, source.length, flags, isWide)
    let slot = lookup.open(key, keyStart, keyEnd)
    for (;;) {
      this.#staleMarks = 0
      const refused = this.#refuse(entry, condition, slot, terms)
      const deadline = this.#staleMarks === 0 ? asked : this.#old.deadline
      if (refused !== Status.Ok || isTooLarge || lookup.isPast(deadline)) {
        // A set that is too large, or over at once, leaves nothing behind.
        const drops = refused === Status.Ok && (!isTooLarge || condition === Condition.None)
        if (drops && slot !== NO_SLOT) this.#segments.drop(slot, Reason.Replace)
        lookup.close()
        item.abandon()
        if (refused !== Status.Ok) return refused
        return isTooLarge ? Status.TooLarge : Status.Ok
      }
      const isThere =
        item.isFor(source.length, deadline, flags, isWide) ||
        (!isWide && this.#adopt(entry, deadline))
      if (isThere) {
        if (isWide && terms !== undefined) item.cursor.setToken(terms.newCas.high, terms.newCas.low)
        if ((marks | this.#staleMarks) !== 0) item.cursor.mark(marks | this.#staleMarks)
        const status = item.link(slot)
        lookup.close()
        return status
      }
      // What has marks or a token of its own gets a new place: that is rare, and keeps this short.
      const isPlain = (marks | this.#staleMarks) === 0 && !isWide
      if (isPlain && slot !== NO_SLOT && this.#overwrite(slot, deadline, flags, false)) {
        lookup.close()
        item.abandon()
        return Status.Ok
      }
      lookup.close()
      const hasPlace = item.place(key, keyStart, keyEnd, source.length, deadline, flags, isWide)
      if (hasPlace) source.copyTo(item.cursor.bytes, item.cursor.valueStart)
      slot = lookup.reopen(key, keyStart, keyEnd)
      if (!hasPlace) return this.#storeWithoutRoom(entry, condition, slot, terms)
    }
  }

  /** Whether what came in pieces lies where the item may stay. */
  #adopt(entry: Entry, deadline: Tick): boolean {
    const { arriving } = this.#source
    if (arriving === undefined || !belongs(this.#segments, arriving.segment, deadline)) return false
    return this.#new.adopt(arriving, entry, deadline)
  }

  /** What `condition` says of what is in `slot`. */
  #refuse(entry: Entry, condition: Condition, slot: number, terms: Terms | undefined): Status {
    switch (condition) {
      case Condition.None:
        return Status.Ok
      case Condition.Absent:
        return slot === NO_SLOT ? Status.Ok : Status.NotStored
      case Condition.Present:
        return slot === NO_SLOT ? Status.NotStored : Status.Ok
      case Condition.Token:
        if (slot === NO_SLOT) return Status.NotFound
        this.#old.pointBySlot(this.#table, slot)
        return this.#compare(terms === undefined ? entry.cas : terms.cas, terms)
    }
  }

  /** Whether the old item has `token`; or a later one, where that is accepted. */
  #compare(token: Uint64, terms: Terms | undefined): Status {
    const old = this.#old
    if (old.hasToken(token)) return Status.Ok
    if (terms === undefined || !terms.acceptsOlder) return Status.Exists
    old.readToken(this.#token)
    if (!token.isBelow(this.#token)) return Status.Exists
    this.#staleMarks = ItemFlag.Stale | (old.flags & ItemFlag.Won)
    return Status.Ok
  }

  /** The chain is open, and closed afterwards: what there is may still be written over, wherever it lies. */
  #storeWithoutRoom(
    entry: Entry,
    condition: Condition,
    slot: number,
    terms: Terms | undefined,
  ): Status {
    let status = this.#refuse(entry, condition, slot, terms)
    if (status === Status.Ok) {
      const isPlain =
        this.#staleMarks === 0 &&
        (terms === undefined || !(terms.setsCas || terms.binaryKey || terms.vivifies))
      const isKept =
        isPlain &&
        slot !== NO_SLOT &&
        this.#overwrite(slot, withinTicks(entry.deadline), entry.flags, true)
      if (!isKept) {
        status = Status.NoSpace
        const drops = condition === Condition.None && slot !== NO_SLOT
        if (drops) this.#segments.drop(slot, Reason.Replace)
      }
    }
    this.#lookup.close()
    return status
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
    const { length } = this.#source
    const flags = itemFlags(deadline, clientFlags)
    if (itemSize(keyLength, length, flags) !== old.size) return false
    if (!force && !belongs(this.#segments, segment, deadline)) return false
    this.#table.change()
    old.setShape(keyLength, length, flags)
    this.#source.copyTo(bytes, old.valueStart)
    setTrailer(words, item, deadline, clientFlags)
    setCas(words, item, this.#control.nextCas())
    this.#segments.raiseLastDeadline(segment, deadline)
    this.#reads.stamp(this.#lookup.low, this.#segments.second)
    this.#segments.metrics.itemReplace.increment()
    return true
  }
}

/**
 * Whether an item is larger than may be, or than the longest run holds. It must fit there also with a deadline, which
 * a touch may give it. No key is empty or longer than {@link KEY_LENGTH_MAX}.
 */
export function isItemTooLarge(
  segments: Segments,
  keyLength: number,
  valueLength: number,
  clientFlags: number,
  isWide = false,
): boolean {
  const { itemSizeMax, runMax } = segments.limits
  // Looked at alone, so that no sum of lengths passes 31 bits.
  if (valueLength > itemSizeMax || keyLength < 1 || keyLength > KEY_LENGTH_MAX) return true
  const flagBytes = clientFlags === 0 ? 0 : CLIENT_FLAGS_BYTES
  if (keyLength + valueLength + flagBytes > itemSizeMax) return true
  const wide = isWide ? ItemFlag.WideCas : 0
  const layout = itemFlags(NEVER, clientFlags) | ItemFlag.Deadline | wide
  return itemSize(keyLength, valueLength, layout) > runMax * segments.segmentBytes
}

/** Whether an item of this deadline may be in `segment`: that it keeps the segment no longer. */
export function belongs(segments: Segments, segment: SegmentId, deadline: Tick): boolean {
  const { headers } = segments
  // Nothing else is in a run.
  if (headers.state(segment) === SegmentState.Run) return true
  const bucket = headers.list(segment) % TTL_BUCKETS
  if (bucket === NEVER_BUCKET) return true
  if (deadline === NEVER) return false
  return (
    deadline <= headers.lastDeadline(segment) ||
    deadline <= horizon(bucket, headers.createdAt(segment))
  )
}
