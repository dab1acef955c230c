/** What a connection may not do, on every data plane: be one too many, be silent, leave a request half sent. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from '@pelikan/testkit'
import { expect, it } from 'vitest'
import { dataPlanes, startOn } from './data-planes.ts'

const CONNECTIONS = 4
const LIMITS = [
  ...['-c', String(CONNECTIONS)],
  ...['--server-idle-timeout', '2s', '--server-request-timeout', '1s'],
]
/** Well within both times. */
const DRIP_MS = 100

/** A client that is served. */
async function client({ host, port }: RunningServer): Promise<Socket> {
  const socket = connect(port, host)
  socket.on('error', () => {})
  expect(await ask(socket, 'get half\r\n')).toBe('END\r\n')
  return socket
}

/** What comes back until the server closes. */
async function rest(socket: Socket): Promise<string> {
  let answer = ''
  for await (const bytes of socket) answer += String(bytes)
  return answer
}

async function ask(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data')
  socket.write(text)
  return String((await answer)[0])
}

/** Send the beginning of a request, and then a byte at a time as long as the server listens. */
async function drip(socket: Socket, beginning: string): Promise<void> {
  socket.write(beginning)
  while (socket.writable) {
    socket.write('x')
    await sleep(DRIP_MS)
  }
}

it.concurrent.each(dataPlanes)('$name', async (plane) => {
  const server = await startOn(plane, LIMITS)
  try {
    const [steady, silent] = [await client(server), await client(server)]
    const [line, value] = [await client(server), await client(server)]
    void drip(line, 'get ')
    void drip(value, 'set half 0 0 1000000\r\n')
    const closed = Promise.all([silent, line, value].map(rest))

    expect(await rest(connect(server.port))).toBe('ERROR Too many open connections\r\n')
    expect(await rest(connect(server.port))).toBe('ERROR Too many open connections\r\n')

    let isOver = false
    void closed.then(() => (isOver = true))
    while (!isOver) {
      expect(await ask(steady, 'get half\r\n')).toBe('END\r\n')
      await sleep(DRIP_MS)
    }
    expect(await closed).toEqual(['', '', ''])
    const stats = await ask(steady, 'stats\r\n')
    expect(stats).toContain('STAT curr_connections 1\r\n')
    expect(stats).toContain('STAT rejected_connections 2\r\n')
    const next = await client(server)
    for (const socket of [steady, next]) socket.destroy()
  } finally {
    await server.stop('SIGKILL')
  }
})
