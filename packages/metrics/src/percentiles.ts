/** The percentiles that are shown of every histogram, by the ends of their names, such as `get_latency_p99`. */
export const PERCENTILES: readonly (readonly [suffix: string, share: number])[] = [
  ['p25', 0.25],
  ['p50', 0.5],
  ['p75', 0.75],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p999', 0.999],
  ['p9999', 0.9999],
]
