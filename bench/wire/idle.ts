/**
 * What connections cost that say nothing: the resident memory of the server before and after they open,
 * divided by their number. Each has asked one question, so that it owns what a used connection owns.
 *
 *     node bench/wire/idle.ts --connections 10000
 *
 * @module
 */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerProcess, describeMachine, machineLine, residentBytes } from '@pelikan/loadgen'
import { readNumber } from './read-number.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'

const { values } = parseArgs({
  options: {
    server: {
      type: 'string',
      default: 'node examples/twemcache/src/main.ts -p {port} -t 1 -c 12000',
    },
    connections: { type: 'string', default: '10000' },
  },
})

/** Connections that open at once: fewer than a server's backlog. */
const BATCH = 100
/** Until the server has nothing left to do. */
const SETTLE_MS = 2000
const KIB = 1024

const count = readNumber('connections', values.connections, 1)
const server = await ServerProcess.start({
  command: values.server,
  probe: MEMCACHE_PROBE,
  cwd: REPOSITORY,
})
const sockets: Socket[] = []
await open(BATCH)
await sleep(SETTLE_MS)
const before = residentBytes(server.pid)
while (sockets.length < count + BATCH) await open(Math.min(BATCH, count + BATCH - sockets.length))
await sleep(SETTLE_MS)
const after = residentBytes(server.pid)
console.log(machineLine(describeMachine()))
console.log(values.server)
console.log(
  `resident: ${mib(before)} MiB, with ${count} more connections ${mib(after)} MiB: ` +
    `${((after - before) / count / KIB).toFixed(2)} KiB for each`,
)
for (const socket of sockets) socket.destroy()
await server.stop()

/** Open connections, ask once on each, and wait for the answers. */
async function open(connections: number): Promise<void> {
  const answers = Array.from({ length: connections }, async () => {
    const socket = connect(server.target)
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write(MEMCACHE_PROBE.request)
    await once(socket, 'data')
  })
  await Promise.all(answers)
}

function mib(bytes: number): string {
  return (bytes / KIB / KIB).toFixed(1)
}
