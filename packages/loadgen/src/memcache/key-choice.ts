/**
 * Which key a request is for: every key equally often, or a few keys very often (Zipf).
 *
 * Zipf numbers are drawn by rejection inversion (Hörmann and Derflinger, "Rejection-inversion to generate
 * variates from monotone discrete distributions", 1996): no table, exact for any exponent.
 *
 * @module
 */
import type { Random } from '../random.ts'

export interface KeyChoice {
  /** A key, from 0 up to and without the number of keys. */
  readonly next: () => number
}

/** All of `keys` keys equally often where `zipf` is 0, else by Zipf's law with that exponent. */
export function chooseKeys(keys: number, zipf: number, random: Random): KeyChoice {
  return zipf > 0 ? zipfKeys(keys, zipf, random) : { next: () => random.below(keys) }
}

/**
 * Spreads ranks over keys, so that the popular ones are not those that were filled first. A prime above
 * the most keys there may be, so that no two ranks meet; below 2^53 / 50 million, so that products are exact.
 */
const SCATTER = 100_000_007

/** The key of rank r is asked for in proportion to r^-exponent. */
function zipfKeys(keys: number, exponent: number, random: Random): KeyChoice {
  const first = integral(1.5, exponent) - 1
  const last = integral(keys + 0.5, exponent)
  const accept = 2 - inverse(integral(2.5, exponent) - 2 ** -exponent, exponent)
  return {
    next() {
      for (;;) {
        const area = last + random.fraction() * (first - last)
        const x = inverse(area, exponent)
        const rank = Math.min(keys, Math.max(1, Math.floor(x + 0.5)))
        if (rank - x <= accept || area >= integral(rank + 0.5, exponent) - rank ** -exponent) {
          return ((rank - 1) * SCATTER) % keys
        }
      }
    },
  }
}

/** The integral of x^-exponent. */
function integral(x: number, exponent: number): number {
  return exponent === 1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent)
}

function inverse(area: number, exponent: number): number {
  return exponent === 1 ? Math.exp(area) : (1 + area * (1 - exponent)) ** (1 / (1 - exponent))
}
