/**
 * A comparison as a table for people: a column per server, and one for how they compare.
 *
 * @module
 */
import {
  type Comparison,
  type Figure,
  type SideResult,
  ratioOf,
  spreadOf,
} from '../compare/comparison.ts'
import { describeLoad } from './describe-load.ts'
import { type Spread, showSpread } from './spread.ts'
import { textTable } from './table.ts'

interface Row {
  readonly title: string
  readonly figure: Figure
  readonly unit: number
  readonly digits: number
  /** Whether servers are compared by it. */
  readonly compared: boolean
}

const LATENCIES = ['p50', 'p90', 'p99', 'p999', 'p9999', 'max'] as const

export function comparisonText(comparison: Comparison): string {
  const { rounds, sides, spec, transport } = comparison
  const [first, second] = sides
  const several = rounds.rounds > 1
  const table = rowsOf(comparison).map(({ compared, digits, figure, title, unit }) => {
    const cells = sides.map((side) => show(spreadOf(side, figure), several, digits, unit))
    if (first === undefined || second === undefined) return [title, ...cells]
    return [title, ...cells, compared ? ratio(first, second, figure) : '']
  })
  const head = ['', ...sides.map(({ name }) => name), ...(second === undefined ? [] : ['ratio'])]
  const loop = rounds.rate > 0 ? 'open loop, latencies from when a request was due' : 'closed loop'
  const how = several
    ? `median (least-most) of ${rounds.rounds} rounds of ${rounds.seconds} s`
    : `${rounds.seconds} s`
  return [
    describeLoad(spec, rounds.rate),
    `${loop}, ${how}, transport ${transport}`,
    textTable([head, ...table]),
  ].join('\n')
}

function rowsOf({ rounds, sides }: Comparison): readonly Row[] {
  const results = sides.flatMap((side) => side.rounds)
  const some = (figure: Figure): boolean => results.some((result) => figure(result) > 0)
  const rows = [
    row('thousand requests/s', (r) => r.requestsPerSecond, 1000, 1),
    row('server CPU us/request', (r) => r.cpuMicros, 1, 2),
    row('  user', (r) => r.userMicros, 1, 2),
    row('  system', (r) => r.systemMicros, 1, 2),
    ...LATENCIES.map((name) => row(`${name} us`, (r) => r.latency[name], 1, 0)),
    percent('missing keys, %', (r) => r.misses / r.keys),
  ]
  if (some(({ keys, requests }) => keys - requests)) {
    rows.splice(
      1,
      0,
      row('thousand keys/s', (r) => r.keysPerSecond, 1000, 1),
    )
  }
  if (some((r) => r.refused)) rows.push(percent('refused, %', (r) => r.refused / r.keys))
  if (rounds.rate > 0) {
    rows.push(percent('unsent, %', ({ requests, unsent }) => unsent / (requests + unsent)))
  } else {
    // In an open loop the generator looks at its schedule all the time, and is always busy.
    rows.push(percent('generator busy, %', (r) => r.generatorBusy))
  }
  rows.push(percent('others busy, %', (r) => r.othersBusy))
  return rows
}

function row(title: string, figure: Figure, unit: number, digits: number): Row {
  return { title, figure, unit, digits, compared: true }
}

function percent(title: string, figure: Figure): Row {
  return { title, figure, unit: 0.01, digits: 1, compared: false }
}

function show(values: Spread, several: boolean, digits: number, unit: number): string {
  if (!Number.isFinite(values.median)) return '-'
  return several ? showSpread(values, digits, unit) : (values.median / unit).toFixed(digits)
}

function ratio(first: SideResult, second: SideResult, figure: Figure): string {
  const values = ratioOf(first, second, figure)
  return Number.isFinite(values.median) ? showSpread(values, 2) : ''
}
