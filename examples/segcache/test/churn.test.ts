/** Connections that come and go leave nothing behind, however they go: no descriptor, no memory, no half value. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { type RunningServer, soon } from '@pelikan/testkit'
import { expect, it } from 'vitest'
import { dataPlanes, startOn } from './data-planes.ts'
import { descriptorCount, residentBytes } from './process-usage.ts'

/** The nightly run asks for more. */
const CONNECTIONS = Number(process.env['CHURN_CONNECTIONS'] ?? 1000)
/** At once: fewer than a listener's backlog. */
const BATCH = 50
/** Until the server has what serving takes. */
const WARM_UP = 500
/**
 * What a connection leaves to the garbage collector is collected late where there is room, so there is little: a
 * server that keeps something of each runs out of it, and ends.
 */
const UNDER_LITTLE_HEAP = [
  'sh',
  '-c',
  'exec "$0" --max-old-space-size=48 --max-semi-space-size=2 "$@"',
]
const HEAP = ['-m', '16']
/** Growth that says nothing: items under way, and heaps of two threads that are full of garbage. */
const GROWTH_BYTES = 32 * 1024 * 1024

/** Ways to go: having asked or not, in the middle of a request, with an end or a reset. */
const WAYS: readonly ((socket: Socket) => Promise<unknown> | void)[] = [
  (socket) => void socket.destroy(),
  (socket) => void socket.resetAndDestroy(),
  async (socket) => {
    socket.end('get a\r\nquit\r\n')
    await once(socket.resume(), 'close')
  },
  async (socket) => {
    socket.write('get a\r\n')
    await once(socket, 'data')
    socket.resetAndDestroy()
  },
  (socket) => {
    socket.write(`set half 0 0 200000\r\n${'x'.repeat(1000)}`, () => socket.resetAndDestroy())
  },
  (socket) => void socket.end('get hal'),
]

async function visit({ host, port }: RunningServer, way: number): Promise<void> {
  const socket = connect(port, host)
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.on('error', () => {})
  await once(socket, 'connect')
  await WAYS[way % WAYS.length]?.(socket)
  socket.resume()
  await closed
}

async function visits(server: RunningServer, count: number): Promise<void> {
  for (let made = 0; made < count; made += BATCH) {
    const batch = Math.min(BATCH, count - made)
    await Promise.all(Array.from({ length: batch }, (_, i) => visit(server, made + i)))
  }
}

async function stat({ host, port }: RunningServer, name: string): Promise<number> {
  const socket = connect(port, host)
  socket.end('stats\r\nquit\r\n')
  let answer = ''
  for await (const bytes of socket) answer += String(bytes)
  return Number(new RegExp(`^STAT ${name} (\\d+)`, 'm').exec(answer)?.[1])
}

it.each(dataPlanes)(
  `$name, after ${CONNECTIONS} connections`,
  async (plane) => {
    const server = await startOn(plane, HEAP, UNDER_LITTLE_HEAP)
    try {
      const { pid } = server
      const descriptors = descriptorCount(pid)
      await visits(server, WARM_UP)
      const resident = residentBytes(pid)
      await visits(server, CONNECTIONS)
      // It closes what a client has closed when it comes to that.
      await soon(() => expect(descriptorCount(pid)).toBe(descriptors))
      expect(residentBytes(pid) - resident).toBeLessThan(GROWTH_BYTES)
      await soon(async () => expect(await stat(server, 'curr_connections')).toBe(1))
      expect(await stat(server, 'total_connections')).toBeGreaterThan(CONNECTIONS)
      expect(await stat(server, 'curr_items')).toBe(0)
    } finally {
      await server.stop('SIGKILL')
    }
  },
  60_000 + CONNECTIONS * 10,
)
