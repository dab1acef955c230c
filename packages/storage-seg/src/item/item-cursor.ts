import type { Uint64 } from '@pelikan/buffer'
import type { Item, Tick } from '@pelikan/core'
import type { HashTable } from '../hash-table/hash-table.ts'
import {
  casOf,
  clientFlagsOf,
  deadlineOf,
  flagsOf,
  ItemFlag,
  MARK_FLAGS,
  MARK_SHIFT,
  keyLengthOf,
  keyStartOf,
  setCas,
  setFlags,
  setShape,
  sizeOf,
  valueLengthOf,
  valueStartOf,
  wideCasOf,
} from './item-layout.ts'
import { NO_SEGMENT, type SegmentId } from '../segments/segment-headers.ts'
import type { Slabs } from '../segments/slabs.ts'

/**
 * One item in its segment, and what it holds. It is pointed from item to item, and follows none: what it
 * says is true until the item moves.
 */
export class ItemCursor {
  readonly #slabs: Slabs
  segment: SegmentId = NO_SEGMENT
  /** The slab, and the same in words. */
  bytes: Buffer = Buffer.alloc(0)
  words: Int32Array = new Int32Array(0)
  /** The index of the item's first word. */
  item = 0

  constructor(slabs: Slabs) {
    this.#slabs = slabs
  }

  point(segment: SegmentId, offset: number): void {
    this.segment = segment
    this.bytes = this.#slabs.bytes(segment)
    this.words = this.#slabs.words(segment)
    this.item = (this.#slabs.base(segment) + offset) >> 2
  }

  /** Point at the item that `slot` of `table` does. */
  pointBySlot(table: HashTable, slot: number): void {
    this.point(table.segmentAt(slot), table.offsetAt(slot))
  }

  /** Let `view` be a view of the item. */
  show(view: Item): void {
    view.bytes = this.bytes
    view.start = this.valueStart
    view.end = view.start + valueLengthOf(this.words, this.item)
    view.flags = this.clientFlags | 0
    view.deadline = this.deadline | 0
    this.readToken(view.cas)
  }

  /** Put the item's token into `into`. */
  readToken(into: Uint64): void {
    const { item, words } = this
    if ((flagsOf(words, item) & ItemFlag.WideCas) === 0) {
      into.set(0, casOf(words, item))
      return
    }
    const at = wideCasOf(words, item)
    into.set(words[at], words[at + 1])
  }

  hasToken(token: Uint64): boolean {
    const { item, words } = this
    if ((flagsOf(words, item) & ItemFlag.WideCas) === 0) {
      return token.low === casOf(words, item) && token.high === 0
    }
    const at = wideCasOf(words, item)
    return token.high === words[at] && token.low === words[at + 1]
  }

  /** Give the item a token; `high` is 0 unless its layout has room for a wide one. */
  setToken(high: number, low: number): void {
    const { item, words } = this
    if ((flagsOf(words, item) & ItemFlag.WideCas) === 0) {
      setCas(words, item, low)
      return
    }
    const at = wideCasOf(words, item)
    words[at] = high
    words[at + 1] = low
  }

  /** Bits of {@link Mark}. */
  get marks(): number {
    return (flagsOf(this.words, this.item) & MARK_FLAGS) >> MARK_SHIFT
  }

  /** Add `marks`, bits of {@link ItemFlag}. */
  mark(marks: number): void {
    const flags = flagsOf(this.words, this.item)
    if ((flags & marks) !== marks) setFlags(this.bytes, this.item, flags | marks)
  }

  /** In bytes of the slab, as the others. */
  get keyStart(): number {
    return keyStartOf(this.item)
  }

  get keyEnd(): number {
    return keyStartOf(this.item) + keyLengthOf(this.words, this.item)
  }

  get valueStart(): number {
    return valueStartOf(this.words, this.item)
  }

  get valueEnd(): number {
    return this.valueStart + valueLengthOf(this.words, this.item)
  }

  get keyLength(): number {
    return keyLengthOf(this.words, this.item)
  }

  get valueLength(): number {
    return valueLengthOf(this.words, this.item)
  }

  get size(): number {
    return sizeOf(this.words, this.item)
  }

  get flags(): number {
    return flagsOf(this.words, this.item)
  }

  /** Give the item lengths and flags, whose trailer is to be written then. */
  setShape(keyLength: number, valueLength: number, flags: number): void {
    setShape(this.bytes, this.words, this.item, keyLength, valueLength, flags)
  }

  /** The item was read. Its chain is open, or the storage is not shared. */
  markFetched(): void {
    this.mark(ItemFlag.Fetched)
  }

  get clientFlags(): number {
    return clientFlagsOf(this.words, this.item)
  }

  get deadline(): Tick {
    return deadlineOf(this.words, this.item)
  }
}
