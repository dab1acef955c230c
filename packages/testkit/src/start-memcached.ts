/**
 * The stock memcached, where it is installed: what memcached does is what a compatible server must do.
 *
 * ```ts
 * describe.skipIf(memcachedPath() === undefined)(`memcached (${NO_MEMCACHED})`, () => { ... })
 * ```
 *
 * @module
 */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type RunningServer, startServer } from './start-server.ts'

/** Why a test that needs memcached was skipped. */
export const NO_MEMCACHED = 'memcached is not on PATH; Debian: apt-get install memcached'

export interface MemcachedOptions {
  /** Default: a port that is free. */
  readonly port?: number
  /** Default: 1. */
  readonly threads?: number
  /** Further flags, as memcached has them: `['-m', '256']`. */
  readonly flags?: readonly string[]
}

/** Where memcached is, or `undefined` where it is not installed. */
export function memcachedPath(): string | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, 'memcached')
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not here.
    }
  }
  return undefined
}

/** Start memcached on 127.0.0.1; `undefined` where it is not installed. */
export async function startMemcached(
  options: MemcachedOptions = {},
): Promise<RunningServer | undefined> {
  const command = memcachedPath()
  if (command === undefined) return undefined
  // It refuses to run as root unless it is told whom to become.
  const user = process.getuid?.() === 0 ? ['-u', 'root'] : []
  const threads = ['-t', String(options.threads ?? 1)]
  return startServer({
    command,
    args: (port) => [
      ...user,
      ...['-l', '127.0.0.1', '-p', String(port), '-U', '0', ...threads],
      ...(options.flags ?? []),
    ],
    ...(options.port === undefined ? {} : { port: options.port }),
  })
}
