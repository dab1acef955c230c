import { bucketCount, bucketEnd, bucketOf } from './log-linear.ts'
import { FIRST_BUCKET, MAX, SUM } from './histogram.ts'

/** What a histogram has recorded, for whoever reads it. */
export class Distribution {
  readonly #slots: Float64Array
  readonly #bits: number

  /**
   * @param slots of a histogram, or of several added up; read when asked, so they may grow meanwhile
   * @param bits those of the histogram
   */
  constructor(slots: Float64Array, bits: number) {
    this.#slots = slots
    this.#bits = bits
  }

  /** Values that were recorded. */
  get count(): number {
    return this.#countBelow(bucketCount(this.#bits))
  }

  /** All values together. */
  get sum(): number {
    return this.#slots[SUM]!
  }

  /** The largest value, exactly; NaN of none. */
  get max(): number {
    return this.count === 0 ? NaN : this.#slots[MAX]!
  }

  /** The mean of the values; NaN of none. */
  get mean(): number {
    return this.sum / this.count
  }

  /**
   * The value that `share` of all values (such as 0.99) do not exceed; NaN of none. It is never too small,
   * and too large by at most one part in `2^bits`.
   */
  percentile(share: number): number {
    const bits = this.#bits
    const slots = this.#slots
    const wanted = Math.ceil(this.count * share)
    const end = bucketCount(bits)
    let seen = 0
    for (let bucket = 0; bucket < end; bucket++) {
      const count = slots[FIRST_BUCKET + bucket]!
      seen += count
      if (seen >= wanted && count > 0) return Math.min(bucketEnd(bucket, bits), slots[MAX]!)
    }
    return NaN
  }

  /** Add what another one with as many buckets has recorded, in its slots. */
  add(other: Distribution): void {
    const slots = this.#slots
    const max = Math.max(slots[MAX]!, other.#slots[MAX]!)
    for (let slot = 0; slot < slots.length; slot++) slots[slot]! += other.#slots[slot]!
    slots[MAX] = max
  }

  /**
   * What has been recorded since `earlier`, which is this distribution as it was then. Its largest value is
   * known as a percentile is, its bucket's end.
   */
  since(earlier: Distribution): Distribution {
    const now = this.#slots
    const slots = new Float64Array(now.length)
    let last = -1
    for (let slot = 0; slot < slots.length; slot++) {
      const grown = now[slot]! - earlier.#slots[slot]!
      slots[slot] = grown
      if (slot >= FIRST_BUCKET && grown > 0) last = slot - FIRST_BUCKET
    }
    slots[MAX] = last < 0 ? 0 : Math.min(bucketEnd(last, this.#bits), now[MAX]!)
    return new Distribution(slots, this.#bits)
  }

  /**
   * How many values are at most `ends[i]`, for each of them in one pass.
   *
   * @param ends rising; each is the largest value of a bucket
   */
  cumulative(ends: readonly number[]): number[] {
    let seen = 0
    let bucket = 0
    return ends.map((end) => {
      const last = bucketOf(end, this.#bits)
      for (; bucket <= last; bucket++) seen += this.#slots[FIRST_BUCKET + bucket]!
      return seen
    })
  }

  #countBelow(end: number): number {
    let count = 0
    for (let bucket = 0; bucket < end; bucket++) count += this.#slots[FIRST_BUCKET + bucket]!
    return count
  }
}
