/**
 * What several rounds say together: the median, and how far the rounds lie apart. A shared machine has
 * bad moments, which move a mean and not a median.
 *
 * @module
 */

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @param values one per round, at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? NaN
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN }
}

/** `412 (398-420)`, each number with `digits` behind the point and divided by `unit`. */
export function showSpread({ max, median, min }: Spread, digits: number, unit = 1): string {
  const show = (value: number): string => (value / unit).toFixed(digits)
  return `${show(median)} (${show(min)}-${show(max)})`
}
