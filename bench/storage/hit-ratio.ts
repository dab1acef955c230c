/**
 * Hit ratio at equal memory: one trace through every eviction policy, on the trace's clock, and through
 * the stock memcached, in real time. A memcached of each size runs meanwhile, all at once: they wait, most of the time.
 *
 *     node bench/storage/hit-ratio.ts
 *     node bench/storage/hit-ratio.ts --quick
 *     node bench/storage/hit-ratio.ts --policies merge,s3-fifo --segment 131072 --no-memcached
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { type Series, linePlot } from '@pelikan/loadgen'
import type { Eviction } from '@pelikan/storage-seg'
import { Option } from 'commander'
import { goalRows } from '../report/goal.ts'
import { type BenchRun, type ReportTable, runProgram } from '../report/bench-program.ts'
import { namesOf, whole } from '../report/command-line.ts'
import { runCases } from './case-process.ts'
import type { ReplayTask } from './replay-case.ts'
import type { ReplayResult } from './replay.ts'
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
const CLOSER: ReadonlySet<Eviction> = new Set(['merge', 's3-fifo'])
const KIB = 1024
const SMALL_SEGMENT = 128 * KIB
/** What the storage takes. */
const SEGMENT_BYTES = [64, 4096 * KIB] as const

/** One way to run the trace, through a cache of each size. */
interface Variant {
  readonly name: string
  readonly contestant: ReplayTask['contestant']
  /** Of the size that it is compared at. */
  readonly memory: number
  /** By default the storage's. */
  readonly segmentBytes?: number
}

const MEMCACHED: Variant = { name: 'memcached', contestant: 'memcached', memory: 1 }

interface Line extends Variant {
  /** Hits of requests by cache size in MiB. */
  readonly ratios: Readonly<Record<string, number>>
  /** Seconds by cache size in MiB. */
  readonly lags: Readonly<Record<string, number>>
}

interface Results {
  readonly trace: TraceOptions
  readonly sizes: readonly number[]
  readonly lines: readonly Line[]
}

/** Values of the options that only this program has. */
interface HitRatioOptions {
  readonly policies: readonly Eviction[]
  readonly segment: number
  readonly memcached: boolean
}

async function measure(
  { isQuick }: BenchRun,
  { memcached: beside = true, policies = POLICIES, segment: wanted }: Partial<HitRatioOptions>,
): Promise<Results> {
  const trace = isQuick ? QUICK.trace : TRACE
  const sizes: readonly number[] = isQuick ? QUICK.sizes : SIZES_MIB
  const variants = policies.flatMap((policy) => variantsOf(policy, wanted))
  const memcached = beside ? [MEMCACHED] : []
  const jobsOf = (some: readonly Variant[]): readonly ReplayTask[] =>
    some.flatMap(({ contestant, memory, segmentBytes: bytes }) =>
      sizes.map((size) => {
        const segment = bytes === undefined ? {} : { segmentBytes: bytes }
        return { trace, scale: SCALE, contestant, heapMib: size * memory, ...segment }
      }),
    )
  const theirs = jobsOf(memcached)
  // One core is left to what has to keep its time.
  const cores = Math.max(1, availableParallelism() - (theirs.length === 0 ? 0 : 1))
  const results = await Promise.all([
    runCases<ReplayResult>('replay-case.ts', jobsOf(variants), cores),
    runCases<ReplayResult>('replay-case.ts', theirs, theirs.length),
  ])
  const found = results.flat()
  const lines = [...variants, ...memcached].map((variant, index) =>
    lineOf(variant, sizes, found.slice(index * sizes.length)),
  )
  return { trace, sizes, lines }
}

/** A policy as it comes, and those that come close to memcached also in less memory and small segments. */
function variantsOf(policy: Eviction, segmentBytes: number | undefined): readonly Variant[] {
  const memories = CLOSER.has(policy) ? [1, LESS_MEMORY] : [1]
  const segments = CLOSER.has(policy) ? [undefined, SMALL_SEGMENT] : [undefined]
  return (segmentBytes === undefined ? segments : [segmentBytes]).flatMap((bytes) =>
    memories.map((memory) => {
      const segment = bytes === undefined ? {} : { segmentBytes: bytes }
      return { name: nameOf(policy, bytes, memory), contestant: policy, memory, ...segment }
    }),
  )
}

