/**
 * What connections leave to the garbage collector that come, ask and go: the resident memory of the server
 * before and after so many of them, which never are many at once.
 *
 *     node bench/wire/churn.ts --connections 40000
 *
 * @module
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerProcess, describeMachine, machineLine, residentBytes } from '@pelikan/loadgen'
import { readNumber } from './read-number.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'node examples/twemcache/src/main.ts -p {port} -t 1' },
    connections: { type: 'string', default: '40000' },
  },
})

/** Connections at once. */
const BATCH = 50
/** Until the server has what serving takes. */
const WARM_UP = 2000
/** Until the server has nothing left to do. */
const SETTLE_MS = 1000
const MIB = 1024 * 1024

const count = readNumber('connections', values.connections, 1)
const server = await ServerProcess.start({
  command: values.server,
  probe: MEMCACHE_PROBE,
  cwd: REPOSITORY,
})
await visits(WARM_UP)
const before = residentBytes(server.pid)
await visits(count)
const after = residentBytes(server.pid)
console.log(machineLine(describeMachine()))
console.log(values.server)
console.log(
  `resident: ${(before / MIB).toFixed(1)} MiB, after ${count} connections ${(after / MIB).toFixed(1)} MiB`,
)
await server.stop()

async function visits(connections: number): Promise<void> {
  for (let left = connections; left > 0; left -= BATCH) {
    await Promise.all(Array.from({ length: Math.min(BATCH, left) }, visit))
  }
  await sleep(SETTLE_MS)
}

/** Ask once, and leave. */
async function visit(): Promise<void> {
  const socket = connect(server.target)
  socket.write(MEMCACHE_PROBE.request)
  await once(socket, 'data')
  socket.end()
  await once(socket, 'close')
}
