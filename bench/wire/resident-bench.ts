/**
 * What the benches of resident memory have in common: a server of their own, and a number of connections.
 *
 * @module
 */
import { ServerProcess, describeMachine, machineLine } from '@pelikan/loadgen'
import { benchCommand, runCommand, whole } from '../report/command-line.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'

const BYTES_PER_MIB = 1024 * 1024

export interface ResidentBench {
  /** From the repository's root: `bench/wire/idle.ts`. */
  readonly file: string
  readonly about: string
  /** What starts the server where nothing else is wanted; `{port}` becomes its port. */
  readonly server: string
  /** Connections where no other number is wanted. */
  readonly connections: number
  /** Returns the line that says what was found. */
  readonly measure: (server: ServerProcess, connections: number) => Promise<string>
}

/** Start the server that is wanted, measure it, print what was found, and stop it. */
export function runResidentBench(bench: ResidentBench): Promise<void> {
  const command = benchCommand(bench.file, bench.about)
    .option('--server <command>', '{port} becomes its port', bench.server)
    .option('--connections <n>', 'how many', whole(1), bench.connections)
  return runCommand(command, async ({ print }) => {
    const { connections, server: wanted } = command.opts<{
      readonly server: string
      readonly connections: number
    }>()
    const options = { command: wanted, probe: MEMCACHE_PROBE, cwd: REPOSITORY }
    const server = await ServerProcess.start(options)
    const found = await bench.measure(server, connections)
    print(machineLine(describeMachine()))
    print(wanted)
    print(found)
    await server.stop()
  })
}

/** `bytes` in MiB, with one digit behind the point. */
export function mib(bytes: number): string {
  return (bytes / BYTES_PER_MIB).toFixed(1)
}
