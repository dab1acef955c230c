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
import { ServerProcess, describeMachine, machineLine, residentBytes } from '@pelikan/loadgen'
import { benchCommand, runCommand, whole } from '../report/command-line.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'

/** Connections at once. */
const BATCH = 50
/** Until the server has what serving takes. */
const WARM_UP = 2000
/** Until the server has nothing left to do. */
const SETTLE_MS = 1000
const MIB = 1024 * 1024

const SERVER = 'node examples/twemcache/src/main.ts -p {port} -t 1'

const command = benchCommand(
  'bench/wire/churn.ts',
  'What connections leave that come and go: resident memory of the server, before and after.',
)
  .option('--server <command>', '{port} becomes its port', SERVER)
  .option('--connections <n>', 'how many', whole(1), 40_000)

await runCommand(command, async ({ print }) => {
  const { connections, server: wanted } = command.opts<{
    readonly server: string
    readonly connections: number
  }>()
  const server = await ServerProcess.start({
    command: wanted,
    probe: MEMCACHE_PROBE,
    cwd: REPOSITORY,
  })
  const residentAfter = async (count: number): Promise<string> => {
    for (let left = count; left > 0; left -= BATCH) {
      await Promise.all(Array.from({ length: Math.min(BATCH, left) }, () => visit(server)))
    }
    await sleep(SETTLE_MS)
    return (residentBytes(server.pid) / MIB).toFixed(1)
  }
  const before = await residentAfter(WARM_UP)
  const after = await residentAfter(connections)
  print(machineLine(describeMachine()))
  print(wanted)
  print(`resident: ${before} MiB, after ${connections} connections ${after} MiB`)
  await server.stop()
})

/** Ask once, and leave. */
async function visit(server: ServerProcess): Promise<void> {
  const socket = connect(server.target)
  socket.write(MEMCACHE_PROBE.request)
  await once(socket, 'data')
  socket.end()
  await once(socket, 'close')
}
