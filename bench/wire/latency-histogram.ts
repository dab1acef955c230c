/**
 * Latencies in buckets whose width grows with the value, as HdrHistogram does it: 64 buckets per
 * doubling, so a percentile is at most 1.6 % off, and recording one is a shift and an addition.
 *
 * ```text
 *   value   0 .. 127   128 .. 255   256 .. 511  ...     in tenths of a microsecond
 *   width   1          2            4
 *   index   0 .. 127   128 .. 191   192 .. 255
 * ```
 *
 * @module
 */

const HALF_BITS = 6
const HALF = 1 << HALF_BITS
const BUCKETS = (32 - HALF_BITS) * HALF
const PER_MILLISECOND = 10_000
const PER_MICROSECOND = 10

export class LatencyHistogram {
  readonly #buckets = new Float64Array(BUCKETS)
  #total = 0

  /** Count `count` requests that took `milliseconds`. */
  record(milliseconds: number, count: number): void {
    const value = (milliseconds * PER_MILLISECOND) | 0
    const shift = Math.max(0, 31 - Math.clz32(value) - HALF_BITS)
    this.#buckets[shift * HALF + (value >>> shift)]! += count
    this.#total += count
  }

  /** @returns microseconds that `share` (such as 0.99) of the requests did not exceed; NaN of none */
  percentile(share: number): number {
    const wanted = Math.ceil(this.#total * share)
    let seen = 0
    for (const [index, count] of this.#buckets.entries()) {
      seen += count
      if (seen >= wanted && count > 0) return upperBound(index) / PER_MICROSECOND
    }
    return NaN
  }
}

/** The largest value that falls into a bucket. */
function upperBound(index: number): number {
  if (index < 2 * HALF) return index
  const shift = (index >>> HALF_BITS) - 1
  return (index - shift * HALF + 1) * 2 ** shift - 1
}
