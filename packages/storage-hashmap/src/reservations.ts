/**
 * Items that are still arriving, by the numbers that their writers hold. A number comes again only
 * after two thousand million others and never while it is held, so a stale one finds nothing.
 *
 * @module
 */
import { HashMapError } from './errors.ts'
import { memoryOf } from './item-memory.ts'
import type { StoredItem } from './stored-item.ts'

const ID_MASK = 0x7fff_ffff

interface Reservation {
  readonly item: StoredItem
  /** Bytes that were asked for; the item may hold more. */
  readonly valueLength: number
}

export class Reservations {
  /** Memory charged for what is held. */
  bytes = 0
  readonly #held = new Map<number, Reservation>()
  #lastId = -1

  /** Hold an item for a value of `valueLength` bytes; returns its number. */
  hold(item: StoredItem, valueLength: number): number {
    do this.#lastId = (this.#lastId + 1) & ID_MASK
    while (this.#held.has(this.#lastId))
    this.#held.set(this.#lastId, { item, valueLength })
    this.bytes += memoryOf(item)
    return this.#lastId
  }

  /** @throws HashMapError where nothing is held under `id`, or the bytes do not fit */
  write(id: number, bytes: Buffer, start: number, end: number): void {
    const { item, valueLength } = this.#find(id)
    if (item.length + end - start > valueLength) {
      throw invalid(`reservation ${id} is for ${valueLength} bytes and has ${item.length} already`)
    }
    item.append(bytes, start, end)
  }

  /**
   * Look at an item that stays held.
   *
   * @throws HashMapError where nothing is held under `id`
   */
  peek(id: number): StoredItem {
    return this.#find(id).item
  }

  /**
   * End a reservation; the item is the caller's.
   *
   * @throws HashMapError where nothing is held under `id`
   */
  release(id: number): StoredItem {
    const { item } = this.#find(id)
    this.#held.delete(id)
    this.bytes -= memoryOf(item)
    return item
  }

  *[Symbol.iterator](): Generator<StoredItem> {
    for (const { item } of this.#held.values()) yield item
  }

  #find(id: number): Reservation {
    const reservation = this.#held.get(id)
    if (reservation === undefined) throw invalid(`there is no reservation ${id}`)
    return reservation
  }
}

function invalid(message: string): HashMapError {
  return new HashMapError('PELIKAN_HASHMAP_INVALID_RESERVATION', message)
}
