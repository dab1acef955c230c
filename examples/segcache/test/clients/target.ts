/**
 * The servers under test: ours, unless `PELIKAN_TEST_TARGET` names one.
 *
 * ```sh
 * PELIKAN_TEST_TARGET=memcached      npm test -- examples/segcache/test/clients
 * PELIKAN_TEST_TARGET=127.0.0.1:4711 npm test -- examples/segcache/test/clients
 * PELIKAN_TEST_MATRIX=full           npm test -- examples/segcache/test/clients
 * ```
 *
 * A client meets one worker and two, each on another transport; the next client meets them the other way
 * round. In the full matrix every client meets both on both, and does ten times as much.
 *
 * A client's test that fails against memcached too is a mistake of the test or a bug of the client.
 *
 * @module
 */
import { NO_MEMCACHED, type RunningServer, startMemcached } from '@pelikan/testkit'
import { isFullMatrix, transports } from '../matrix.ts'
import {
  type TestedServer,
  segcache,
  segcacheThreads,
  servers,
  start as startTested,
  twemcache,
} from '../servers.ts'
import type { Address } from './cache-client.ts'

/** In an order that has every second one meet the other half of the matrix. */
const CLIENTS = [
  ...['memcached', 'memcache', 'memcache-client', 'memcache-plus', 'memjs', '@keyv/memcache'],
  ...['connect-memcached', 'rate-limit-memcached', 'pymemcache', 'libmemcached'],
  ...['memcached-tool', 'nutcracker'],
]

/** Operations of each of the clients that work at once. */
export const OPERATIONS: number = isFullMatrix ? 10_000 : 1000

interface Combination {
  readonly server: TestedServer
  readonly transport: string
}

const named = process.env['PELIKAN_TEST_TARGET'] ?? ''
const all = combine([segcache, segcacheThreads, twemcache], transports)

/**
 * What to test a client with: ours by their names, unless another is named. On twemcache one client shows
 * that the parts fit; what the others do differently is up to the protocol, which is the same.
 */
export function targetsOf(client: string): readonly string[] {
  if (named !== '') return [named]
  const place = CLIENTS.indexOf(client)
  if (place < 0) throw new Error(`${client} is not in the list of clients`)
  const [fast = '', plain = fast] = transports
  const [one, two] = place % 2 === 0 ? [fast, plain] : [plain, fast]
  const chosen = isFullMatrix
    ? combine([segcache, segcacheThreads], transports)
    : [
        { server: segcache, transport: one },
        { server: segcacheThreads, transport: two },
      ]
  const also = client === 'memcached' ? combine([twemcache], isFullMatrix ? transports : [one]) : []
  return [...chosen, ...also].map(nameOf)
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
      await end(server)
      server = await start(name, server.port)
    },
    stop: () => end(server),
  }
}

/** Stop a server that has served until now: a client that reconnects may not have seen it crash. */
async function end(server: RunningServer): Promise<void> {
  const { code, signal } = await server.stop()
  if (code === 0) return
  throw new Error(
    `the server ended with ${signal ?? `code ${code}`}. It printed:\n${server.output()}`,
  )
}

async function start(name: string, port?: number): Promise<RunningServer> {
  const at = port === undefined ? {} : { port }
  if (name === 'memcached') {
    const server = await startMemcached(at)
    if (server === undefined) throw new Error(`PELIKAN_TEST_TARGET=memcached: ${NO_MEMCACHED}`)
    return server
  }
  const ours = all.find((each) => nameOf(each) === name)
  if (ours === undefined) return startTested(tested(name), [], {}, port)
  return startTested(ours.server, ['--worker-transport', ours.transport], {}, port)
}

/** A server that is named without a transport. */
function tested(name: string): TestedServer {
  const ours = servers.find((server) => server.name === name)
  if (ours !== undefined) return ours
  const names = servers.map((server) => server.name).join(', ')
  throw new Error(`PELIKAN_TEST_TARGET is ${names}, memcached or HOST:PORT, not "${name}"`)
}

function combine(some: readonly TestedServer[], on: readonly string[]): readonly Combination[] {
  return some.flatMap((server) => on.map((transport) => ({ server, transport })))
}

function nameOf({ server, transport }: Combination): string {
  return `${server.name} on ${transport}`
}
