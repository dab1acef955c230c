/**
 * The value of a key follows from its number, so every thread knows what every reply has to be. Values
 * are windows of one run of random bytes, and keys that are asked for together begin at other bytes of it.
 *
 * ```text
 *   run    ................................................   64 KiB and the longest value
 *   key 1        [value]
 *   key 2                        [value......]
 * ```
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import { mix, Random } from '../random.ts'

/** How long values are: all `bytes`, or log-normal around a median. */
export type ValueSizes =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | {
      readonly kind: 'log-normal'
      /** Half of the values are longer. */
      readonly median: number
      /** Standard deviation of the logarithm of the length. */
      readonly sigma: number
      /** Lengths outside become the nearest of these two. */
      readonly min: number
      readonly max: number
    }

const STARTS = 65_536
const RUN_SEED = 1
const SIZE_SEED = 0x5bd1_e995
const TWO_32 = 0x1_0000_0000

export class Values {
  /** Bytes in the longest value. */
  readonly maxLength: number
  readonly #run: Buffer
  readonly #fixed: number
  /** Length of each key's value, where they differ. */
  readonly #lengths: Int32Array

  constructor(sizes: ValueSizes, keys: number) {
    const varies = sizes.kind === 'log-normal'
    this.#fixed = varies ? -1 : sizes.bytes
    this.#lengths = new Int32Array(varies ? keys : 0)
    if (varies) {
      const { max, median, min, sigma } = sizes
      for (let key = 0; key < keys; key++) {
        const length = Math.round(median * Math.exp(sigma * normal(key)))
        this.#lengths[key] = Math.min(max, Math.max(min, length))
      }
    }
    this.maxLength = varies ? sizes.max : sizes.bytes
    this.#run = Buffer.allocUnsafeSlow(this.maxLength + STARTS)
    const random = new Random(RUN_SEED)
    for (let i = 0; i < this.#run.length; i++) this.#run[i] = random.below(256)
  }

  /** Bytes in the value of `key`. */
  length(key: number): number {
    return this.#fixed === -1 ? this.#lengths[key]! : this.#fixed
  }

  /** Copy the value of `key` to `out[at]`; returns where it ends. */
  write(key: number, out: Buffer, at: number): number {
    const from = startOf(key)
    return at + this.#run.copy(out, at, from, from + this.length(key))
  }

  /** Whether the value of `key` is at `bytes[start]`. */
  matches(key: number, bytes: Buffer, start: number): boolean {
    const from = startOf(key)
    const length = this.length(key)
    return bytesEqual(this.#run, from, from + length, bytes, start, start + length)
  }

  /** The value of `key`, lent, for messages. */
  bytes(key: number): Buffer {
    const from = startOf(key)
    return this.#run.subarray(from, from + this.length(key))
  }
}

function startOf(key: number): number {
  return mix(key) & (STARTS - 1)
}

/** A number from the standard normal distribution that belongs to `key` (Box and Muller 1958). */
function normal(key: number): number {
  const u = ((mix(key ^ SIZE_SEED) >>> 0) + 1) / (TWO_32 + 1)
  const v = (mix(mix(key) ^ SIZE_SEED) >>> 0) / TWO_32
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
}
