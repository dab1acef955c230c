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
import { type BenchRun, runProgram } from '../report/bench-program.ts'
import { type PauseResult, measurePauses } from './garbage-pauses.ts'
import { type RowResult, type Timing, checkReplies, measureRow } from './measure-row.ts'
import { readNumber } from './read-number.ts'
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

if (process.argv.includes('--help')) {
  console.log(`Usage: node bench/wire/compare.ts [options]

  --rows NAMES          of ${ALL_ROWS.join(', ')} (all)
  --transports NAMES    what our server runs on, of ${TRANSPORTS.join(', ')} (both)
  --server COMMAND      our server; {port} becomes its port, and --worker-transport is added
  --vs COMMAND          what it is compared with; left out where it is not installed
  --seconds N           how long each server is measured in a round (2)
  --rounds N            rounds, which take turns (5)
  --quick               a smoke run: one round of 0.3 s
  --markdown            show the results that are kept, and measure nothing
  --out FOLDER          keep results there; by default in bench/results, but those of a smoke run
                        or of a run with one of the first five options nowhere`)
} else {
  await runProgram<WireResults>({
    name: 'wire',
    rounds: 5,
    options: {
      rows: { type: 'string' },
      transports: { type: 'string' },
      server: { type: 'string' },
      vs: { type: 'string' },
      seconds: { type: 'string' },
    },
    measure,
    tables,
    charts: (results) => ({ '-throughput': throughputChart(results) }),
  })
}

async function measure({ isQuick, rounds, values }: BenchRun): Promise<WireResults> {
  const given = values as Readonly<Record<string, string | undefined>>
  const wanted = choose('rows', given['rows'], ALL_ROWS)
  const transports = choose('transports', given['transports'], TRANSPORTS)
  const servers = serversOf(given['server'] ?? SEGCACHE, transports, given['vs'] ?? MEMCACHED)
  const timing: Timing = {
    rounds,
    seconds: readNumber('seconds', given['seconds'] ?? (isQuick ? '0.3' : '2'), 0.1),
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

/** Names of `all` that are parted by commas; all of them where none is given. */
function choose<Name extends string>(
  option: string,
  given: string | undefined,
  all: readonly Name[],
): readonly Name[] {
  if (given === undefined) return all
  return given.split(',').map((word) => {
    const name = all.find((one) => one === word)
    if (name === undefined) throw new TypeError(`--${option}: there is no "${word}"`)
    return name
  })
}

function say(what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${what}`)
}
