/**
 * Our server and another one, side by side under the same loads. For any other load, see
 * `pelikan-loadgen --help`.
 *
 *     node bench/wire/compare.ts
 *     node bench/wire/compare.ts --load get-16 --rounds 9 --vs 'memcached -t 1 -p {port} -m 1024'
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import {
  type Comparison,
  type Side,
  compareServers,
  comparisonText,
  describeMachine,
  machineLine,
  saveResults,
  spreadOf,
  stopServers,
} from '@pelikan/loadgen'
import { DEFAULT_LOADS, NAMED_LOADS, type NamedLoad } from './named-loads.ts'
import { readNumber } from './read-number.ts'
import { REPOSITORY } from './repository.ts'

const OURS = 'node examples/twemcache/src/main.ts -p {port} -t 1 -m 1024'
const MEMCACHED = 'memcached -l 127.0.0.1 -t 1 -p {port} -u root -m 1024 -c 4096'
const RESULTS = 'bench/results/wire.json'
/** Time that is not counted: the server compiles and the generator too. */
const WARM_UP_SECONDS = 1.5

const { values } = parseArgs({
  options: {
    load: { type: 'string', multiple: true, default: [...DEFAULT_LOADS] },
    server: { type: 'string', default: OURS },
    vs: { type: 'string', default: MEMCACHED },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'string', default: RESULTS },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`Usage: node bench/wire/compare.ts [options]

  --load NAME           one of ${Object.keys(NAMED_LOADS).join(', ')}; may be given
                        several times (${DEFAULT_LOADS.join(', ')})
  --server COMMAND      our server; {port} becomes its port
  --vs COMMAND          what it is compared with; skipped where it is not installed
  --rounds N            rounds, which take turns (5)
  --seconds N           how long each side is measured in a round (3)
  --json FILE           where results go (${RESULTS})`)
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopServers().finally(() => process.exit(130)))
  }
  const servers = sides(values.server, values.vs)
  const rounds = {
    rounds: readNumber('rounds', values.rounds, 1),
    seconds: readNumber('seconds', values.seconds, 0.1),
  }
  console.log(`${machineLine(describeMachine())}\n`)
  const comparisons: (Comparison & { readonly name: string })[] = []
  for (const name of values.load) {
    const load = NAMED_LOADS[name]
    if (load === undefined) throw new TypeError(`there is no load "${name}"`)
    const comparison = await compare(load, servers, rounds)
    console.log(`${name}: ${comparisonText(comparison)}\n`)
    comparisons.push({ name, ...comparison })
    saveResults(values.json, { comparisons })
  }
}

async function compare(
  { shareOfPeak, spec }: NamedLoad,
  servers: readonly Side[],
  rounds: { readonly rounds: number; readonly seconds: number },
): Promise<Comparison> {
  const closed = { ...rounds, warmUpSeconds: WARM_UP_SECONDS, fill: true, rate: 0 }
  if (shareOfPeak === 0) return await compareServers(spec, servers, closed, undefined, REPOSITORY)
  const last = servers.slice(-1)
  const alone = await compareServers(spec, last, closed, undefined, REPOSITORY)
  const peak = spreadOf(alone.sides[0]!, (result) => result.requestsPerSecond).median
  const open = { ...closed, rate: Math.round(peak * shareOfPeak) }
  return await compareServers(spec, servers, open, undefined, REPOSITORY)
}

function sides(server: string, versus: string): readonly Side[] {
  const ours: Side = { name: 'ours', command: server }
  const [program = ''] = versus.split(' ')
  const { error, stdout } = spawnSync(program, ['-V'], { encoding: 'utf8' })
  if (error !== undefined) {
    console.log(`${program} is not installed here: our server is measured alone`)
    return [ours]
  }
  return [ours, { name: stdout.trim().split('\n')[0] || program, command: versus }]
}
