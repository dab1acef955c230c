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
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServerProcess, residentBytes } from '@pelikan/loadgen'
import { MEMCACHE_PROBE } from './repository.ts'
import { mib, runResidentBench } from './resident-bench.ts'

/** Connections at once. */
const BATCH = 50
/** Until the server has what serving takes. */
const WARM_UP = 2000
/** Until the server has nothing left to do. */
const SETTLE_MS = 1000

await runResidentBench({
  file: 'bench/wire/churn.ts',
  about:
    'What connections leave that come and go: resident memory of the server, before and after.',
  server: 'node examples/twemcache/src/main.ts -p {port} -t 1',
  connections: 40_000,
  measure: async (server, connections) => {
    const residentAfter = async (count: number): Promise<string> => {
      for (let left = count; left > 0; left -= BATCH) {
        await Promise.all(Array.from({ length: Math.min(BATCH, left) }, () => visit(server)))
      }
      await sleep(SETTLE_MS)
      return mib(residentBytes(server.pid))
    }
    const before = await residentAfter(WARM_UP)
    const after = await residentAfter(connections)
    return `resident: ${before} MiB, after ${connections} connections ${after} MiB`
  },
})

/** Ask once, and leave. */
async function visit(server: ServerProcess): Promise<void> {
  const socket = connect(server.target)
  socket.write(MEMCACHE_PROBE.request)
  await once(socket, 'data')
  socket.end()
  await once(socket, 'close')
}