function nameOf(policy: string, segmentBytes: number | undefined, memory: number): string {
  const segment = segmentBytes === undefined ? '' : `, ${segmentBytes / KIB} KiB segments`
  return `${policy}${segment}${memory === 1 ? '' : ', in 20 % less memory'}`
}

function lineOf(
  variant: Variant,
  sizes: readonly number[],
  results: readonly ReplayResult[],
): Line {
  const ratios: Record<string, number> = {}
  const lags: Record<string, number> = {}
  for (const [i, size] of sizes.entries()) {
    const { hits, lagSeconds, requests } = results[i]!
    ratios[size] = hits / requests
    lags[size] = lagSeconds
  }
  return { ...variant, ratios, lags }
}

/** @throws TypeError where one is no policy */

function tables({ lines, sizes }: Results): readonly ReportTable[] {
  const head = ['', ...sizes.map((size) => `${size} MiB`)]
  const percent = (ratio: number | undefined): string => ((ratio ?? NaN) * 100).toFixed(2)
  const ratios = {
    title: 'Hit ratio in per cent, by cache size',
    rows: [
      head,
      ...lines.map((line) => [line.name, ...sizes.map((size) => percent(line.ratios[size]))]),
    ],
  }
  const theirs = lines.find(({ contestant }) => contestant === 'memcached')
  if (theirs === undefined) return [ratios]
  const goals = lines
    .filter(({ contestant, memory }) => contestant === 'merge' && memory < 1)
    .flatMap((line) =>
      sizes.map((size) => {
        const ours = line.ratios[size] ?? NaN
        const least = theirs.ratios[size] ?? NaN
        return {
          what: `${line.name}, ${size} MiB`,
          measured: `${percent(ours)} %`,
          goal: `at least memcached's ${percent(least)} %`,
          isMet: ours >= least,
        }
      }),
    )
  const lags = sizes.map((size) => (theirs.lags[size] ?? NaN).toFixed(2))
  return [
    ratios,
    {
      title: 'Seconds that the replay was behind its schedule, at most',
      rows: [head, [theirs.name, ...lags]],
    },
    ...(goals.length === 0 ? [] : [{ title: 'Goals', rows: goalRows(goals) }]),
  ]
}

function charts({ lines, sizes }: Results): Readonly<Record<string, string>> {
  const drawn = lines.filter(({ contestant, memory }) => contestant !== 'none' && memory === 1)
  const colours = [...new Set(drawn.map(({ contestant }) => contestant))]
  const series: readonly Series[] = drawn.map((line) => ({
    // The legend has no room for more.
    name: line.name.replace(' segments', ''),
    points: sizes.map((size) => [size, (line.ratios[size] ?? NaN) * 100] as const),
    colour: colours.indexOf(line.contestant),
    ...(line.segmentBytes === undefined ? {} : { dash: 'dashed' }),
    ...(line.contestant === 'memcached' ? { dash: 'dotted' } : {}),
  }))
  const plot = linePlot({
    title: 'Hit ratio of one trace, by eviction policy',
    subtitle: 'the same memory for all',
    x: {
      label: 'cache, MiB',
      scale: Math.log2,
      ticks: sizes.map((value) => ({ value, text: String(value) })),
    },
    y: {
      label: 'hits of a hundred requests',
      ticks: ticksAround(series.flatMap(({ points }) => points.map(([, y]) => y))),
    },
    series,
  })
  return { '': plot }
}

/** Multiples of 5 that enclose `values`. */
function ticksAround(values: readonly number[]): { value: number; text: string }[] {
  const least = Math.floor(Math.min(...values) / 5)
  const most = Math.max(least + 1, Math.ceil(Math.max(...values) / 5))
  return Array.from({ length: most - least + 1 }, (_, index) => {
    const value = (least + index) * 5
    return { value, text: String(value) }
  })
}

await runProgram<Results, HitRatioOptions>({
  file: 'bench/storage/hit-ratio.ts',
  about: 'Hit ratio of one trace at equal memory, for every eviction policy and memcached.',
  name: 'storage-hit-ratio',
  options: [
    new Option('--policies <names>', `of ${POLICIES.join(', ')}; by default all`).argParser(
      namesOf(POLICIES),
    ),
    new Option(
      '--segment <bytes>',
      'size of a segment; by default what the storage chooses',
    ).argParser(whole(...SEGMENT_BYTES)),
    new Option('--no-memcached', 'without memcached, which the other runs need'),
  ],
  measure,
  tables,
  charts,
})
