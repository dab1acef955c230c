/**
 * One and two worker threads on one storage, and what sharing costs one alone.
 *
 *     node bench/storage/threads.ts
 *     node bench/storage/threads.ts --quick
 *
 * @module
 */
import { type Spread, showSpread, spread } from '@pelikan/loadgen'
import { barChart } from '../report/bar-chart.ts'
import { goalRows } from '../report/goal.ts'
import { type BenchRun, type ReportTable, runProgram } from '../report/bench-program.ts'
import { runCase } from './case-process.ts'
import type { ThreadsResult } from './threads-case.ts'

const MODES = [
  { mode: '1 thread, not shared', threads: 1, isShared: false },
  { mode: '1 thread, shared', threads: 1, isShared: true },
  { mode: '2 threads', threads: 2, isShared: true },
] as const
type Mode = (typeof MODES)[number]['mode']
const LOADS = [
  { load: 'get', gets: 100, scaleGoal: 1.7 },
  { load: '90 % get', gets: 90, scaleGoal: 1.5 },
  { load: 'set', gets: 0, scaleGoal: undefined },
] as const
const COST_GOAL = 0.85
const FULL = { items: 1_000_000, ms: 2000 }
const QUICK = { items: 100_000, ms: 200 }

interface Figure {
  readonly load: string
  readonly mode: Mode
  /** Million operations in a second, one per round. */
  readonly rates: number[]
  /** Of a million operations, one per round. */
  readonly repeats: number[]
}

interface Results {
  readonly figures: readonly Figure[]
}

async function measure({ isQuick, rounds }: BenchRun): Promise<Results> {
  const { items, ms } = isQuick ? QUICK : FULL
  const cases = LOADS.flatMap(({ gets, load }) =>
    MODES.map((mode) => {
      const figure: Figure = { load, mode: mode.mode, rates: [], repeats: [] }
      return { gets, mode, figure }
    }),
  )
  for (let round = 0; round < rounds; round++) {
    for (const { figure, gets, mode } of round % 2 === 0 ? cases : cases.toReversed()) {
      const task = { threads: mode.threads, isShared: mode.isShared, items, gets, ms }
      const { rate, repeats } = await runCase<ThreadsResult>('threads-case.ts', task)
      figure.rates.push(rate / 1e6)
      figure.repeats.push((repeats / ((rate * ms) / 1000)) * 1e6)
    }
  }
  return { figures: cases.map(({ figure }) => figure) }
}

function tables({ figures }: Results): readonly ReportTable[] {
  const figureOf = (load: string, mode: Mode): Figure =>
    figures.find((one) => one.load === load && one.mode === mode)!
  const ratio = (load: string, a: Mode, b: Mode): Spread => {
    const { rates } = figureOf(load, b)
    return spread(figureOf(load, a).rates.map((rate, round) => rate / rates[round]!))
  }
  const rows = LOADS.map(({ load }) => [
    load,
    ...MODES.map(({ mode }) => showSpread(spread(figureOf(load, mode).rates), 2)),
    spread(figureOf(load, '2 threads').repeats).median.toFixed(1),
  ])
  const goals = LOADS.flatMap(({ load, scaleGoal }) => {
    const scale = ratio(load, '2 threads', '1 thread, shared')
    const cost = ratio(load, '1 thread, shared', '1 thread, not shared')
    return [
      {
        what: `${load}, 2 threads, of 1`,
        measured: showSpread(scale, 2),
        goal: scaleGoal === undefined ? undefined : `at least ${scaleGoal}`,
        isMet: scale.median >= (scaleGoal ?? 0),
      },
      {
        what: `${load}, 1 thread shared, of not shared`,
        measured: showSpread(cost, 2),
        goal: `above ${COST_GOAL}`,
        isMet: cost.median > COST_GOAL,
      },
    ]
  })
  return [
    {
      title: 'Million operations in a second, of all threads',
      rows: [['', ...MODES.map(({ mode }) => mode), 'reads repeated, of a million'], ...rows],
    },
    { title: 'Goals', rows: goalRows(goals) },
  ]
}

function charts({ figures }: Results): Readonly<Record<string, string>> {
  const bars = figures.map(({ load, mode, rates }) => ({
    name: `${load}: ${mode}`,
    value: spread(rates).median,
  }))
  return {
    '': barChart({
      title: 'Threads on one storage',
      subtitle: 'million operations a second',
      bars,
    }),
  }
}

await runProgram({
  file: 'bench/storage/threads.ts',
  about: 'One and two threads on one storage, and what sharing costs one alone.',
  name: 'storage-threads',
  rounds: 5,
  measure,
  tables,
  charts,
})
