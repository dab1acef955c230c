import type { Clock, EvictionListener } from '@pelikan/core'
import type { HashTable } from '../hash-table/hash-table.ts'
import { ItemCursor } from '../item/item-cursor.ts'
import { ScannedItem, showScanned } from '../item/scanned-item.ts'
import type { Slabs } from '../segments/slabs.ts'

/** Where items are: the segments, as far as they are looked at here. */
export interface ItemPlaces {
  readonly slabs: Slabs
  readonly table: HashTable
  readonly clock: Clock
  /** The second that it is. */
  readonly second: number
}

/** Tells a listener which items this thread evicts; where nobody wants to know, it looks at one property for each. */
export class EvictionNews {
  /** Who is told; nobody at first. */
  listener: EvictionListener | undefined = undefined
  readonly #places: ItemPlaces
  readonly #found: ItemCursor
  /** What is lent. */
  readonly #view = new ScannedItem()

  constructor(places: ItemPlaces) {
    this.#places = places
    this.#found = new ItemCursor(places.slabs)
  }

  /** The item in `slot` goes; its chain is open. */
  tell(slot: number): void {
    const { listener } = this
    if (listener === undefined || !listener.isOn) return
    const { clock, second, table } = this.#places
    this.#found.pointBySlot(table, slot)
    showScanned(this.#view, this.#found, clock.now, table.idleOfOpen(second))
    listener.evicted(this.#view)
  }
}
