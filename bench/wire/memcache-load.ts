/**
 * What a memcache load is made of, and the bytes that both its requests and its answers are made of.
 * The value of a key follows from its number, so every answer is known before it comes.
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import { KeyTable } from './key-table.ts'
import { Random } from './random.ts'

export interface MemcacheLoad {
  readonly keys: number
  /** Bytes in every value. */
  readonly valueBytes: number
  /** Share of gets, 0 to 1; the others are sets. */
  readonly gets: number
  /** Keys in a get. */
  readonly multiget: number
  /** Exponent of a Zipf distribution; 0 for uniform keys. */
  readonly zipf: number
}

/** First integer of a memo; after it come the keys of a get. */
export const MemoKind = { Get: 0, Set: 1 } as const

const SEED = 0x2545_f491
/** Values are windows of one run of random bytes, shifted by the key. */
const SHIFTS = 256

export class MemcacheData {
  readonly load: MemcacheLoad
  readonly keys: KeyTable
  readonly random: Random = new Random(SEED)
  readonly #values: Buffer

  constructor(load: MemcacheLoad) {
    this.load = load
    this.keys = new KeyTable(load.keys)
    this.#values = Buffer.allocUnsafeSlow(load.valueBytes + SHIFTS)
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = this.random.below(256)
  }

  /** Copy the value of `key` to `out[at]`; returns where it ends. */
  writeValue(key: number, out: Buffer, at: number): number {
    const from = key % SHIFTS
    return at + this.#values.copy(out, at, from, from + this.load.valueBytes)
  }

  /** Whether the value of `key` is at `bytes[start]`. */
  matchValue(key: number, bytes: Buffer, start: number): boolean {
    const from = key % SHIFTS
    const length = this.load.valueBytes
    return bytesEqual(this.#values, from, from + length, bytes, start, start + length)
  }
}
