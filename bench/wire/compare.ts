/**
 * Segcache on both transports and memcached, side by side: the table of README.md, row by row, with what
 * has to be reached.
 *
 *     node bench/wire/compare.ts
 *     node bench/wire/compare.ts --rows get,get-16 --rounds 9 --vs 'memcached -t 1 -p {port} -m 1024'
 *     node bench/wire/compare.ts --markdown
 *
 * @module
 */
import { stopServers } from '@pelikan/loadgen'
import { Option } from 'commander'
import { type BenchRun, runProgram } from '../report/bench-program.ts'
import { namesOf, secondsOption } from '../report/command-line.ts'
import { type PauseResult, measurePauses } from './garbage-pauses.ts'
import { type RowResult, type Timing, checkReplies, measureRow } from './measure-row.ts'
import { ROWS, type TransportName } from './rows.ts'
import { MEMCACHED, SEGCACHE, type Server, serversOf } from './servers.ts'
import { type WireResults, tables, throughputChart } from './wire-report.ts'

/** The row of what collects garbage, which has no ratio. */
const GARBAGE = 'garbage'
const ALL_ROWS = [...Object.keys(ROWS), GARBAGE]
const TRANSPORTS: readonly TransportName[] = ['uring', 'net']
const GARBAGE_SECONDS = 30
/** Of a smoke run. */
const QUICK_GARBAGE_SECONDS = 2

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopServers().finally(() => process.exit(130)))
}

/** Values of the options that only this program has. */
interface CompareOptions {
  readonly rows: readonly string[]
  readonly transports: readonly TransportName[]
  readonly server: string
  readonly vs: string
  readonly seconds: number
}

await runProgram<WireResults, CompareOptions>({
  file: 'bench/wire/compare.ts',
  about: 'Segcache on both transports and memcached, side by side.',
  name: 'wire',
  rounds: 5,
  options: [
    new Option('--rows <names>', `of ${ALL_ROWS.join(', ')}; by default all`).argParser(
      namesOf(ALL_ROWS),
    ),
    new Option(
      '--transports <names>',
      `what our server runs on, of ${TRANSPORTS.join(', ')}; by default both`,
    ).argParser(namesOf(TRANSPORTS)),
    new Option(
      '--server <command>',
      'our server; {port} becomes its port, and --worker-transport is added',
    ),
    new Option('--vs <command>', 'what it is compared with; left out where it is not installed'),
    secondsOption('how long each server is measured in a round; by default 2, with --quick 0.3'),
  ],
  measure,
  tables,
  charts: (results) => ({ '-throughput': throughputChart(results) }),
})

async function measure(
  { isQuick, rounds }: BenchRun,
  own: Partial<CompareOptions>,
): Promise<WireResults> {
  const {
    rows: wanted = ALL_ROWS,
    server = SEGCACHE,
    transports = TRANSPORTS,
    vs = MEMCACHED,
  } = own
  const servers = serversOf(server, transports, vs)
  const timing: Timing = {
    rounds,
    seconds: own.seconds ?? (isQuick ? 0.3 : 2),
    warmUpSeconds: isQuick ? 0.3 : 1.5,
  }
  say('every command, every reply checked')
  await checkReplies(servers)
  const rows: RowResult[] = []
  const pauses: PauseResult[] = []
  for (const name of wanted) {
    const row = ROWS[name]
    say(row?.title ?? 'pauses of garbage collection')
    if (row !== undefined) rows.push(await measureRow(name, row, servers, timing))
    else pauses.push(...(await pausesOf(servers, isQuick, timing)))
  }
  console.log()
  return { rows, pauses }
}

async function pausesOf(
  servers: readonly Server[],
  isQuick: boolean,
  timing: Timing,
): Promise<PauseResult[]> {
  const results: PauseResult[] = []
  for (const server of servers) {
    if (server.transport === undefined) continue
    const seconds = isQuick ? QUICK_GARBAGE_SECONDS : GARBAGE_SECONDS
    results.push(await measurePauses(server, seconds, timing))
  }
  return results
}

function say(what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${what}`)
}
