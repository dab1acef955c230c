/**
 * How long a server takes from the start of its process to its first answer.
 *
 *     node bench/wire/start.ts
 *     node bench/wire/start.ts --server 'memcached -l 127.0.0.1 -p {port} -u root'
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { ServerProcess, describeMachine, machineLine, showSpread, spread } from '@pelikan/loadgen'
import { readNumber } from './read-number.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'node examples/twemcache/src/main.ts -p {port}' },
    rounds: { type: 'string', default: '10' },
  },
})

const times: number[] = []
for (let round = readNumber('rounds', values.rounds, 1); round > 0; round--) {
  const server = await ServerProcess.start({
    command: values.server,
    probe: MEMCACHE_PROBE,
    cwd: REPOSITORY,
  })
  times.push(server.startMs)
  await server.stop()
}
console.log(machineLine(describeMachine()))
console.log(values.server)
console.log(
  `from start to first answer, ms: ${showSpread(spread(times), 0)}, ${times.length} starts`,
)
