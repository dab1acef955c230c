/**
 * The servers under test: ours, unless `PELIKAN_TEST_TARGET` names one.
 *
 * ```sh
 * PELIKAN_TEST_TARGET=memcached      npm test -- examples/segcache/test/clients
 * PELIKAN_TEST_TARGET=127.0.0.1:4711 npm test -- examples/segcache/test/clients
 * ```
 *
 * A client's test that fails against memcached too is a mistake of the test or a bug of the client.
 *
 * @module
 */
import { NO_MEMCACHED, type RunningServer, startMemcached } from '@pelikan/testkit'
import { servers, start as startTested, twemcache } from '../servers.ts'
import type { Address } from './cache-client.ts'

const named = process.env['PELIKAN_TEST_TARGET'] ?? ''

/**
 * What to test a client with: ours by their names, unless another is named. On twemcache one client shows
 * that the parts fit; what the others do differently is up to the protocol, which is the same.
 */
export function targetsOf(client: string): readonly string[] {
  if (named !== '') return [named]
  const ours = client === 'memcached' ? servers : servers.filter((server) => server !== twemcache)
  return ours.map(({ name }) => name)
}

export interface Target extends Address {
  /** Stop the server and start it again at the same port, empty; `undefined` where it is not ours to stop. */
  readonly restart?: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Start one of {@link targetsOf}, or take it where it is an address. */
export async function startTarget(name: string): Promise<Target> {
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
  if (name === 'memcached') {
    const server = await startMemcached(at)
    if (server === undefined) throw new Error(`PELIKAN_TEST_TARGET=memcached: ${NO_MEMCACHED}`)
    return server
  }
  const ours = servers.find((server) => server.name === name)
  if (ours === undefined) {
    const names = servers.map((server) => server.name).join(', ')
    throw new Error(`PELIKAN_TEST_TARGET is ${names}, memcached or HOST:PORT, not "${name}"`)
  }
  return startTested(ours, [], {}, port)
}
