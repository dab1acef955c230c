/** A server that the system gives no more descriptors goes on with those that it has, and recovers. */
import { type Socket, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from '@pelikan/testkit'
import { expect, it, vi } from 'vitest'
import { dataPlanes, startOn } from './data-planes.ts'
import { cpuMs, descriptorCount } from './process-usage.ts'

/** Enough to start; most clients of a crowd find none left. */
const DESCRIPTORS = 80
const CROWD = 100
/** As many at least have one. */
const SERVED = 30
const UNDER_LIMIT = ['sh', '-c', `ulimit -n ${DESCRIPTORS}; exec "$0" "$@"`]
const WATCHED_MS = 500
const PATIENCE_MS = 10_000
const RETRY_MS = 100

/** A client that has asked, whether it was accepted or not: what becomes of it then is up to the transport. */
function ask({ host, port }: RunningServer, answered: Set<Socket>): Socket {
  const socket = connect(port, host)
  socket.on('error', () => {})
  socket.on('data', () => answered.add(socket))
  socket.write('get a\r\n')
  return socket
}

/** A client that is answered, after as many attempts as that takes. */
async function served(server: RunningServer): Promise<Socket> {
  const answered = new Set<Socket>()
  for (let left = PATIENCE_MS / RETRY_MS; left > 0; left--) {
    const socket = ask(server, answered)
    for (let turn = 0; turn < 5 && !answered.has(socket); turn++) await sleep(RETRY_MS / 5)
    if (answered.has(socket)) return socket
    socket.destroy()
  }
  throw new Error('nobody was served')
}

/** How often nobody was accepted for a while. */
async function timesPaused(socket: Socket | undefined): Promise<number> {
  let answer = ''
  socket?.on('data', (chunk) => (answer += String(chunk)))
  socket?.write('stats\r\n')
  const count = () => /^STAT listen_disabled_num (\d+)\r$/m.exec(answer)?.[1]
  for (let left = PATIENCE_MS; left > 0 && count() === undefined; left--) await sleep(1)
  return Number(count())
}

it.concurrent.each(dataPlanes)('$name', async (plane) => {
  const server = await startOn(plane, [], UNDER_LIMIT)
  try {
    const { pid } = server
    const atRest = descriptorCount(pid)
    const answered = new Set<Socket>()
    const crowd = Array.from({ length: CROWD }, () => ask(server, answered))
    const answers = (count: number) =>
      vi.waitFor(() => expect(answered.size >= count).toBe(true), PATIENCE_MS)
    await answers(SERVED)

    // It waits for descriptors, and does not ask for them again and again.
    const before = cpuMs(pid)
    await sleep(WATCHED_MS)
    expect(cpuMs(pid) - before).toBeLessThan(WATCHED_MS / 2)

    const lucky = [...answered]
    expect(lucky.length).toBeLessThan(CROWD)
    answered.clear()
    for (const socket of lucky) socket.write('get a\r\n')
    await answers(lucky.length)

    for (const socket of crowd) socket.destroy()
    const late = await Promise.all(Array.from({ length: SERVED }, () => served(server)))
    // Alone, Node.js has a descriptor in reserve, by which it turns whoever comes away.
    if (plane.transport !== 'net' || plane.tested.threads > 1) {
      expect(await timesPaused(late[0])).toBeGreaterThan(0)
    }
    for (const socket of late) socket.destroy()
    await vi.waitFor(() => expect(descriptorCount(pid)).toBe(atRest), PATIENCE_MS)

    answered.clear()
    const last = Array.from({ length: CROWD }, () => ask(server, answered))
    await answers(SERVED)
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    for (const socket of last) socket.destroy()
  } finally {
    await server.stop('SIGKILL')
  }
})
