/**
 * What a request costs a server that has nothing to do for it: pings on io_uring, beside gets of segcache and
 * of memcached, with one request in flight on each of 50 connections. What is left of memcached's cost there is
 * the kernel's, and no storage or parser can save it.
 *
 *     node bench/wire/floor.ts
 *
 * @module
 */
import {
  type Contestant,
  type LoadResult,
  type LoadSpec,
  type LoadThreads,
  measureLoad,
  showSpread,
  spread,
  stopServers,
  takingTurns,
  withServers,
} from '@pelikan/loadgen'
import { type BenchRun, type ReportTable, runProgram } from '../report/bench-program.ts'
import { REPOSITORY } from './repository.ts'
import { ROWS } from './rows.ts'
import { MEMCACHED, PINGSERVER, SEGCACHE } from './servers.ts'

const QUICK_SECONDS = 0.3
const SECONDS = 2
const WARM_UP_SECONDS = 1.5

const GETS: LoadSpec = ROWS['get']!.spec
const PINGS: LoadSpec = { ...GETS, protocol: 'ping' }
const URING = '--worker-transport uring'

interface Line {
  readonly name: string
  readonly rounds: readonly LoadResult[]
}

interface FloorResults {
  /** The last one is what the others are compared with. */
  readonly lines: readonly Line[]
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopServers().finally(() => process.exit(130)))
}

await runProgram<FloorResults>({
  file: 'bench/wire/floor.ts',
  about:
    'What a request costs a server that has nothing to do: pings, beside gets of segcache and memcached.',
  name: 'wire-floor',
  rounds: 7,
  measure,
  tables,
  charts: () => ({}),
})

function measure({ isQuick, rounds }: BenchRun): Promise<FloorResults> {
  const seconds = isQuick ? QUICK_SECONDS : SECONDS
  const pinged = [{ name: 'pingserver, pings', command: `${PINGSERVER} ${URING}` }]
  const asked = [
    { name: 'segcache, gets', command: `${SEGCACHE} ${URING}` },
    { name: 'memcached, gets', command: MEMCACHED },
  ]
  return start(PINGS, pinged, (pings, first) =>
    start(GETS, asked, async (gets, others) => {
      const all = [
        ...first.map((contestant) => ({ ...contestant, threads: pings })),
        ...others.map((contestant) => ({ ...contestant, threads: gets })),
      ]
      const lines = all.map(({ side }) => ({ name: side.name, rounds: [] as LoadResult[] }))
      for (let round = 0; round < rounds; round++) {
        for (const which of takingTurns(all.length, round)) {
          const { load, threads } = all[which]!
          lines[which]!.rounds.push(await measureLoad(threads, load, { seconds, rate: 0 }))
        }
      }
      return { lines }
    }),
  )
}

function start(
  spec: LoadSpec,
  sides: readonly { readonly name: string; readonly command: string }[],
  use: (threads: LoadThreads, contestants: readonly Contestant[]) => Promise<FloorResults>,
): Promise<FloorResults> {
  const how = { fill: spec === GETS, warmUpSeconds: WARM_UP_SECONDS }
  return withServers(spec, sides, how, { stage: () => {} }, use, REPOSITORY)
}

function tables({ lines }: FloorResults): readonly ReportTable[] {
  const head = ['server', 'requests/s', "of memcached's", 'CPU us/request', "of memcached's"]
  const theirs = lines.at(-1)!.rounds
  const rows = lines.map(({ name, rounds }) => {
    const show = (figure: (result: LoadResult) => number, digits: number): readonly string[] => [
      showSpread(spread(rounds.map(figure)), digits),
      showSpread(spread(rounds.map((result, i) => figure(result) / figure(theirs[i]!))), 2),
    ]
    return [
      name,
      ...show((result) => result.requestsPerSecond, 0),
      ...show((result) => result.cpuMicros, 2),
    ]
  })
  return [{ title: '50 connections, 1 in flight on each', rows: [head, ...rows] }]
}
