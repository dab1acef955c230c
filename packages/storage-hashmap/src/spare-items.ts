/**
 * Items that are gone, kept for items to come.
 *
 * Why: what is left to the garbage collector stays resident until it runs, and it runs when the heap
 * has grown by about as much as was live. A storage at its limit whose values are replaced would take
 * twice the limit; with spares it makes no garbage but keys. They count as used memory and hold no more
 * than a share of it.
 *
 * @module
 */
import { memoryOf } from './item-memory.ts'
import type { StoredItem } from './stored-item.ts'

export class SpareItems {
  /** Memory charged for what is kept. */
  bytes = 0
  /** Bytes that may be kept. */
  readonly limit: number
  /** By capacity. No list is empty. */
  readonly #lists = new Map<number, StoredItem[]>()

  /** @param limit bytes that may be kept */
  constructor(limit: number) {
    this.limit = limit
  }

  /** An item with exactly `capacity` bytes of buffer. */
  take(capacity: number): StoredItem | undefined {
    const list = this.#lists.get(capacity)
    if (list === undefined) return undefined
    const item = list.pop() as StoredItem
    if (list.length === 0) this.#lists.delete(capacity)
    this.bytes -= memoryOf(item)
    return item
  }

  /** Keep an item that nobody refers to any more, rather than one of the capacity kept for longest. */
  give(item: StoredItem): void {
    item.reset()
    const memory = memoryOf(item)
    if (memory > this.limit) return item.free()
    while (this.bytes + memory > this.limit) this.#discard()
    this.bytes += memory
    const list = this.#lists.get(item.bytes.length)
    if (list === undefined) this.#lists.set(item.bytes.length, [item])
    else list.push(item)
  }

  clear(): void {
    this.#lists.clear()
    this.bytes = 0
  }

  *[Symbol.iterator](): Generator<StoredItem> {
    for (const list of this.#lists.values()) yield* list
  }

  /** Let go of one item, of the capacity that has had spares for longest. */
  #discard(): void {
    for (const capacity of this.#lists.keys()) {
      return this.take(capacity)?.free()
    }
  }
}
