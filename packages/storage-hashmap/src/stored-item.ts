import type { Uint64 } from '@pelikan/buffer'
import { NEVER, type Tick } from '@pelikan/core'

/**
 * One item and its place in the order of use. The `Buffer` stays with the object for good: the two are
 * recycled together, and a value that does not fit gets another item.
 */
export class StoredItem {
  /** The key's bytes as a string of latin1 characters, one a byte; empty while the item is spare. */
  key = ''
  /** The value is `bytes[0, length)`. */
  readonly bytes: Buffer
  length = 0
  flags = 0
  deadline: Tick = NEVER
  /** Which flush this item comes after: it is dead once another has happened. */
  epoch = 0
  casHigh = 0
  casLow = 0
  /** Bits of {@link Mark}. */
  marks = 0
  /** When it was last read, written or touched. */
  lastAccess: Tick = NEVER
  /** Neighbours in the order of use; an item in no list is its own. */
  newer: StoredItem = this
  older: StoredItem = this

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Copy `source[start, end)` behind what is there; it fits. */
  append(source: Buffer, start: number, end: number): void {
    source.copy(this.bytes, this.length, start, end)
    this.length += end - start
  }

  hasCas(cas: Uint64): boolean {
    return this.casLow === cas.low && this.casHigh === cas.high
  }

  /** Whether this item's token is higher than `cas`. */
  isNewerThan(cas: Uint64): boolean {
    if (this.casHigh !== cas.high) return this.casHigh >>> 0 > cas.high >>> 0
    return this.casLow >>> 0 > cas.low >>> 0
  }

  setCas(cas: Uint64): void {
    this.casHigh = cas.high
    this.casLow = cas.low
  }

  /** Be nothing again. The cas token stays: it is written before it is next read. */
  reset(): void {
    this.key = ''
    this.length = 0
    this.marks = 0
  }

  /** Give the buffer's memory back at once; the collector would take its time. The item is of no use then. */
  free(): void {
    ;(this.bytes.buffer as ArrayBuffer).transfer(0)
  }
}
