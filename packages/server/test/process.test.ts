import { once } from 'node:events'
import { type Socket, connect, createServer } from 'node:net'
import { type Process, ProcessBuilder, type ProcessOptions, serverMetrics } from '@pelikan/server'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { soon } from '@pelikan/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { compose, lineConfig } from './line-composition.ts'
import { LineParser, LineResponse, LineStore } from './line-protocol.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }

/** A line server on real sockets, stopped after the test. */
function spawn(options: Partial<ProcessOptions> = {}) {
  const store = new LineStore()
  const server = new ProcessBuilder(
    {
      name: 'lines',
      storage: () => ({ expire: () => expired.push(1), clear() {} }),
      parser: () => new LineParser(),
      response: () => new LineResponse(),
      execute: () => store,
      transport: (context) => new NetTransport(context),
      metrics: [netMetrics],
    },
    { listen: [LOOPBACK], ...options },
  ).spawn()
  const expired: number[] = []
  stops.push(() => server.stop())
  return { expired, server, store }
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** The same with worker threads, or without. */
async function spawnAgain(threads: number | undefined): Promise<Process> {
  const server = new ProcessBuilder(compose(lineConfig()), {
    listen: [LOOPBACK],
    ...(threads === undefined ? {} : { threads }),
  }).spawn()
  stops.push(() => server.stop())
  return server.listening
}

async function client(server: { readonly address: object }): Promise<Socket> {
  const socket = connect(server.address as { host: string; port: number })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Everything that arrives until the other end closes. */
async function rest(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('latin1')
}

describe('a process', () => {
  it('has observers, and what they share, without threads too', async () => {
    const server = new ProcessBuilder(compose(lineConfig()), { listen: [LOOPBACK] }).spawn()
    await server.listening
    const socket = connect(server.address as { host: string; port: number })
    socket.write('echo a\necho b\nquit\n')
    await once(socket.resume(), 'close')
    const seen = new Int32Array(server.observed('seen') as SharedArrayBuffer)
    expect([...seen]).toEqual([3, 0])
    await server.stop()
  })

  it('serves from listening to stop, and tells of its life', async () => {
    const { server } = spawn()
    const life: unknown[] = []
    for (const event of ['starting', 'listening', 'connection', 'draining', 'closed'] as const) {
      server.events.on(event, (...args: unknown[]) => life.push([event, ...args]))
    }
    expect(() => server.address).toThrow(
      expect.objectContaining({
        code: 'PELIKAN_NOT_LISTENING',
        message: 'lines does not listen yet',
      }),
    )
    await server.listening
    const socket = await client(server)
    socket.end('echo hello\n')
    expect(await rest(socket)).toBe('hello\n')
    await server.stop()
    expect(life).toEqual([
      ['starting'],
      ['listening', [server.address]],
      ['connection', 1],
      ['draining'],
      ['closed'],
    ])
    await expect(client(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('listens at several addresses', async () => {
    const { server } = spawn({ listen: [LOOPBACK, LOOPBACK] })
    await server.listening
    expect(server.addresses).toHaveLength(2)
    for (const address of server.addresses) {
      const socket = await client({ address })
      socket.end('echo here\n')
      expect(await rest(socket)).toBe('here\n')
    }
  })

  it('does not start where somebody listens, and holds none of its other addresses then', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = { host: '127.0.0.1', port: (other.address() as { port: number }).port }
    const free = await unusedPort()
    const { server } = spawn({ listen: [{ host: '127.0.0.1', port: free }, taken] })
    const errors: unknown[] = []
    server.events.on('error', (error) => errors.push(error))
    await expect(server.listening).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_IN_USE' })
    expect(errors).toMatchObject([{ code: 'PELIKAN_ADDRESS_IN_USE' }])
    await expect(client({ address: { host: '127.0.0.1', port: free } })).rejects.toThrow()
    other.close()
  })

  it('stops with every answer to what had arrived sent', async () => {
    const { server } = spawn()
    await server.listening
    const sockets = await Promise.all(Array.from({ length: 8 }, () => client(server)))
    const answers = sockets.map(rest)
    for (const socket of sockets) socket.write('bytes 300000\n'.repeat(10) + 'echo last\n')
    await soon(() => expect(server.metrics.read(serverMetrics.turns)).toBeGreaterThanOrEqual(8))
    await server.stop()
    for (const answer of await Promise.all(answers)) {
      expect(answer).toBe(`${'x'.repeat(300_000)}\n`.repeat(10) + 'last\n')
    }
  })

  it('stops with those answered who have connected and were not accepted yet', async () => {
    for (const threads of [undefined, 2]) {
      const server = await spawnAgain(threads)
      const sockets = Array.from({ length: 20 }, () => connect(server.address as { port: number }))
      const answers = sockets.map(async (socket) => {
        socket.write('echo here\n')
        return rest(socket)
      })
      await Promise.all(sockets.map((socket) => once(socket, 'connect')))
      await server.stop()
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['here\n']))
    }
  })

  it('stops once, however often it is asked', async () => {
    const { server } = spawn()
    await server.listening
    let closed = 0
    server.events.on('closed', () => closed++)
    await Promise.all([server.stop(), server.stop()])
    await server.stop()
    expect(closed).toBe(1)
  })

  it('stops in time although a client neither reads nor leaves', async () => {
    const { server } = spawn({ drainTimeoutMs: 50 })
    await server.listening
    const socket = await client(server)
    socket.pause()
    socket.write('bytes 20000000\n')
    await soon(() => expect(server.metrics.read(serverMetrics.stalls)).toBe(1))
    await server.stop()
    expect(server.connections).toBe(0)
  })

  it('does not start without an address', async () => {
    const { server } = spawn({ listen: [] })
    server.events.on('error', () => {})
    await expect(server.listening).rejects.toMatchObject({
      code: 'PELIKAN_NOT_LISTENING',
      message: expect.stringContaining('has no address to listen at') as string,
    })
    await server.stop()
  })

  it('can be stopped before it listens', async () => {
    const { server } = spawn()
    await server.stop()
    await expect(client(server)).rejects.toThrow()
  })

  it('counts its bytes and connections', async () => {
    const { server } = spawn()
    await server.listening
    const socket = await client(server)
    socket.end('echo 12345\n')
    await rest(socket)
    await soon(() => expect(server.metrics.read(netMetrics.closed)).toBe(1))
    expect(server.metrics.read(netMetrics.bytesReceived)).toBe(11)
    expect(server.metrics.read(netMetrics.bytesSent)).toBe(6)
    expect(server.metrics.read(netMetrics.open)).toBe(0)
    expect(server.metrics.read(serverMetrics.requests)).toBe(1)
  })

  it('asks its storage to expire about once a second', async () => {
    const { server, expired } = spawn()
    await server.listening
    await soon(() => expect(expired.length).toBeGreaterThan(0))
  })
})

async function unusedPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
