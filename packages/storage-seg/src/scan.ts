/**
 * Walks what is stored, a bucket at a time. A key belongs to one primary bucket for as long as the
 * storage lives, and the items of a bucket are visited under its lock: so an item that is there from the
 * first bucket to the last is visited once, whatever happens to others meanwhile.
 *
 * @module
 */
import { NEVER } from '@pelikan/core'
import { ItemCursor } from './item/item-cursor.ts'
import { ScannedItem, showScanned } from './item/scanned-item.ts'
import type { Lookup } from './lookup.ts'
import type { Segments } from './segments/segments.ts'

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
      for (const slot of table.chains.slotsOf(bucket)) {
        if (!table.chains.isEmpty(slot) && this.#look(bucket, slot, now)) visit(this.#view)
      }
    } finally {
      table.close()
    }
  }

  /** Fill the view from a slot; returns whether the item is live. */
  #look(bucket: number, slot: number, now: number): boolean {
    const found = this.#found
    const view = this.#view
    const { second, table } = this.#segments
    found.pointBySlot(table, slot)
    showScanned(view, found, now, table.reads.idle(bucket, second))
    if (this.#segments.isFlushed(found.segment)) return false
    return view.deadline === NEVER || view.deadline > now
  }
}
