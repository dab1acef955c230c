/**
 * Which key a request is for: every key equally often, or a few keys very often (Zipf).
 *
 * Zipf numbers are drawn by rejection inversion (Hörmann and Derflinger, "Rejection-inversion to generate
 * variates from monotone discrete distributions", 1996): no table, exact for any exponent.
 *
 * @module
 */
import type { Random } from './random.ts'

export interface KeyChoice {
  /** A key, from 0 up to and without the number of keys. */
  readonly next: () => number
}

export function uniformKeys(keys: number, random: Random): KeyChoice {
  return { next: () => random.below(keys) }
}

/** Spreads ranks over keys, so that the popular ones are not those that were filled first. */
const SCATTER = 2_654_435_761

/**
 * The key of rank r is asked for in proportion to r^-exponent.
 *
 * @param keys at most 3 million, for which {@link SCATTER} is exact
 */
export function zipfKeys(keys: number, exponent: number, random: Random): KeyChoice {
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
