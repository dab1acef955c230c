/**
 * Segcache with its admin endpoint, load on it, and Debian's Chromium that looks at the live page.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type RunningServer, freePort, startServer } from '@pelikan/testkit'
import { type Browser, chromium } from 'playwright-core'

const SEGCACHE = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const LOADGEN = fileURLToPath(import.meta.resolve('@pelikan/loadgen/package.json')).replace(
  'package.json',
  'src/main.ts',
)
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

/** Whether there is a browser on this machine. */
export const hasBrowser: boolean = CHROMIUM !== undefined

export interface Watched {
  readonly server: RunningServer
  readonly admin: string
}

/** Start segcache with two workers, a small heap and an admin endpoint, at `adminPort` or a free one. */
export async function startWatched(
  flags: readonly string[] = [],
  adminPort?: number,
): Promise<Watched> {
  const port = adminPort ?? (await freePort('127.0.0.1'))
  const small = ['-t', '2', '--seg-heap-size', '48MB', '--seg-segment-size', '128KB']
  const admin = ['--admin-http-enabled', 'true', '--admin-http-port', String(port)]
  const server = await startServer({
    command: process.execPath,
    args: (own) => [SEGCACHE, '-p', String(own), ...small, ...admin, ...flags],
    ready: /lists all settings/,
    startTimeoutMs: 18_000,
  })
  return { server, admin: `http://127.0.0.1:${port}` }
}

/** Put load on a server until it is killed, or for four minutes. */
export function startLoad({ port }: RunningServer, options: readonly string[]): ChildProcess {
  const fixed = ['--port', String(port), '--duration', '240', '--no-progress']
  return spawn(process.execPath, [LOADGEN, ...fixed, ...options], { stdio: 'ignore' })
}

/** Without a sandbox: the page is ours, and a container seldom allows one. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}
