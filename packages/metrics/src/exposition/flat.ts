/**
 * Every metric as a name and a number, in the order of the names: for people, and as JSON.
 *
 * ```text
 *   get 12                         a counter or a gauge
 *   get_latency_count 3            a histogram: how many values, all of them together, the largest one,
 *   get_latency_max 5120           and the percentiles, in the unit that it was declared with
 *   get_latency_p50 1023
 *   get_latency_sum 8704
 * ```
 *
 * @module
 */
import type { Metrics } from '../metrics.ts'
import { PERCENTILES } from '../percentiles.ts'

/** Of a histogram without values there are no percentiles, so those are left out. */
export function flatMetrics(metrics: Metrics): (readonly [name: string, value: number])[] {
  const entries = metrics.definitions.flatMap((metric): [string, number][] => {
    const { kind, name } = metric
    if (kind !== 'histogram') return [[name, metrics.read(metric)]]
    const distribution = metrics.distribution(metric)
    const { count, max, sum } = distribution
    if (count === 0) return [[`${name}_count`, 0]]
    return [
      [`${name}_count`, count],
      [`${name}_max`, max],
      [`${name}_sum`, sum],
      ...PERCENTILES.map(([suffix, share]): [string, number] => [
        `${name}_${suffix}`,
        distribution.percentile(share),
      ]),
    ]
  })
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** One line for each number: `name: value`. */
export function humanMetrics(metrics: Metrics): string {
  return flatMetrics(metrics)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

/** One object, flat. */
export function jsonMetrics(metrics: Metrics): string {
  return `${JSON.stringify(Object.fromEntries(flatMetrics(metrics)), undefined, 2)}\n`
}
