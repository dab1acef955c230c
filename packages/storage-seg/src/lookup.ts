/**
 * How every operation begins: a flush whose tick has come happens, the key is hashed and looked up, and
 * an item that is dead by then is dropped.
 *
 * @module
 */
import { NEVER, type Clock, type Tick } from '@pelikan/core'
import type { Control } from './control.ts'
import { NO_SLOT, type HashTable } from './hash-table.ts'
import type { KeyHash } from './key-hash.ts'
import { Reason, type Segments } from './segments.ts'

export class Lookup {
  /** The hash of the key that the operation is about. */
  low = 0
  high = 0
  readonly #segments: Segments
  readonly #table: HashTable
  readonly #hash: KeyHash
  readonly #control: Control
  readonly #clock: Clock

  constructor(segments: Segments, control: Control) {
    this.#segments = segments
    this.#table = segments.table
    this.#hash = segments.hash
    this.#control = control
    this.#clock = segments.clock
  }

  /** Do what was to happen between the last operation and this one; returns the tick. */
  begin(): Tick {
    const now = this.#clock.now
    const { flushAt } = this.#control
    if (flushAt !== NEVER && flushAt <= now) {
      this.#control.flushAt = NEVER
      this.#segments.flush()
    }
    return now
  }

  /** The slot of a live item, or {@link NO_SLOT}. A dead one is dropped on the way. */
  find(key: Buffer, keyStart: number, keyEnd: number): number {
    const now = this.begin()
    this.#segments.metrics.hashLookup.increment()
    this.#hash.compute(key, keyStart, keyEnd)
    this.low = this.#hash.low
    this.high = this.#hash.high
    const slot = this.#table.find(this.low, this.high, key, keyStart, keyEnd)
    if (slot === NO_SLOT) return NO_SLOT
    const segment = this.#table.segmentAt(slot)
    if (this.#segments.isFlushed(segment)) {
      this.drop(slot, Reason.Flush)
      return NO_SLOT
    }
    if (this.#segments.isOver(segment, this.#table.offsetAt(slot), now)) {
      this.drop(slot, Reason.Expire)
      return NO_SLOT
    }
    return slot
  }

  /** The slot of the key once more, after others may have moved. */
  findAgain(key: Buffer, keyStart: number, keyEnd: number): number {
    return this.#table.find(this.low, this.high, key, keyStart, keyEnd)
  }

  /** Drop the item in `slot`, which has the key that was found. */
  drop(slot: number, reason: Reason): void {
    this.#segments.drop(slot, this.low, reason)
  }

  isPast(deadline: Tick): boolean {
    return deadline !== NEVER && deadline <= this.#clock.now
  }
}
