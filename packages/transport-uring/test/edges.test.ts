/** What a network does to a server, beyond the contract that all transports share. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ListenAddress } from '@pelikan/core'
import { uringMetrics, uringSupport } from '@pelikan/transport-uring'
import { soon } from '@pelikan/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EchoServer } from './echo.ts'

/** The nightly run asks for more. */
const CONNECTIONS = Number(process.env['CHURN_CONNECTIONS'] ?? 5000)

describe.runIf(uringSupport().ok)('uring on a real network', () => {
  let server: EchoServer
  let address: { host: string; port: number }

  beforeEach(async () => {
    server = new EchoServer()
    address = (await server.listen()) as { host: string; port: number }
  })
  afterEach(() => server.transport.close())

  async function client(to: ListenAddress = address): Promise<Socket> {
    const socket = connect({ ...(to as { host: string; port: number }), noDelay: true })
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  /** Send `pieces`, each by itself, and take as many bytes back. */
  async function echo(socket: Socket, pieces: readonly Buffer[]): Promise<Buffer> {
    const wanted = pieces.reduce((sum, piece) => sum + piece.length, 0)
    const answers: Buffer[] = []
    let got = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.on('data', (bytes: Buffer) => {
      answers.push(bytes)
      got += bytes.length
      if (got >= wanted) resolve()
    })
    for (const piece of pieces) {
      socket.write(piece)
      await nextTurn()
    }
    await promise
    socket.removeAllListeners('data')
    return Buffer.concat(answers)
  }

  it('sends what was answered before it destroys', async () => {
    const socket = await client()
    await soon(() => expect(server.connections.length).toBe(1))
    const connection = server.connections[0]
    connection.output.write(Buffer.from('go away'), 0, 7)
    connection.send()
    connection.destroy()
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toBe('go away')
  })

  it('bears what is done to it after it was closed', async () => {
    const socket = await client()
    await soon(() => expect(server.connections.length).toBe(1))
    const connection = server.connections[0]
    await server.transport.close()
    connection.output.write(Buffer.from('late'), 0, 4)
    expect(connection.send()).toBe(true)
    connection.pause()
    connection.resume()
    connection.end()
    connection.destroy()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.transport.defer(resolve)
    await promise
    await server.transport.close()
    expect(server.budget.used).toBe(0)
    expect(server.closed).toBe(1)
    socket.destroy()
  })

  it('shares a port and a path between transports of one process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pelikan-'))
    for (const at of [{ host: '127.0.0.1', port: 0 }, { path: join(folder, 'socket') }]) {
      const [first, second] = [new EchoServer(), new EchoServer()]
      const open = (of: EchoServer, to: ListenAddress, share: 'open' | 'join') =>
        of.transport.listen(to, (connection) => of.serve(connection), { share })
      const shared = await open(first, at, 'open')
      const joined = await open(second, shared, 'join')
      expect(joined).toEqual(shared)
      const stranger = new EchoServer()
      await expect(open(stranger, shared, 'open')).rejects.toMatchObject({
        code: 'PELIKAN_ADDRESS_IN_USE',
      })
      await stranger.transport.close()
      const served = () => Math.min(first.connections.length, second.connections.length)
      for (let i = 0; i < 400 && served() === 0; i++) (await client(joined)).destroy()
      await soon(() => expect(served()).toBeGreaterThan(0))
      await Promise.all([first.transport.close(), second.transport.close()])
    }
    await rm(folder, { recursive: true })
  })

  it('goes on when receive buffers run out', async () => {
    const sockets = await Promise.all(Array.from({ length: 600 }, () => client()))
    // All of it arrives while this thread, and so the server, does something else.
    const bytes = Buffer.alloc(40_000, 'x')
    const echoes = sockets.map((socket) => echo(socket, [bytes]))
    for (const answer of await Promise.all(echoes)) expect(answer.equals(bytes)).toBe(true)
    expect(server.metrics.read(uringMetrics.starved)).toBeGreaterThan(0)
    for (const socket of sockets) socket.destroy()
    await soon(() => expect(server.closed).toBe(600))
  })

  it(`opens and closes ${CONNECTIONS} connections and keeps nothing of them`, async () => {
    const visitor = new EchoServer()
    const before = readdirSync('/proc/self/fd').length
    const ids = new Set<number>()
    for (let left = CONNECTIONS; left > 0; left -= 100) {
      const batch = Array.from({ length: 100 }, async (_, i) => {
        const closed = Promise.withResolvers<void>()
        const connection = await visitor.transport.connect(address, () => ({
          receive() {},
          drained() {},
          ended() {},
          closed: closed.resolve,
        }))
        ids.add(connection.id)
        if (i % 2 === 0) connection.end()
        else connection.destroy()
        await closed.promise
      })
      await Promise.all(batch)
    }
    await soon(() => expect(server.closed).toBe(CONNECTIONS))
    expect(server.metrics.read(uringMetrics.accepted)).toBe(CONNECTIONS)
    expect(server.metrics.read(uringMetrics.open)).toBe(0)
    expect(ids.size).toBe(CONNECTIONS)
    expect(new Set(server.connections.map(({ id }) => id)).size).toBe(CONNECTIONS)
    expect(server.budget.used).toBe(0)
    expect(readdirSync('/proc/self/fd').length).toBe(before)
    await visitor.transport.close()
  }, 300_000)
})
