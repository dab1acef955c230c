/**
 * The ways in which segcache carries bytes: each transport that works here, with one worker, which is on the main
 * thread, and with two, which are not.
 *
 * @module
 */
import { type RunningServer, startServer } from '@pelikan/testkit'
import { transports } from './matrix.ts'
import { type TestedServer, segcache, segcacheThreads } from './servers.ts'

export interface DataPlane {
  readonly name: string
  readonly tested: TestedServer
  readonly transport: string
}

export const dataPlanes: readonly DataPlane[] = [segcache, segcacheThreads].flatMap((tested) =>
  transports.map((transport) => ({ name: `${tested.name} on ${transport}`, tested, transport })),
)

/** Tests run beside each other, and a start is mostly computing. */
const START_TIMEOUT_MS = 18_000

/**
 * Start a server with this data plane.
 *
 * @param under a command that is given the server's own behind its arguments, and becomes it
 */
export function startOn(
  { tested, transport }: Pick<DataPlane, 'tested' | 'transport'>,
  flags: readonly string[] = [],
  under: readonly string[] = [],
): Promise<RunningServer> {
  const [command, ...before] = [...under, process.execPath]
  return startServer({
    command,
    args: (port) => [
      ...before,
      tested.main,
      ...['-p', String(port), '--worker-transport', transport],
      ...tested.flags,
      ...flags,
    ],
    // The last line of what it prints.
    ready: /lists all settings/,
    startTimeoutMs: START_TIMEOUT_MS,
  })
}
