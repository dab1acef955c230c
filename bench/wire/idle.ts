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
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServerProcess, residentBytes } from '@pelikan/loadgen'
import { MEMCACHE_PROBE } from './repository.ts'
import { mib, runResidentBench } from './resident-bench.ts'

/** Connections that open at once: fewer than a server's backlog. */
const BATCH = 100
/** Until the server has nothing left to do. */
const SETTLE_MS = 2000
const KIB = 1024

const sockets: Socket[] = []

await runResidentBench({
  file: 'bench/wire/idle.ts',
  about: 'What connections cost that say nothing: resident memory of the server, for each of them.',
  server: 'node examples/twemcache/src/main.ts -p {port} -t 1 -c 12000',
  connections: 10_000,
  measure: async (server, connections) => {
    const upTo = async (count: number): Promise<number> => {
      while (sockets.length < count) await open(server, Math.min(BATCH, count - sockets.length))
      await sleep(SETTLE_MS)
      return residentBytes(server.pid)
    }
    const before = await upTo(BATCH)
    const after = await upTo(BATCH + connections)
    for (const socket of sockets) socket.destroy()
    return (
      `resident: ${mib(before)} MiB, with ${connections} more connections ${mib(after)} MiB: ` +
      `${((after - before) / connections / KIB).toFixed(2)} KiB for each`
    )
  },
})

/** Open connections, ask once on each, and wait for the answers. */
async function open(server: ServerProcess, connections: number): Promise<void> {
  const answers = Array.from({ length: connections }, async () => {
    const socket = connect(server.target)
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write(MEMCACHE_PROBE.request)
    await once(socket, 'data')
  })
  await Promise.all(answers)
}
