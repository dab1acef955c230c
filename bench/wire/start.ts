/**
 * How long a server takes from the start of its process to its first answer.
 *
 *     node bench/wire/start.ts
 *     node bench/wire/start.ts --server 'memcached -l 127.0.0.1 -p {port} -u root'
 *
 * @module
 */
import { ServerProcess, describeMachine, machineLine, showSpread, spread } from '@pelikan/loadgen'
import { benchCommand, runCommand, whole } from '../report/command-line.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'

const command = benchCommand(
  'bench/wire/start.ts',
  'How long a server takes from the start of its process to its first answer.',
)
  .option(
    '--server <command>',
    '{port} becomes its port',
    'node examples/twemcache/src/main.ts -p {port}',
  )
  .option('--rounds <n>', 'how often it is started', whole(1), 10)

await runCommand(command, async ({ print }) => {
  const { rounds, server: wanted } = command.opts<{
    readonly server: string
    readonly rounds: number
  }>()
  const times: number[] = []
  while (times.length < rounds) {
    const server = await ServerProcess.start({
      command: wanted,
      probe: MEMCACHE_PROBE,
      cwd: REPOSITORY,
    })
    times.push(server.startMs)
    await server.stop()
  }
  print(machineLine(describeMachine()))
  print(wanted)
  print(`from start to first answer, ms: ${showSpread(spread(times), 0)}, ${times.length} starts`)
})
