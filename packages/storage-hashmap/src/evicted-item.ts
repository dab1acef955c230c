import { Item, type KeyedItem } from '@pelikan/core'
import type { StoredItem } from './stored-item.ts'

/** A copy of an item and its key, for who is told that it goes. */
export class EvictedItem extends Item implements KeyedItem {
  readonly keyStart = 0
  readonly keyEnd: number

  constructor({ bytes, deadline, flags, key, lastAccess, length, marks }: StoredItem) {
    super()
    this.keyEnd = key.length
    this.bytes = Buffer.concat([Buffer.from(key, 'latin1'), bytes.subarray(0, length)])
    this.start = key.length
    this.end = key.length + length
    this.flags = flags
    this.deadline = deadline
    this.marks = marks
    this.lastAccess = lastAccess
  }
}
