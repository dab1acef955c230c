import { Item, TICKS_PER_SECOND, type KeyedItem, type Tick } from '@pelikan/core'
import type { ItemCursor } from './item-cursor.ts'

/** An item and its key, both in `bytes`. */
export class ScannedItem extends Item implements KeyedItem {
  /** The key is `bytes[keyStart, keyEnd)`. */
  keyStart = 0
  keyEnd = 0
}

/** Let `view` be a view of the item that `found` points at, whose bucket has been idle for so many seconds. */
export function showScanned(
  view: ScannedItem,
  found: ItemCursor,
  now: Tick,
  idleSeconds: number,
): void {
  found.show(view)
  view.keyStart = found.keyStart
  view.keyEnd = found.keyEnd
  view.marks = found.marks
  view.lastAccess = Math.max(now - idleSeconds * TICKS_PER_SECOND, 1)
}
