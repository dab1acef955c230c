/**
 * Step 2: make items. One decision keeps the rest small: the value of an item never changes. Each
 * write makes a new item that takes the place of the old one, so every operation is atomic, and what
 * a reader was lent stays as it was.
 *
 * The price is memory for the garbage collector with each write. `@pelikan/storage-hashmap` recycles.
 *
 * @module
 */
import { SPACE, type Uint64 } from '@pelikan/buffer'
import { Item } from '@pelikan/core'

/** An item with room for `length` bytes, and with the flags and the deadline of `like`. */
export function emptyItem(length: number, like: Pick<Item, 'flags' | 'deadline'>): Item {
  const item = new Item()
  // Memory of its own. `Buffer.from` would take it out of a pool that one small value keeps alive.
  item.bytes = Buffer.allocUnsafeSlow(length)
  item.flags = like.flags
  item.deadline = like.deadline
  return item
}

/** Copy `source[start, end)` behind what is there. */
export function append(item: Item, source: Buffer, start: number, end: number): void {
  item.end += source.copy(item.bytes, item.end, start, end)
}

/** Two values in one, with the flags and the deadline of `old`. */
export function joined(first: Item, second: Item, old: Pick<Item, 'flags' | 'deadline'>): Item {
  const item = emptyItem(first.end + second.end, old)
  append(item, first.bytes, 0, first.end)
  append(item, second.bytes, 0, second.end)
  return item
}

/** A number in the place of `old`, marks and all: a shorter one is padded with blanks, as memcached does. */
export function decimal(number: Uint64, old: Item): Item {
  const item = emptyItem(Math.max(number.digits(), old.end), old)
  item.bytes.fill(SPACE, number.write(item.bytes, 0))
  item.end = item.bytes.length
  item.marks = old.marks
  return item
}
