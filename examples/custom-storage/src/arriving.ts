/**
 * Step 3: take values in. A small one is all there when its write comes. A large one arrives in
 * pieces, over many turns of the event loop, before the write that stores it:
 *
 * ```text
 *   reserve  ->  write  write  write ..  ->  set, add, ..        or abort, when its client is gone
 * ```
 *
 * What is arriving is not an item yet: no read, flush or deadline concerns it. But it takes memory
 * that a client announced and may never send, so there is a limit.
 *
 * @module
 */
import { type Entry, type Item, NO_RESERVATION, PelikanError } from '@pelikan/core'
import { append, emptyItem } from './values.ts'

export class Arriving {
  readonly #countMax: number
  readonly #items = new Map<number, Item>()
  #lastReservation = 0

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** Hold `length` bytes for `entry`; false where too much is arriving already. */
  reserve(entry: Entry, length: number): boolean {
    if (this.#items.size >= this.#countMax) return false
    this.#lastReservation++
    this.#items.set(this.#lastReservation, emptyItem(length, entry))
    entry.reservation = this.#lastReservation
    return true
  }

  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    append(this.#find(reservation), bytes, start, end)
  }

  /** End a reservation; what has arrived belongs to the caller. */
  take(reservation: number): Item {
    const item = this.#find(reservation)
    this.#items.delete(reservation)
    return item
  }

  /**
   * What a write wants to store, as an item. Nothing of `entry` may be kept: it is lent for the call,
   * and its bytes are overwritten by the next request.
   */
  receive(entry: Entry): Item {
    if (entry.reservation === NO_RESERVATION) {
      const item = emptyItem(entry.valueEnd - entry.valueStart, entry)
      append(item, entry.value, entry.valueStart, entry.valueEnd)
      return item
    }
    const item = this.take(entry.reservation)
    item.flags = entry.flags
    item.deadline = entry.deadline
    return item
  }

  /** A number that was never given out is a mistake in a program, not of a client: an exception. */
  #find(reservation: number): Item {
    const item = this.#items.get(reservation)
    if (item !== undefined) return item
    throw new PelikanError('PELIKAN_NO_RESERVATION', `there is no reservation ${reservation}`)
  }
}
