/**
 * The items of the speed benches: a million keys of 16 bytes, each with a value of 64 bytes that only it
 * has at its place, and the order in which they are asked for.
 *
 * @module
 */
import { chooseKeys, Random } from '@pelikan/loadgen'
import { NUMBER_KEY_BYTES, writeNumberKey } from './number-key.ts'

export const VALUE_BYTES = 64

/** Values begin at different places of one run of bytes: so many of them. */
const VALUES = 4093
const SEED = 7

export type Distribution = 'uniform' | 'zipf'

export class KeySpace {
  readonly count: number
  /** Key `n` is `keys[n * 16, n * 16 + 16)`. */
  readonly keys: Buffer
  readonly values: Buffer

  constructor(count: number) {
    this.count = count
    this.keys = Buffer.allocUnsafeSlow(count * NUMBER_KEY_BYTES)
    for (let n = 0; n < count; n++) writeNumberKey(n, this.keys, n * NUMBER_KEY_BYTES)
    const random = new Random(SEED)
    this.values = Buffer.from(
      Uint8Array.from({ length: VALUES + VALUE_BYTES }, () => random.below(256)),
    )
  }

  /** Where the value of key `n` begins in `values`. */
  valueAt(n: number): number {
    return n % VALUES
  }

  /** The keys as strings, in order. */
  names(): string[] {
    return Array.from({ length: this.count }, (_, n) =>
      this.keys.toString('latin1', n * NUMBER_KEY_BYTES, (n + 1) * NUMBER_KEY_BYTES),
    )
  }
}

/** `length` keys of `count`, in the order in which they are asked for. */
export function keySequence(
  distribution: Distribution,
  count: number,
  length: number,
  seed: number,
): Int32Array {
  const random = new Random(seed)
  const choice = chooseKeys(count, distribution === 'uniform' ? 0 : 1, random)
  return Int32Array.from({ length }, () => choice.next())
}
