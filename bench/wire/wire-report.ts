/**
 * What the wire bench has found, as tables and as a chart. Figures are medians of rounds with the least
 * and the most; a ratio is that of our server to the other one in the same round, and of these the same.
 *
 * @module
 */
import { type Spread, showSpread, spread } from '@pelikan/loadgen'
import { barChart } from '../report/bar-chart.ts'
import type { ReportTable } from '../report/bench-program.ts'
import { type Goal, goalRows } from '../report/goal.ts'
import type { PauseResult } from './garbage-pauses.ts'
import type { Round, RowResult, ServerRounds } from './measure-row.ts'
import { type FigureName, ROWS, type Row } from './rows.ts'

export interface WireResults {
  readonly rows: readonly RowResult[]
  readonly pauses: readonly PauseResult[]
}

const LONGEST_PAUSE_MS = 2
const MOST_PER_SECOND = 1

/** Requests for several keys count as several: a figure is per key. */
const FIGURES: Readonly<Record<FigureName, (round: Round) => number>> = {
  throughput: (round) => round.keysPerSecond,
  cpu: (round) => (round.cpuMicros * round.requests) / round.keys,
  p99: (round) => round.latency.p99,
  p999: (round) => round.latency.p999,
}
const NAMES: Readonly<Record<FigureName, string>> = {
  throughput: 'throughput',
  cpu: 'CPU',
  p99: 'p99',
  p999: 'p999',
}

export function tables({ pauses, rows }: WireResults): readonly ReportTable[] {
  const closed = rows.filter(({ rate }) => rate === 0)
  const goals = [...rows.flatMap(goalsOf), ...pauses.flatMap(goalsOfPauses)]
  return [
    { title: 'Throughput and CPU', rows: [CLOSED_HEAD, ...closed.flatMap(closedRows)] },
    ...rows.filter(({ rate }) => rate > 0).map(openTable),
    { title: 'Garbage collection', rows: [PAUSES_HEAD, ...pauses.map(pauseRow)] },
    { title: 'Goals', rows: goalRows(goals) },
  ].filter((table) => table.rows.length > 1)
}

/** Throughput of our servers in closed loops, where the other one's is 1. */
export function throughputChart({ rows }: WireResults): string {
  const bars = rows.flatMap((result) =>
    result.rate > 0
      ? []
      : pairsOf(result).map(({ other, ours }) => {
          const { median } = ratio(ours, other, FIGURES.throughput)
          return { name: `${rowOf(result).title}, ${ours.transport}`, value: median }
        }),
  )
  const name = rows[0]?.servers.at(-1)?.name ?? ''
  return barChart({
    title: 'Throughput of segcache',
    subtitle: `keys per second on one thread, as multiples of ${name}, one thread`,
    bars: [{ name, value: 1 }, ...bars],
  })
}

const CLOSED_HEAD = [
  'load',
  'server',
  'thousand keys/s',
  'of the other',
  'CPU us/key',
  'of the other',
  'missing, %',
  'generator busy, %',
  'others busy, %',
]

function closedRows(result: RowResult): readonly (readonly string[])[] {
  const other = otherOf(result)
  return result.servers.map((server) => {
    const compared = (figure: FigureName): string =>
      other === undefined || other === server
        ? ''
        : showSpread(ratio(server, other, FIGURES[figure]), 2)
    return [
      rowOf(result).title,
      server.name,
      showSpread(over(server, FIGURES.throughput), 1, 1000),
      compared('throughput'),
      showSpread(over(server, FIGURES.cpu), 2),
      compared('cpu'),
      percent(server.missing),
      percent(over(server, (round) => round.generatorBusy).median),
      percent(over(server, (round) => round.othersBusy).median),
    ]
  })
}

function openTable(result: RowResult): ReportTable {
  const { rate, servers } = result
  const head = [
    'server',
    'p50 us',
    'p99 us',
    'p999 us',
    'CPU us/key',
    'unsent, %',
    'others busy, %',
  ]
  const rows = servers.map((server) => [
    server.name,
    ...(['p50', 'p99', 'p999'] as const).map((name) => {
      return showSpread(
        over(server, ({ latency }) => latency[name]),
        0,
      )
    }),
    showSpread(over(server, FIGURES.cpu), 2),
    percent(over(server, ({ requests, unsent }) => unsent / (requests + unsent)).median),
    percent(over(server, (round) => round.othersBusy).median),
  ])
  return {
    title: `${rowOf(result).title}: open loop, ${Math.round(rate)} requests/s`,
    rows: [head, ...rows],
  }
}

const PAUSES_HEAD = ['server', 'seconds', 'requests', 'collections', 'per second', 'longest, ms']

function pauseRow(result: PauseResult): readonly string[] {
  const { name, pauses, requests, seconds } = result
  return [
    name,
    seconds.toFixed(1),
    String(requests),
    String(pauses.length),
    perSecond(result).toFixed(2),
    longest(result).toFixed(2),
  ]
}

function goalsOf(result: RowResult): readonly Goal[] {
  const row = rowOf(result)
  return pairsOf(result).flatMap(({ other, ours }) =>
    row.goals[ours.transport!].map(({ bound, figure, ratio: wanted }) => {
      const measured = ratio(ours, other, FIGURES[figure])
      return {
        what: `${row.title}: ${NAMES[figure]}, ${ours.transport}`,
        measured: showSpread(measured, 2),
        goal: `${bound} ${wanted}`,
        isMet: bound === 'at least' ? measured.median >= wanted : measured.median <= wanted,
      }
    }),
  )
}

function goalsOfPauses(result: PauseResult): readonly Goal[] {
  return [
    {
      what: `longest pause of a garbage collection, ms, ${result.transport}`,
      measured: longest(result).toFixed(2),
      goal: `at most ${LONGEST_PAUSE_MS}`,
      isMet: longest(result) <= LONGEST_PAUSE_MS,
    },
    {
      what: `garbage collections per second, ${result.transport}`,
      measured: perSecond(result).toFixed(2),
      goal: `below ${MOST_PER_SECOND}`,
      isMet: perSecond(result) < MOST_PER_SECOND,
    },
  ]
}

function rowOf({ row }: RowResult): Row {
  const found = ROWS[row]
  if (found === undefined) throw new TypeError(`there is no row "${row}"`)
  return found
}

/** The server that is not ours; undefined where it is not installed. */
function otherOf({ servers }: RowResult): ServerRounds | undefined {
  return servers.find(({ transport }) => transport === undefined)
}

/** Each of our servers beside the other one. */
function pairsOf(result: RowResult): readonly { ours: ServerRounds; other: ServerRounds }[] {
  const other = otherOf(result)
  if (other === undefined) return []
  return result.servers
    .filter(({ transport }) => transport !== undefined)
    .map((ours) => ({ ours, other }))
}

function over({ rounds }: ServerRounds, figure: (round: Round) => number): Spread {
  return spread(rounds.map(figure))
}

function ratio(ours: ServerRounds, other: ServerRounds, figure: (round: Round) => number): Spread {
  return spread(ours.rounds.map((round, index) => figure(round) / figure(other.rounds[index]!)))
}

function longest({ pauses }: PauseResult): number {
  return Math.max(0, ...pauses)
}

function perSecond({ pauses, seconds }: PauseResult): number {
  return pauses.length / seconds
}

function percent(share: number): string {
  return (share * 100).toFixed(1)
}
