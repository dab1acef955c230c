/**
 * Walks what is stored, a bucket at a time. A key belongs to one primary bucket for as long as the
 * storage lives, and the items of a bucket are visited under its lock: so an item that is there from the
 * first bucket to the last is visited once, whatever happens to others meanwhile.
 *
 * @module
 */
import { Item, NEVER } from '@pelikan/core'
import { ItemCursor } from './item/item-cursor.ts'
import type { Lookup } from './lookup.ts'
import type { Segments } from './segments/segments.ts'

/** An item and its key, both in `bytes`. */
export class ScannedItem extends Item {
  /** The key is `bytes[keyStart, keyEnd)`. */
  keyStart = 0
  keyEnd = 0
}

export class Scanner {
  readonly #segments: Segments
  readonly #lookup: Lookup
  readonly #found: ItemCursor
  /** What is lent. */
  readonly #view = new ScannedItem()

  constructor(segments: Segments, lookup: Lookup) {
    this.#segments = segments
    this.#lookup = lookup
    this.#found = new ItemCursor(segments.slabs)
  }

  /** Lend every live item of primary bucket `bucket` to `visit`; nobody counts it as read. */
  scan(bucket: number, visit: (item: ScannedItem) => void): void {
    const now = this.#lookup.begin()
    const { table } = this.#segments
    // The low lanes that are in the bucket end with its number.
    table.open(bucket)
    try {
      for (const slot of table.slotsOf(bucket)) {
        if (!table.isEmpty(slot) && this.#look(slot, now)) visit(this.#view)
      }
    } finally {
      table.close()
    }
  }

  /** Fill the view from a slot; returns whether the item is live. */
  #look(slot: number, now: number): boolean {
    const found = this.#found
    const view = this.#view
    found.pointBySlot(this.#segments.table, slot)
    found.show(view)
    view.keyStart = found.keyStart
    view.keyEnd = view.start
    if (this.#segments.isFlushed(found.segment)) return false
    return view.deadline === NEVER || view.deadline > now
  }
}
