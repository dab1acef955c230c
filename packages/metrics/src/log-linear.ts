/**
 * Buckets whose width grows with the value, as HdrHistogram (Tene) has them: `2^bits` for each doubling,
 * so that a value differs from the largest one of its bucket by at most one part in `2^bits`. Finding the
 * bucket is a count of zeros and a shift. With 6 bits:
 *
 * ```text
 *   value   0 .. 127   128 .. 255   256 .. 511   ...   2^30 .. 2^31 - 1
 *   width   1          2            4                  2^24
 *   bucket  0 .. 127   128 .. 191   192 .. 255         1600 .. 1663
 * ```
 *
 * @module
 */

/** Larger values are counted as this one. */
export const LARGEST_VALUE = 0x7fff_ffff

/** How many buckets there are. */
export function bucketCount(bits: number): number {
  return (32 - bits) << bits
}

/** @param value a whole number from 0 to {@link LARGEST_VALUE} */
export function bucketOf(value: number, bits: number): number {
  const shift = Math.max(0, 31 - Math.clz32(value) - bits)
  return (shift << bits) + (value >>> shift)
}

/** The largest value of a bucket. */
export function bucketEnd(bucket: number, bits: number): number {
  const half = 1 << bits
  if (bucket < 2 * half) return bucket
  const shift = (bucket >>> bits) - 1
  return (bucket - shift * half + 1) * 2 ** shift - 1
}
