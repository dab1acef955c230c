/**
 * How every operation that writes begins: a flush whose tick has come happens, the key is hashed, its chain
 * opened and searched, and an item that is dead by then is dropped.
 *
 * @module
 */
import { NEVER, type Clock, type Tick } from '@pelikan/core'
import type { Control } from './control.ts'
import { NO_SLOT, type HashTable } from './hash-table/hash-table.ts'
import { Reason } from './segments/drop-reason.ts'
import type { Segments } from './segments/segments.ts'

export class Lookup {
  /** The hash of the key that the operation is about. */
  low = 0
  high = 0
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #control: Control
  readonly #clock: Clock

  constructor(segments: Segments, control: Control) {
    this.#segments = segments
    this.#table = segments.table
    this.#control = control
    this.#clock = segments.clock
  }

  /** Do what was to happen between the last operation and this one; returns the tick. */
  begin(): Tick {
    const now = this.#clock.now
    const { flushAt } = this.#control
    if (flushAt !== NEVER && flushAt <= now) this.#control.runFlush(now)
    return now
  }

  /**
   * Open the chain of a key; {@link Lookup.close} follows, before anything that may evict.
   *
   * @returns the slot of the live item, or `NO_SLOT`
   */
  open(key: Buffer, keyStart: number, keyEnd: number): number {
    this.begin()
    this.#segments.metrics.hashLookup.increment()
    this.hash(key, keyStart, keyEnd)
    return this.reopen(key, keyStart, keyEnd)
  }

  /** Hash a key, and look no further. */
  hash(key: Buffer, keyStart: number, keyEnd: number): void {
    const { hash } = this.#segments
    hash.compute(key, keyStart, keyEnd)
    this.low = hash.low
    this.high = hash.high
  }

  /** As {@link Lookup.open} once more, for the same key. */
  reopen(key: Buffer, keyStart: number, keyEnd: number): number {
    const table = this.#table
    table.open(this.low)
    const slot = table.find(this.low, this.high, key, keyStart, keyEnd)
    if (slot === NO_SLOT) return NO_SLOT
    const segment = table.segmentAt(slot)
    if (this.#segments.isFlushed(segment)) {
      this.#segments.drop(slot, Reason.Flush)
      return NO_SLOT
    }
    if (this.#segments.isOver(segment, table.offsetAt(slot), this.#clock.now)) {
      this.#segments.drop(slot, Reason.Expire)
      return NO_SLOT
    }
    return slot
  }

  close(): void {
    this.#table.close()
  }

  isPast(deadline: Tick): boolean {
    return deadline !== NEVER && deadline <= this.#clock.now
  }
}
