/** A server that the system gives no more descriptors goes on with those that it has, and recovers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type NetConnectOpts, type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@pelikan/testkit'
import { afterAll, expect, it, vi } from 'vitest'
import { dataPlanes, startOn } from './data-planes.ts'
import { cpuMs, descriptorCount, freeDescriptors } from './process-usage.ts'

/** Enough to start; most clients of a crowd find none left. */
const DESCRIPTORS = 80
const CROWD = 100
/** As many at least have one. */
const SERVED = 30
/** Crowds that come one after the other: threads race for the last descriptors each time. */
const CROWDS = 3
/** Of them, clients of `net` do not get the last, and operators not the last of these. */
const NO_CLIENTS = 8
const NO_OPERATORS = 4
const UNDER_LIMIT = ['sh', '-c', `ulimit -n ${DESCRIPTORS}; exec "$0" "$@"`]
const WATCHED_MS = 500
const PATIENCE_MS = 10_000
const RETRY_MS = 100

/** A client that has asked, whether it was accepted or not: what becomes of it then is up to the transport. */
function ask(address: NetConnectOpts, answered: Set<Socket>, request = 'get a\r\n'): Socket {
  const socket = connect(address)
  socket.on('error', () => {})
  socket.on('data', () => answered.add(socket))
  socket.write(request)
  return socket
}

/** A client that is answered, after as many attempts as that takes. */
async function served(address: NetConnectOpts): Promise<Socket> {
  const answered = new Set<Socket>()
  for (let left = PATIENCE_MS / RETRY_MS; left > 0; left--) {
    const socket = ask(address, answered)
    for (let turn = 0; turn < 5 && !answered.has(socket); turn++) await sleep(RETRY_MS / 5)
    if (answered.has(socket)) return socket
    socket.destroy()
  }
  throw new Error('nobody was served')
}

/** How often a client was not accepted at once. */
async function timesRefused(socket: Socket | undefined): Promise<number> {
  let answer = ''
  socket?.on('data', (chunk) => (answer += String(chunk)))
  socket?.write('stats\r\n')
  const count = () => /^STAT listen_disabled_num (\d+)\r$/m.exec(answer)?.[1]
  for (let left = PATIENCE_MS; left > 0 && count() === undefined; left--) await sleep(1)
  return Number(count())
}

const directory = mkdtempSync(join(tmpdir(), 'pelikan-descriptors-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Where the clients come to: a port of each thread, or one socket that all threads accept from. */
const addresses = dataPlanes.flatMap((plane, i) => [
  { plane, at: 'a port', path: undefined },
  { plane, at: 'a path', path: join(directory, String(i)) },
])

it.concurrent.each(addresses)('$plane.name, at $at', async ({ plane, path }) => {
  const flags = path === undefined ? [] : ['-s', path]
  const server = await startOn(plane, flags, UNDER_LIMIT)
  try {
    const { host, pid, port } = server
    const address = path === undefined ? { host, port } : { path }
    const atRest = descriptorCount(pid)
    const answered = new Set<Socket>()
    const answers = (count: number) =>
      vi.waitFor(() => expect(answered.size >= count).toBe(true), PATIENCE_MS)
    const clients: Socket[] = []
    for (let left = CROWDS; left > 0; left--) {
      const crowd = Array.from({ length: CROWD }, () => ask(address, answered))
      clients.push(...crowd)
      await answers(SERVED)
      // Accepted, closed or in the kernel's queue.
      await vi.waitFor(
        () => expect(crowd.some(({ connecting }) => connecting)).toBe(false),
        PATIENCE_MS,
      )
    }

    const spare = plane.transport === 'net' ? NO_CLIENTS : 0
    expect(freeDescriptors(pid, DESCRIPTORS)).toBeGreaterThanOrEqual(spare)

    // It waits for descriptors, and does not ask for them again and again.
    const before = cpuMs(pid)
    await sleep(WATCHED_MS)
    expect(cpuMs(pid) - before).toBeLessThan(WATCHED_MS / 2)

    const lucky = [...answered]
    expect(lucky.length).toBeLessThan(DESCRIPTORS)
    answered.clear()
    for (const socket of lucky) socket.write('get a\r\n')
    await answers(lucky.length)

    // Whoever has an answer leaves, until nobody waits: the others were closed.
    await vi.waitFor(() => {
      for (const socket of answered) socket.destroy()
      expect(clients.every(({ destroyed }) => destroyed)).toBe(true)
    }, PATIENCE_MS)
    const late = await Promise.all(Array.from({ length: SERVED }, () => served(address)))
    expect(await timesRefused(late[0])).toBeGreaterThan(0)
    for (const socket of late) socket.destroy()
    await vi.waitFor(() => expect(descriptorCount(pid)).toBe(atRest), PATIENCE_MS)

    answered.clear()
    const last = Array.from({ length: CROWD }, () => ask(address, answered))
    await answers(SERVED)
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    for (const socket of last) socket.destroy()
  } finally {
    await server.stop('SIGKILL')
  }
})

const onNet = dataPlanes.filter(({ transport }) => transport === 'net')

it.concurrent.each(onNet)('$name, with operators', async (plane) => {
  const port = await freePort()
  const admin = ['--admin-http-enabled', 'true', '--admin-http-port', String(port)]
  const server = await startOn(plane, admin, UNDER_LIMIT)
  try {
    const clients = new Set<Socket>()
    for (let i = 0; i < CROWD; i++) ask(server, clients)
    await vi.waitFor(() => expect(clients.size >= SERVED).toBe(true), PATIENCE_MS)
    const answered = new Set<Socket>()
    const request = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n'
    const operators = Array.from({ length: CROWD }, () =>
      ask({ host: server.host, port }, answered, request),
    )
    await vi.waitFor(() => {
      expect(operators.every((each) => answered.has(each) || each.destroyed)).toBe(true)
    }, PATIENCE_MS)
    expect(answered.size).toBeGreaterThan(0)
    const spare = freeDescriptors(server.pid, DESCRIPTORS)
    expect(spare).toBeGreaterThanOrEqual(NO_OPERATORS)
    expect(spare).toBeLessThan(NO_CLIENTS)
  } finally {
    await server.stop('SIGKILL')
  }
})
