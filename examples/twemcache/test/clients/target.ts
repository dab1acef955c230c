/**
 * The server under test: ours, unless `PELIKAN_TEST_TARGET` names another.
 *
 * ```sh
 * PELIKAN_TEST_TARGET=memcached      npm test -- examples/twemcache/test/clients
 * PELIKAN_TEST_TARGET=127.0.0.1:4711 npm test -- examples/twemcache/test/clients
 * ```
 *
 * A client's test that fails against memcached too is a mistake of the test or a bug of the client.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { NO_MEMCACHED, type RunningServer, startMemcached, startServer } from '@pelikan/testkit'
import type { Address } from './cache-client.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Target extends Address {
  /** Stop the server and start it again at the same port, empty; `undefined` where it is not ours to stop. */
  readonly restart?: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Start the server under test, or take the one that is named by its address. */
export async function startTarget(): Promise<Target> {
  const name = process.env['PELIKAN_TEST_TARGET'] ?? ''
  const address = /^(?<host>.+):(?<port>\d+)$/.exec(name)?.groups
  if (address !== undefined) {
    return { host: address['host'] ?? '', port: Number(address['port']), stop: async () => {} }
  }
  let server = await start(name)
  return {
    host: server.host,
    port: server.port,
    restart: async () => {
      await server.stop()
      server = await start(name, server.port)
    },
    stop: async () => void (await server.stop()),
  }
}

async function start(name: string, port?: number): Promise<RunningServer> {
  const at = port === undefined ? {} : { port }
  switch (name) {
    case '':
      return startServer({
        ...at,
        command: process.execPath,
        args: (free) => [MAIN, '-p', String(free)],
      })
    case 'memcached': {
      const server = await startMemcached(at)
      if (server === undefined) throw new Error(`PELIKAN_TEST_TARGET=memcached: ${NO_MEMCACHED}`)
      return server
    }
    default:
      throw new Error(`PELIKAN_TEST_TARGET is "memcached" or HOST:PORT, not "${name}"`)
  }
}
