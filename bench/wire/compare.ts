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
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Machine,
  describeMachine,
  machineLine,
  markdownTable,
  saveResults,
  stopServers,
  textTable,
} from '@pelikan/loadgen'
import { type PauseResult, measurePauses } from './garbage-pauses.ts'
import { type RowResult, type Timing, checkReplies, measureRow } from './measure-row.ts'
import { readNumber } from './read-number.ts'
import { ROWS, type TransportName } from './rows.ts'
import { MEMCACHED, SEGCACHE, type Server, serversOf } from './servers.ts'
import { type WireResults, tables, throughputChart } from './wire-report.ts'

const FOLDER = join(import.meta.dirname, '../results')
/** The row of what collects garbage, which has no ratio. */
const GARBAGE = 'garbage'
const ALL_ROWS = [...Object.keys(ROWS), GARBAGE]
const TRANSPORTS: readonly TransportName[] = ['uring', 'net']

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    transports: { type: 'string' },
    server: { type: 'string' },
    vs: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const { quick } = values
const folder = values.out ?? FOLDER

if (values.help) {
  console.log(`Usage: node bench/wire/compare.ts [options]

  --rows NAMES          of ${ALL_ROWS.join(', ')} (all)
  --transports NAMES    what our server runs on, of ${TRANSPORTS.join(', ')} (both)
  --server COMMAND      our server; {port} becomes its port, and --worker-transport is added
  --vs COMMAND          what it is compared with; left out where it is not installed
  --rounds N            rounds, which take turns (5)
  --seconds N           how long each server is measured in a round (2)
  --quick               a smoke run: one round of 0.3 s
  --markdown            show the results that are kept, and measure nothing
  --out FOLDER          keep results there; by default in bench/results, but those of a smoke run,
                        or of a run with any of the options above, nowhere`)
} else if (values.markdown) {
  const kept = JSON.parse(readFileSync(join(folder, 'wire.json'), 'utf8')) as WireResults & {
    readonly machine: Machine
  }
  console.log(`${machineLine(kept.machine)}\n`)
  for (const { rows, title } of tables(kept)) {
    console.log(`**${title}**\n\n${markdownTable(rows)}\n`)
  }
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopServers().finally(() => process.exit(130)))
  }
  console.log(`${machineLine(describeMachine())}${quick ? ', a smoke run' : ''}\n`)
  const results = await measure()
  console.log()
  for (const { rows, title } of tables(results)) console.log(`${title}\n${textTable(rows)}\n`)
  const { out, rows, rounds, seconds, server, transports, vs } = values
  const isWhole =
    !quick && [rows, rounds, seconds, server, transports, vs].every((v) => v === undefined)
  if (out !== undefined || isWhole) {
    saveResults(join(folder, 'wire.json'), results)
    writeFileSync(join(folder, 'wire-throughput.svg'), throughputChart(results))
  }
}

async function measure(): Promise<WireResults> {
  const wanted = choose('rows', values.rows, ALL_ROWS)
  const transports = choose('transports', values.transports, TRANSPORTS)
  const servers = serversOf(values.server ?? SEGCACHE, transports, values.vs ?? MEMCACHED)
  const timing: Timing = {
    rounds: readNumber('rounds', values.rounds ?? (quick ? '1' : '5'), 1),
    seconds: readNumber('seconds', values.seconds ?? (quick ? '0.3' : '2'), 0.1),
    warmUpSeconds: quick ? 0.3 : 1.5,
  }
  say('every command, every reply checked')
  await checkReplies(servers)
  const rows: RowResult[] = []
  let pauses: readonly PauseResult[] = []
  for (const name of wanted) {
    const row = ROWS[name]
    say(row?.title ?? 'pauses of garbage collection')
    if (row === undefined) pauses = await pausesOf(servers, timing)
    else rows.push(await measureRow(name, row, servers, timing))
  }
  return { rows, pauses }
}

async function pausesOf(servers: readonly Server[], timing: Timing): Promise<PauseResult[]> {
  const results: PauseResult[] = []
  for (const server of servers) {
    if (server.transport === undefined) continue
    results.push(await measurePauses(server, quick ? 2 : 30, timing))
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
