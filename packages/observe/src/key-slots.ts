/**
 * Keys in a fixed number of slots. The bytes lie in memory that others may read; which slot a key has is
 * known to the one who writes, by a hash table with linear probing.
 *
 * ```text
 *   memory   length of key, int32, × slots | 252 bytes, of which a key takes up to 250, × slots
 * ```
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import { MAX_KEY_BYTES } from '@pelikan/core'

/** Whole words. */
const ROOM = Math.ceil(MAX_KEY_BYTES / Int32Array.BYTES_PER_ELEMENT) * Int32Array.BYTES_PER_ELEMENT
const NOBODY = -1

/** Bytes of memory that `slots` keys take. */
export function keySlotsBytes(slots: number): number {
  return slots * (Int32Array.BYTES_PER_ELEMENT + ROOM)
}

export class KeySlots {
  readonly #lengths: Int32Array
  readonly #keys: Buffer
  /** By slot. */
  readonly #hashes: Int32Array
  /** The slot at each place of the table; {@link NOBODY} where there is none. At most half of it is taken. */
  readonly #table: Int32Array
  readonly #mask: number
  /** Of the key that was looked for last. */
  #hash = 0

  /** @param at where its {@link keySlotsBytes} begin, a multiple of 4 */
  constructor(memory: SharedArrayBuffer, at: number, slots: number) {
    this.#lengths = new Int32Array(memory, at, slots)
    const keys = at + slots * Int32Array.BYTES_PER_ELEMENT
    this.#keys = Buffer.from(memory, keys, slots * ROOM)
    this.#hashes = new Int32Array(slots)
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * slots))).fill(NOBODY)
    this.#mask = this.#table.length - 1
  }

  /** The slot of a key of at most {@link MAX_KEY_BYTES}; -1 where it has none. */
  find(key: Buffer, start: number, end: number): number {
    const hash = hashOf(key, start, end)
    this.#hash = hash
    for (let place = hash & this.#mask; ; place = (place + 1) & this.#mask) {
      const slot = this.#table[place]
      if (slot === NOBODY) return NOBODY
      if (this.#hashes[slot] === hash && this.#has(slot, key, start, end)) return slot
    }
  }

  /** Give the key that was looked for last, and not found, an empty slot. */
  put(slot: number, key: Buffer, start: number, end: number): void {
    const hash = this.#hash
    this.#lengths[slot] = end - start
    key.copy(this.#keys, slot * ROOM, start, end)
    this.#hashes[slot] = hash
    let place = hash & this.#mask
    while (this.#table[place] !== NOBODY) place = (place + 1) & this.#mask
    this.#table[place] = slot
  }

  /** Empty a slot, and close the gap that it leaves in the table. */
  remove(slot: number): void {
    const mask = this.#mask
    const table = this.#table
    let gap = this.#hashes[slot] & mask
    while (table[gap] !== slot) gap = (gap + 1) & mask
    for (let place = (gap + 1) & mask; table[place] !== NOBODY; place = (place + 1) & mask) {
      const home = this.#hashes[table[place]] & mask
      // Whoever is found from its home across the gap moves into it.
      if (((place - home) & mask) < ((place - gap) & mask)) continue
      table[gap] = table[place]
      gap = place
    }
    table[gap] = NOBODY
  }

  clear(): void {
    this.#table.fill(NOBODY)
  }

  /** A copy of the key in `slot`; whoever reads on another thread holds the writer off meanwhile. */
  key(slot: number): Buffer {
    const at = slot * ROOM
    return Buffer.from(this.#keys.subarray(at, at + this.#lengths[slot]))
  }

  #has(slot: number, key: Buffer, start: number, end: number): boolean {
    const at = slot * ROOM
    return bytesEqual(key, start, end, this.#keys, at, at + this.#lengths[slot])
  }
}

/** FNV-1a (Fowler, Noll, Vo), its high bits mixed into the low ones, which choose the place. */
function hashOf(key: Buffer, start: number, end: number): number {
  let hash = 0x811c_9dc5 | 0
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ key[i], 0x0100_0193)
  return hash ^ (hash >>> 15)
}
