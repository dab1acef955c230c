import { Item, type Tick } from '@pelikan/core'
import type { ItemCursor } from './item-cursor.ts'

/** Room for a longer value is let go with the next. */
const KEPT_MAX = 2 ** 20

/** A copy of an item in memory of its own, which stays as it is when the item's chain is closed. */
export class ItemCopy {
  readonly item: Item = new Item()

  /** Copy what `cursor` points at, with `deadline` in the place of its own; returns the copy. */
  take(cursor: ItemCursor, deadline: Tick): Item {
    const { item } = this
    const length = cursor.valueLength
    if (item.bytes.length < length || item.bytes.length > KEPT_MAX) {
      item.bytes = Buffer.allocUnsafeSlow(length)
    }
    cursor.bytes.copy(item.bytes, 0, cursor.valueStart, cursor.valueEnd)
    item.end = length
    item.flags = cursor.clientFlags
    item.deadline = deadline
    cursor.readToken(item.cas)
    return item
  }
}
