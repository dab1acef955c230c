/**
 * Hit ratio at equal memory: one trace through every eviction policy, on the trace's clock, and through
 * the stock memcached, in real time.
 *
 *     node bench/storage/hit-ratio.ts
 *     node bench/storage/hit-ratio.ts --quick
 *
 * @module
 */
import type { Eviction } from '@pelikan/storage-seg'
import { goalRows } from '../report/goal.ts'
import { lineChart } from '../report/svg-chart.ts'
import { type BenchRun, type ReportTable, runCase, runProgram } from './bench-program.ts'
import type { ReplayResult } from './replay.ts'
import type { ReplayTask } from './replay-case.ts'
import type { TraceOptions } from './trace.ts'

const TRACE: TraceOptions = {
  keys: 1_700_000,
  requests: 5_000_000,
  seconds: 900,
  zipfExponent: 1,
  medianBytes: 200,
  sigma: 1,
  seed: 1,
}
/** The payload of all keys is 561 MiB: ten times the middle one, with what an item takes besides. */
const SIZES_MIB = [32, 64, 128] as const
const QUICK = { trace: { ...TRACE, keys: 425_000, requests: 600_000, seconds: 100 }, sizes: [16] }
const POLICIES: readonly Eviction[] = [
  'merge',
  's3-fifo',
  'fifo',
  'random-fifo',
  'random',
  'cte',
  'util',
  'none',
]
/** The shortest time to live, 10 s, is 2 s of memcached's whole seconds. */
const SCALE = 5
const LESS_MEMORY = 0.8
/** Policies that are also measured with {@link LESS_MEMORY}, and with smaller segments. */
const CLOSER: readonly Eviction[] = ['merge', 's3-fifo']
const SMALL_SEGMENT = 128 * 1024

interface Line {
  readonly name: string
  /** Hits of requests by cache size in MiB. */
  readonly ratios: Readonly<Record<string, number>>
}

interface Results {
  readonly trace: TraceOptions
  readonly sizes: readonly number[]
  readonly lines: readonly Line[]
}

async function measure({ isQuick }: BenchRun): Promise<Results> {
  const trace = isQuick ? QUICK.trace : TRACE
  const sizes: readonly number[] = isQuick ? QUICK.sizes : SIZES_MIB
  const base = { trace, scale: SCALE }
  const run = (task: Omit<ReplayTask, 'trace' | 'scale'>): Promise<ReplayResult> =>
    runCase<ReplayResult>('replay-case.ts', { ...base, ...task })
  // Real time passes while the others are computed.
  const memcached = line('memcached', sizes, (heapMib) => run({ contestant: 'memcached', heapMib }))
  const lines: Line[] = []
  for (const contestant of POLICIES) {
    lines.push(await line(contestant, sizes, (heapMib) => run({ contestant, heapMib })))
  }
  for (const contestant of CLOSER) {
    lines.push(
      await line(small(contestant), sizes, (heapMib) =>
        run({ contestant, heapMib, segmentBytes: SMALL_SEGMENT }),
      ),
      await line(less(contestant), sizes, (size) =>
        run({ contestant, heapMib: size * LESS_MEMORY }),
      ),
      await line(less(small(contestant)), sizes, (size) =>
        run({ contestant, heapMib: size * LESS_MEMORY, segmentBytes: SMALL_SEGMENT }),
      ),
    )
  }
  lines.push(await memcached)
  return { trace, sizes, lines }
}

async function line(
  name: string,
  sizes: readonly number[],
  run: (heapMib: number) => Promise<ReplayResult>,
): Promise<Line> {
  const results = await Promise.all(sizes.map(run))
  const ratios: Record<string, number> = {}
  for (const [i, { hits, requests }] of results.entries()) ratios[sizes[i]!] = hits / requests
  return { name, ratios }
}

function small(policy: string): string {
  return `${policy}, segments of 128 KiB`
}

function less(policy: string): string {
  return `${policy}, in 20 % less memory`
}

function tables({ lines, sizes }: Results): readonly ReportTable[] {
  const percent = (ratio: number | undefined): string => ((ratio ?? NaN) * 100).toFixed(2)
  const rows = lines.map(({ name, ratios }) => [
    name,
    ...sizes.map((size) => percent(ratios[size])),
  ])
  const ratiosOf = (name: string): Readonly<Record<string, number>> =>
    lines.find((one) => one.name === name)?.ratios ?? {}
  const theirs = ratiosOf('memcached')
  const goals = [less('merge'), less(small('merge'))].flatMap((name) =>
    sizes.map((size) => {
      const ours = ratiosOf(name)[size] ?? NaN
      const least = theirs[size] ?? NaN
      return {
        what: `${name}, ${size} MiB`,
        measured: `${percent(ours)} %`,
        goal: `at least memcached's ${percent(least)} %`,
        isMet: ours >= least,
      }
    }),
  )
  return [
    {
      title: 'Hit ratio in per cent, by cache size',
      rows: [['', ...sizes.map((size) => `${size} MiB`)], ...rows],
    },
    { title: 'Goals', rows: goalRows(goals) },
  ]
}

function charts({ lines, sizes }: Results): Readonly<Record<string, string>> {
  const series = lines
    .filter(({ name }) => name !== 'none' && !name.includes('less'))
    .map(({ name, ratios }) => ({
      name: name.replace(', segments of', ','),
      points: sizes.map((x) => ({ x, y: ratios[x] ?? NaN })),
      isReference: name === 'memcached',
    }))
  const title = 'Hit ratio of one trace, by eviction policy'
  return { '': lineChart({ title, xLabel: 'cache, MiB', yLabel: 'hit ratio', series }) }
}

await runProgram({ name: 'storage-hit-ratio', rounds: 1, measure, tables, charts })
