/**
 * Our server and another one, side by side under the same loads.
 *
 *     node bench/wire/compare.ts
 *     node bench/wire/compare.ts --load get-16 --rounds 9 --vs 'memcached -t 1 -p {port} -m 1024'
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { describeMachine, machineLine } from '../report/machine.ts'
import { saveResults } from '../report/save.ts'
import { type Comparison, type Side, compareServers } from './comparison.ts'
import { comparisonText } from './comparison-text.ts'
import { LOAD_HELP, LOAD_OPTIONS, readLoad, readNumber } from './load-options.ts'
import { DEFAULT_LOADS } from './named-loads.ts'

const OURS = 'node examples/twemcache/src/main.ts -p {port} -t 1 -m 1024'
const MEMCACHED = 'memcached -l 127.0.0.1 -t 1 -p {port} -u root -m 1024 -c 4096'
const RESULTS = 'bench/results/wire.json'

const { values } = parseArgs({
  options: {
    ...LOAD_OPTIONS,
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

  --server COMMAND      our server; {port} becomes its port
  --vs COMMAND          what it is compared with; skipped where it is not installed
  --rounds N            rounds, which take turns (5)
  --seconds N           how long each side is measured in a round (3)
  --json FILE           where results go (${RESULTS})

Loads: --load may be given several times; ${DEFAULT_LOADS.join(', ')} otherwise.
${LOAD_HELP}`)
} else {
  const options = {
    sides: sides(values.server, values.vs),
    rounds: readNumber('rounds', values.rounds, 0, 1),
    seconds: readNumber('seconds', values.seconds, 0, 0.1),
  }
  console.log(`${machineLine(describeMachine())}\n`)
  const comparisons: Comparison[] = []
  for (const name of values.load) {
    const load = readLoad({ ...values, load: name })
    const comparison = await compareServers(name, load, options)
    console.log(`${comparisonText(comparison)}\n`)
    comparisons.push(comparison)
    saveResults(values.json, { comparisons })
  }
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
