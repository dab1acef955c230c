/**
 * How often which values occurred, in log-linear buckets ({@link bucketOf}). To record is three updates of
 * numbers in a worker's row; everything else happens when it is read, by a {@link Distribution}.
 *
 * ```text
 *   slots   sum | max | bucket 0 | bucket 1 | ...
 * ```
 *
 * @module
 */
import { LARGEST_VALUE, bucketCount, bucketOf } from './log-linear.ts'

export const SUM = 0
export const MAX = 1
export const FIRST_BUCKET = 2

/** Slots of a histogram. */
export function histogramSlots(bits: number): number {
  return FIRST_BUCKET + bucketCount(bits)
}

export class Histogram {
  readonly #slots: Float64Array
  readonly #start: number
  readonly #bits: number

  /**
   * @param slots where it has {@link histogramSlots} from `start` on
   * @param bits the buckets for each doubling, as a power of two
   */
  constructor(slots: Float64Array, start: number, bits: number) {
    this.#slots = slots
    this.#start = start
    this.#bits = bits
  }

  /**
   * Record one value.
   *
   * @param value fractions are dropped; less than 0 counts as 0, and more than 2^31 - 1 as that
   */
  record(value: number): void {
    const slots = this.#slots
    const start = this.#start
    const whole = Math.max(0, Math.min(value, LARGEST_VALUE)) | 0
    slots[start + FIRST_BUCKET + bucketOf(whole, this.#bits)]! += 1
    slots[start + SUM]! += whole
    if (whole > slots[start + MAX]!) slots[start + MAX] = whole
  }
}
