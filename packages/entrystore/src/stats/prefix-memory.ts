/**
 * How often keys of a prefix are asked for, stored and deleted, in shared memory. A worker counts in a table
 * of its own; whoever asks adds them up.
 *
 * ```text
 *   is on, epoch | worker 0 | worker 1 | ..          words for all; a table a worker
 *   epoch, used, - , - | slot | slot | ..            a table: open addressing, by a hash of the prefix
 *   get, hit, set, del: 8 bytes each | length, prefix up to 63 bytes
 * ```
 *
 * A reset is an epoch: a worker whose table is of an earlier one empties it before it counts.
 *
 * @module
 */

/** Longer ones are not counted. */
const MAX_PREFIX_BYTES = 63
/** Prefixes that a worker counts; those that come when it has so many are not counted. */
export const MAX_PREFIXES = 1024

/** What of a prefix is counted. */
export const PrefixCount = { Get: 0, Hit: 1, Set: 2, Delete: 3 } as const

const COUNTS = 4
const SLOTS = 2 * MAX_PREFIXES
const SLOT_BYTES = COUNTS * 8 + MAX_PREFIX_BYTES + 1
const NAME_AT = COUNTS * 8
const TABLE_HEAD_BYTES = 16
const TABLE_BYTES = TABLE_HEAD_BYTES + SLOTS * SLOT_BYTES
const TABLES_AT = 64
const IS_ON = 0
const EPOCH = 1
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** For so many workers, and the main thread, whose row is 0. */
export function makePrefixMemory(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer(TABLES_AT + (workers + 1) * TABLE_BYTES)
}

/** Of one prefix. */
export interface PrefixTotals {
  get: number
  hit: number
  set: number
  del: number
}

export class PrefixMemory {
  readonly #words: Int32Array
  readonly #counts: Float64Array
  readonly #bytes: Buffer
  readonly #rows: number

  /** @param memory of {@link makePrefixMemory} */
  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory)
    this.#counts = new Float64Array(memory)
    this.#bytes = Buffer.from(memory)
    this.#rows = (memory.byteLength - TABLES_AT) / TABLE_BYTES
  }

  get isOn(): boolean {
    return Atomics.load(this.#words, IS_ON) === 1
  }

  set isOn(value: boolean) {
    Atomics.store(this.#words, IS_ON, value ? 1 : 0)
  }

  /** Count from 0 again. */
  reset(): void {
    Atomics.add(this.#words, EPOCH, 1)
  }

  /** Where the worker of `row` counts `key[start, end)`; -1 where it is not counted. */
  find(row: number, key: Buffer, start: number, end: number): number {
    const length = end - start
    if (length > MAX_PREFIX_BYTES) return -1
    const table = this.#currentTable(row)
    const bytes = this.#bytes
    let hash = FNV_BASIS
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ key[i], FNV_PRIME)
    for (let i = 0; i < SLOTS; i++) {
      const slot = table + TABLE_HEAD_BYTES + ((hash + i) & (SLOTS - 1)) * SLOT_BYTES
      const name = slot + NAME_AT
      // A length of one more than there is, so that 0 is a slot that is free.
      if (bytes[name] === 0) return this.#take(table, slot, key, start, end)
      if (bytes[name] !== length + 1) continue
      if (bytes.compare(key, start, end, name + 1, name + 1 + length) === 0) return slot
    }
    return -1
  }

  /** One more of what {@link PrefixCount} says, in a slot that was found. */
  count(slot: number, what: number): void {
    const at = (slot >> 3) + what
    this.#counts[at] = this.#counts[at] + 1
  }

  /** What all workers have counted, by prefix as latin1. */
  totals(): Map<string, PrefixTotals> {
    const totals = new Map<string, PrefixTotals>()
    const epoch = Atomics.load(this.#words, EPOCH)
    for (let row = 0; row < this.#rows; row++) {
      const table = TABLES_AT + row * TABLE_BYTES
      if (Atomics.load(this.#words, table >> 2) !== epoch) continue
      for (let i = 0; i < SLOTS; i++) this.#add(totals, table + TABLE_HEAD_BYTES + i * SLOT_BYTES)
    }
    return totals
  }

  #add(totals: Map<string, PrefixTotals>, slot: number): void {
    const length = this.#bytes[slot + NAME_AT] - 1
    if (length < 0) return
    const from = slot + NAME_AT + 1
    const prefix = this.#bytes.toString('latin1', from, from + length)
    const sum = totals.get(prefix) ?? { get: 0, hit: 0, set: 0, del: 0 }
    const at = slot >> 3
    sum.get += this.#counts[at + PrefixCount.Get]
    sum.hit += this.#counts[at + PrefixCount.Hit]
    sum.set += this.#counts[at + PrefixCount.Set]
    sum.del += this.#counts[at + PrefixCount.Delete]
    totals.set(prefix, sum)
  }

  /** The table of a worker, emptied if it is of another epoch. */
  #currentTable(row: number): number {
    const table = TABLES_AT + row * TABLE_BYTES
    const epoch = Atomics.load(this.#words, EPOCH)
    if (this.#words[table >> 2] !== epoch) {
      this.#bytes.fill(0, table + TABLE_HEAD_BYTES, table + TABLE_BYTES)
      this.#words[(table >> 2) + 1] = 0
      Atomics.store(this.#words, table >> 2, epoch)
    }
    return table
  }

  #take(table: number, slot: number, key: Buffer, start: number, end: number): number {
    const used = (table >> 2) + 1
    if (this.#words[used] >= MAX_PREFIXES) return -1
    this.#words[used] = this.#words[used] + 1
    key.copy(this.#bytes, slot + NAME_AT + 1, start, end)
    this.#bytes[slot + NAME_AT] = end - start + 1
    return slot
  }
}
