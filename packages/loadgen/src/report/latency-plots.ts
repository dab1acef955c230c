/**
 * The curves of a load: latency by share of requests, and latency by rate.
 *
 * @module
 */
import type { Comparison } from '../compare/comparison.ts'
import type { Sweep } from '../compare/sweep.ts'
import type { LoadResult } from '../measure/measure-load.ts'
import { describeLoad } from './describe-load.ts'
import { type Series, linePlot, powersOfTen, roundTicks } from './line-plot.ts'
import { spread } from './spread.ts'

const MICROSECONDS = 'latency, microseconds'

/** How many requests were slower than what: the slow ones are what the axis makes room for. */
export function percentilePlot({ rounds, sides, spec }: Comparison): string {
  const series = sides.map(({ name, rounds: results }, colour): Series => {
    return { name, colour, points: medianCurve(results) }
  })
  const slow = (share: number): number => -Math.log10(1 - share)
  return linePlot({
    title: 'Latency by percentile',
    subtitle: describeLoad(spec, rounds.rate),
    x: {
      label: 'share of requests that were as fast',
      scale: slow,
      ticks: [0, 0.9, 0.99, 0.999, 0.9999, 0.99999].map((value) => {
        return { value, text: `${Number((value * 100).toFixed(3))} %` }
      }),
    },
    y: { label: MICROSECONDS, scale: Math.log10, ticks: powersOfTen(latenciesOf(series)) },
    series,
  })
}

/** p50, p99 and p999 of each server at each rate. */
export function sweepPlot({ options, sides, spec }: Sweep): string {
  const series = sides.flatMap(({ name, steps }, colour): Series[] => {
    const curve = (figure: 'p50' | 'p99' | 'p999'): Series['points'] =>
      steps.map(({ rate, result }) => [rate / 1000, result.latency[figure]])
    return [
      { name: `${name} p50`, colour, points: curve('p50') },
      { name: `${name} p99`, colour, points: curve('p99'), dash: 'dashed' },
      { name: `${name} p999`, colour, points: curve('p999'), dash: 'dotted' },
    ]
  })
  const most = Math.max(...sides.flatMap(({ steps }) => steps.map(({ rate }) => rate / 1000)))
  return linePlot({
    title: 'Latency by rate',
    subtitle: `${describeLoad(spec, undefined)}, ${options.seconds} s a step`,
    x: { label: 'thousand requests per second', ticks: roundTicks(most) },
    y: { label: MICROSECONDS, scale: Math.log10, ticks: powersOfTen(latenciesOf(series)) },
    series,
  })
}

/** At each share, the median of the rounds. */
function medianCurve(results: readonly LoadResult[]): Series['points'] {
  const [first] = results
  if (first === undefined) return []
  return first.latency.curve.map(([share], index) => {
    return [share, spread(results.map(({ latency }) => latency.curve[index]![1])).median]
  })
}

function latenciesOf(series: readonly Series[]): readonly number[] {
  return series.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) => y > 0)
}
