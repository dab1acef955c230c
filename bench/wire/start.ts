/**
 * How long a server takes from the start of its process to its first answer.
 *
 *     node bench/wire/start.ts
 *     node bench/wire/start.ts --server 'memcached -l 127.0.0.1 -p {port} -u root'
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { describeMachine, machineLine } from '../report/machine.ts'
import { showSpread, spread } from '../report/spread.ts'
import { readNumber } from './load-options.ts'
import { BASE, makeCodec } from './named-loads.ts'
import { ServerProcess } from './server-process.ts'

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'node examples/twemcache/src/main.ts -p {port}' },
    rounds: { type: 'string', default: '10' },
  },
})

const { probe } = makeCodec({ ...BASE, keys: 1 })
const times: number[] = []
for (let round = readNumber('rounds', values.rounds, 0, 1); round > 0; round--) {
  const server = await ServerProcess.start(values.server, probe)
  times.push(server.startMs)
  await server.stop()
}
console.log(machineLine(describeMachine()))
console.log(values.server)
console.log(
  `from start to first answer, ms: ${showSpread(spread(times), 0)}, ${times.length} starts`,
)
