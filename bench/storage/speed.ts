/**
 * Speed in process: gets and sets of a million items, beside `lru-cache`, a `Map` and the hash map storage,
 * and the longest pause for the garbage collector.
 *
 *     node bench/storage/speed.ts
 *     node bench/storage/speed.ts --quick
 *
 * @module
 */
import { type Spread, showSpread, spread } from '@pelikan/loadgen'
import { barChart } from '../report/bar-chart.ts'
import { type Goal, goalRows } from '../report/goal.ts'
import { type BenchRun, type ReportTable, runProgram } from '../report/bench-program.ts'
import { runCase } from './case-process.ts'
import type { ContestantName } from './contestants.ts'
import type { Distribution } from './key-space.ts'
import type { LoadName, SpeedResult, SpeedTask } from './speed-case.ts'

const CONTESTANTS: readonly ContestantName[] = [
  'SegStorage, bytes',
  'Seg, getInto',
  'Seg, get',
  'lru-cache',
  'Map',
  'HashMapStorage',
]
const LOADS: readonly LoadName[] = ['get', 'set', '90 % get']
const DISTRIBUTIONS: readonly Distribution[] = ['uniform', 'zipf']
const FULL = { items: 1_000_000, ms: 1000, pauseMs: 15_000 }
const QUICK = { items: 100_000, ms: 200, pauseMs: 500 }

interface Figure {
  readonly contestant: ContestantName
  readonly load: LoadName
  readonly distribution: Distribution
  /** Million operations in a second, one per round. */
  readonly rates: readonly number[]
}

interface Results {
  readonly figures: readonly Figure[]
  readonly pauses: readonly {
    readonly contestant: ContestantName
    readonly longestMs: number
    readonly count: number
  }[]
}

async function measure({ isQuick, rounds }: BenchRun): Promise<Results> {
  const { items, ms, pauseMs } = isQuick ? QUICK : FULL
  const run = (task: Pick<SpeedTask, 'contestant' | 'load' | 'distributions' | 'ms'>) =>
    runCase<SpeedResult>('speed-case.ts', { items, ...task })
  const rates = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    for (const load of LOADS) {
      const order = round % 2 === 0 ? CONTESTANTS : CONTESTANTS.toReversed()
      for (const contestant of order) {
        const result = await run({ contestant, load, ms, distributions: DISTRIBUTIONS })
        for (const distribution of DISTRIBUTIONS) {
          const key = figureKey(contestant, load, distribution)
          const rate = (result.rates[distribution] ?? NaN) / 1e6
          rates.set(key, [...(rates.get(key) ?? []), rate])
        }
      }
    }
  }
  const figures = CONTESTANTS.flatMap((contestant) =>
    LOADS.flatMap((load) =>
      DISTRIBUTIONS.map((distribution) => ({
        contestant,
        load,
        distribution,
        rates: rates.get(figureKey(contestant, load, distribution)) ?? [],
      })),
    ),
  )
  const pauses: Results['pauses'][number][] = []
  for (const contestant of CONTESTANTS) {
    const load: LoadName = '90 % get'
    const result = await run({ contestant, load, ms: pauseMs, distributions: ['uniform'] })
    pauses.push({ contestant, longestMs: result.longestPause, count: result.pauses })
  }
  return { figures, pauses }
}

function figureKey(contestant: string, load: string, distribution: string): string {
  return `${contestant}/${load}/${distribution}`
}

function tables({ figures, pauses }: Results): readonly ReportTable[] {
  const ratesOf = (name: ContestantName, load: LoadName, distribution: Distribution) =>
    figures.find(
      (one) => one.contestant === name && one.load === load && one.distribution === distribution,
    )?.rates ?? []
  const columns = DISTRIBUTIONS.flatMap((distribution) =>
    LOADS.map((load) => ({ distribution, load })),
  )
  const rows = CONTESTANTS.map((name) => [
    name,
    ...columns.map(({ distribution, load }) =>
      showSpread(spread(ratesOf(name, load, distribution)), 2),
    ),
  ])
  const ratio = (a: ContestantName, b: ContestantName, load: LoadName): Spread => {
    const theirs = ratesOf(b, load, 'uniform')
    return spread(ratesOf(a, load, 'uniform').map((rate, round) => rate / theirs[round]!))
  }
  const atLeast = (what: string, measured: Spread, least: number): Goal => ({
    what,
    measured: showSpread(measured, 2),
    goal: `at least ${least}`,
    isMet: measured.median >= least,
  })
  const bytes: ContestantName = 'SegStorage, bytes'
  const longest = pauses.find(({ contestant }) => contestant === bytes)?.longestMs ?? NaN
  const goals: readonly Goal[] = [
    atLeast("get, bytes, of lru-cache's", ratio(bytes, 'lru-cache', 'get'), 2.5),
    atLeast("get, bytes, of a Map's", ratio(bytes, 'Map', 'get'), 1.5),
    atLeast("set, bytes, of lru-cache's", ratio(bytes, 'lru-cache', 'set'), 3),
    atLeast("get, string keys, of lru-cache's", ratio('Seg, get', 'lru-cache', 'get'), 1),
    {
      what: 'longest pause, bytes',
      measured: `${longest.toFixed(2)} ms`,
      goal: 'below 5 ms',
      isMet: longest < 5,
    },
  ]
  return [
    {
      title: 'Million operations in a second',
      rows: [['', ...columns.map(({ distribution, load }) => `${load}, ${distribution}`)], ...rows],
    },
    {
      title: 'Pauses for the garbage collector, 90 % get, uniform',
      rows: [
        ['', 'longest, ms', 'pauses'],
        ...pauses.map(({ contestant, count, longestMs }) => [
          contestant,
          longestMs.toFixed(2),
          String(count),
        ]),
      ],
    },
    { title: 'Goals, uniform keys', rows: goalRows(goals) },
  ]
}

function charts({ figures }: Results): Readonly<Record<string, string>> {
  const bars = figures
    .filter(({ distribution }) => distribution === 'uniform')
    .map(({ contestant, load, rates }) => ({
      name: `${load}: ${contestant}`,
      value: spread(rates).median,
    }))
    .toSorted((a, b) => LOADS.indexOf(loadOf(a.name)) - LOADS.indexOf(loadOf(b.name)))
  return {
    '': barChart({
      title: 'In process',
      subtitle: 'million operations a second, uniform keys',
      bars,
    }),
  }
}

function loadOf(bar: string): LoadName {
  return bar.slice(0, bar.indexOf(':')) as LoadName
}

await runProgram({
  file: 'bench/storage/speed.ts',
  about:
    'Gets and sets in process, beside lru-cache, a Map and the hash map; pauses of the collector.',
  name: 'storage-speed',
  rounds: 3,
  measure,
  tables,
  charts,
})
