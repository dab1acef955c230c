/**
 * What an item costs the process, so that a limit in bytes holds: its key, its buffer and
 * {@link ITEM_OVERHEAD}.
 *
 * @module
 */
import { getHeapStatistics } from 'node:v8'
import type { StoredItem } from './stored-item.ts'

/**
 * Bytes that an item costs beyond its key and its buffer. Measured, as the growth of the resident size
 * per item, on Node.js 26.10 with 16-byte keys, between 60,000 and 1,000,000 items:
 *
 * ```text
 *   values                           filled once   after 6 writes per item, half of them new keys
 *   64 bytes                         630           1,210
 *   1 KiB                            610           1,240
 * ```
 *
 * Of the 630 bytes, 400 are in the JavaScript heap (the item, its `Buffer` and `ArrayBuffer`, the key,
 * its place in the `Map`) and the rest is what an `ArrayBuffer` takes outside of it. The other half
 * is what the garbage collector leaves: keys of items that are gone, and the tables that a `Map` outgrows.
 */
export const ITEM_OVERHEAD = 1200

/** Bytes of the JavaScript heap that an item takes, keys of up to 64 bytes included. */
const ITEM_HEAP = 450
/** The part of the heap that items may fill; the collector needs the rest to work in. */
const HEAP_SHARE = 0.7
/** A `Map` can hold twice as many, but then no longer has room to forget those that are deleted. */
const MAP_ENTRIES_MAX = 2 ** 23

/** Most items that this process can hold, whatever the memory limit. */
export const ITEMS_MAX: number = Math.min(
  MAP_ENTRIES_MAX,
  Math.floor((getHeapStatistics().heap_size_limit * HEAP_SHARE) / ITEM_HEAP),
)

const CAPACITY_MIN = 64

/**
 * Bytes of buffer for a value of `length` bytes: one of eight sizes between two powers of two, so
 * that the buffer of an item that is gone soon fits another and at most an eighth stays empty.
 */
export function capacityFor(length: number): number {
  if (length <= CAPACITY_MIN) return CAPACITY_MIN
  const powerOfTwo = 1 << (31 - Math.clz32(length - 1))
  const step = powerOfTwo / 8
  return Math.ceil(length / step) * step
}

/** Bytes that an item is charged. */
export function memoryOf(item: StoredItem): number {
  return ITEM_OVERHEAD + item.key.length + item.bytes.length
}

/** Bytes that an item would be charged. */
export function memoryFor(keyLength: number, valueLength: number): number {
  return ITEM_OVERHEAD + keyLength + capacityFor(valueLength)
}
