import type { EvictionListener } from '@pelikan/core'
import { ItemCursor } from '../item/item-cursor.ts'
import { ScannedItem, showScanned } from '../item/scanned-item.ts'
import type { Segments } from '../segments/segments.ts'

/** Tells a listener which items this thread evicts; where nobody wants to know, it looks at one property for each. */
export class EvictionNews {
  /** Who is told; nobody at first. */
  listener: EvictionListener | undefined = undefined
  readonly #segments: Segments
  readonly #found: ItemCursor
  /** What is lent. */
  readonly #view = new ScannedItem()

  constructor(segments: Segments) {
    this.#segments = segments
    this.#found = new ItemCursor(segments.slabs)
  }

  /** The item in `slot` goes; its chain is open, and its bucket that of the key that was hashed last. */
  tell(slot: number): void {
    const { listener } = this
    if (listener === undefined || !listener.isOn) return
    const { clock, hash, second, table } = this.#segments
    this.#found.pointBySlot(table, slot)
    showScanned(this.#view, this.#found, clock.now, table.idle(hash.low, second))
    listener.evicted(this.#view)
  }
}
