/** twemcache as tests start it: the real program, in a process of its own. */
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@pelikan/testkit'

export const MAIN: string = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export function startTwemcache(
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  return startServer({
    command: process.execPath,
    args: (port) => [MAIN, '-p', String(port), ...flags],
    env,
    ready: /listens at/,
  })
}
