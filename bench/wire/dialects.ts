/**
 * Gets in memcached's three dialects on one server, side by side: what meta and binary reach of classic.
 *
 *     node bench/wire/dialects.ts
 *     node bench/wire/dialects.ts --server 'memcached -t 1 -p {port} -l 127.0.0.1 -u root'
 *
 * @module
 */
import { join } from 'node:path'
import {
  type LoadResult,
  type LoadSpec,
  LoadThreads,
  fill,
  measureLoad,
  showSpread,
  spread,
  stopServers,
  takingTurns,
  withServers,
} from '@pelikan/loadgen'
import { Option } from 'commander'
import { type BenchRun, type ReportTable, runProgram } from '../report/bench-program.ts'
import { secondsOption } from '../report/command-line.ts'
import { REPOSITORY } from './repository.ts'
import { ROWS } from './rows.ts'
import { SEGCACHE } from './servers.ts'

const DIALECTS = ['classic', 'meta', 'binary'] as const
const PIPELINES = [1, 16] as const
const GOAL = 0.9
const WARM_UP_SECONDS = 1.5
const QUICK_SECONDS = 0.3
const SECONDS = 2

interface Measured {
  readonly pipeline: number
  readonly rounds: Readonly<Record<(typeof DIALECTS)[number], readonly LoadResult[]>>
}

interface DialectResults {
  readonly server: string
  readonly measured: readonly Measured[]
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopServers().finally(() => process.exit(130)))
}

/** Values of the options that only this program has. */
interface DialectOptions {
  readonly server: string
  readonly seconds: number
}

await runProgram<DialectResults, DialectOptions>({
  file: 'bench/wire/dialects.ts',
  about: 'Gets in the meta and the binary dialect beside classic ones, on one server.',
  name: 'wire-dialects',
  rounds: 7,
  options: [
    new Option('--server <command>', `{port} becomes its port; by default ${SEGCACHE}`),
    secondsOption('how long each dialect is measured in a round; by default 2, with --quick 0.3'),
  ],
  measure,
  tables,
  charts: () => ({}),
})

async function measure(
  { isQuick, rounds }: BenchRun,
  { seconds = isQuick ? QUICK_SECONDS : SECONDS, server = SEGCACHE }: Partial<DialectOptions>,
): Promise<DialectResults> {
  const measured: Measured[] = []
  for (const pipeline of PIPELINES) {
    measured.push(await measurePipeline(server, pipeline, rounds, seconds))
  }
  return { server, measured }
}

function measurePipeline(
  server: string,
  pipeline: number,
  rounds: number,
  seconds: number,
): Promise<Measured> {
  const specs = DIALECTS.map((dialect) => specOf(dialect, pipeline))
  const side = { name: server, command: server }
  const how = { fill: true, warmUpSeconds: WARM_UP_SECONDS }
  return withServers(
    specs[0]!,
    [side],
    how,
    { stage: () => {} },
    async (_threads, [contestant]) => {
      const { load } = contestant!
      const generators: LoadThreads[] = []
      const results = DIALECTS.map((): LoadResult[] => [])
      try {
        for (const spec of specs) {
          const threads = await LoadThreads.start(spec)
          generators.push(threads)
          await fill(threads, load)
          await measureLoad(threads, load, { seconds: WARM_UP_SECONDS, rate: 0 })
        }
        for (let round = 0; round < rounds; round++) {
          for (const which of takingTurns(DIALECTS.length, round)) {
            results[which]!.push(await measureLoad(generators[which]!, load, { seconds, rate: 0 }))
          }
        }
      } finally {
        await Promise.all(generators.map((threads) => threads.stop()))
      }
      const [classic, meta, binary] = results as [LoadResult[], LoadResult[], LoadResult[]]
      return { pipeline, rounds: { classic, meta, binary } }
    },
    REPOSITORY,
  )
}

function specOf(dialect: string, pipeline: number): LoadSpec {
  const protocol = join(import.meta.dirname, 'dialects', `${dialect}.ts`)
  return { ...ROWS['get']!.spec, protocol, pipeline }
}

function tables({ measured, server }: DialectResults): readonly ReportTable[] {
  const head = ['in flight', 'dialect', 'gets/s', 'of classic', 'CPU of classic', 'goal']
  const rows = measured.flatMap(({ pipeline, rounds }) =>
    DIALECTS.map((dialect) => {
      const own = rounds[dialect]
      const ratio = (figure: (result: LoadResult) => number) =>
        spread(own.map((result, i) => figure(result) / figure(rounds.classic[i]!)))
      const rate = ratio((result) => result.requestsPerSecond)
      const verdict = rate.median >= GOAL ? 'met' : 'missed'
      return [
        String(pipeline),
        dialect,
        showSpread(spread(own.map((result) => result.requestsPerSecond)), 0),
        showSpread(rate, 2),
        showSpread(
          ratio((result) => result.cpuMicros),
          2,
        ),
        dialect === 'classic' ? '' : `at least ${GOAL}: ${verdict}`,
      ]
    }),
  )
  return [{ title: server, rows: [head, ...rows] }]
}
