import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemClock } from '@pelikan/core'
import { type Process, ProcessBuilder, type ProcessOptions, serverMetrics } from '@pelikan/server'
import { netMetrics } from '@pelikan/transport-net'
import { soon } from '@pelikan/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { type LineConfig, Expiries, compose, lineConfig } from './line-composition.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }
const THREADS = 2
/** More connections than the kernel gives one of two threads by chance. */
const MANY = 40

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** A line server on threads, stopped after the test. */
function spawn(options: Partial<ProcessOptions> = {}, config: LineConfig = lineConfig()): Process {
  const server = new ProcessBuilder(compose(config), {
    listen: [LOOPBACK],
    threads: THREADS,
    ...options,
  }).spawn()
  stops.push(() => server.stop())
  return server
}

async function client(server: { readonly address: object }): Promise<Socket> {
  const socket = connect(server.address as { host: string; port: number })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, line: string): Promise<string> {
  socket.write(`${line}\n`)
  const [answer] = await once(socket, 'data')
  return String(answer).trimEnd()
}

async function rest(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('latin1')
}

/** Clients of which each thread serves at least one, by thread. */
async function clientsByThread(server: Process): Promise<Map<string, Socket[]>> {
  const sockets = await Promise.all(Array.from({ length: MANY }, () => client(server)))
  const threads = new Map<string, Socket[]>()
  for (const socket of sockets) {
    const thread = await ask(socket, 'where')
    threads.set(thread, [...(threads.get(thread) ?? []), socket])
  }
  expect(threads.size).toBe(THREADS)
  expect(threads.has('0'), 'the main thread serves nobody').toBe(false)
  return threads
}

function destroy(threads: Map<string, Socket[]>): void {
  for (const socket of [...threads.values()].flat()) socket.destroy()
}

describe('worker threads', () => {
  it('all serve one port, whose number is known', async () => {
    const server = await spawn().listening
    expect(server.addresses).toEqual([{ host: '127.0.0.1', port: expect.any(Number) }])
    expect(server.connections).toBe(0)
    const threads = await clientsByThread(server)
    expect(server.connections).toBe(MANY)
    destroy(threads)
    await soon(() => expect(server.connections).toBe(0))
  })

  it('have observers each, which share what the process can read', async () => {
    const server = await spawn().listening
    const threads = await clientsByThread(server)
    const [here, ...seen] = new Int32Array(server.observed('seen') as SharedArrayBuffer)
    expect(here).toBe(0)
    expect(seen).toHaveLength(THREADS)
    expect(seen).not.toContain(0)
    expect(seen.reduce((sum, count) => sum + count)).toBe(MANY)
    expect(server.observed('unseen')).toBeUndefined()
    destroy(threads)
  })

  it('all serve one Unix socket, of the mode that is asked for, which is gone afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
    const path = join(folder, 'socket')
    const before = process.umask()
    const server = await spawn({ listen: [{ path, mode: 0o600 }, LOOPBACK] }).listening
    expect(process.umask()).toBe(before)
    expect(server.address).toEqual({ path, mode: 0o600 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    destroy(await clientsByThread(server))
    await server.stop()
    expect(existsSync(path)).toBe(false)
    rmSync(folder, { recursive: true })
  })

  it('count for the whole process, exactly', async () => {
    const server = await spawn().listening
    const threads = await clientsByThread(server)
    for (const sockets of threads.values()) {
      for (let i = 0; i < 100; i++) expect(await ask(sockets[0], `echo ${i}`)).toBe(String(i))
    }
    expect(server.metrics.read(serverMetrics.requests)).toBe(MANY + THREADS * 100)
    expect(server.metrics.read(serverMetrics.opened)).toBe(MANY)
    expect(server.metrics.read(netMetrics.accepted)).toBe(MANY)
    destroy(threads)
  })

  it('have one clock', async () => {
    const server = await spawn().listening
    const threads = await clientsByThread(server)
    const ticks: number[] = []
    for (const [socket] of threads.values()) ticks.push(Number(await ask(socket, 'tick')))
    expect(ticks[0]).toBeGreaterThan(0)
    // One after the other: time goes on between them, and not back.
    expect(ticks[1] - ticks[0]).toBeGreaterThanOrEqual(0)
    expect(ticks[1] - ticks[0]).toBeLessThan(10)
    destroy(threads)
  })

  it('have one limit of connections', async () => {
    const server = await spawn({ limits: { maxConnections: 4 } }).listening
    const kept: Socket[] = []
    for (let i = 0; i < 4; i++) {
      const socket = await client(server)
      await ask(socket, 'where')
      kept.push(socket)
    }
    for (let i = 0; i < 8; i++) expect(await rest(await client(server))).toBe('full\n')
    expect(server.metrics.read(serverMetrics.rejected)).toBe(8)
    kept[0].destroy()
    await soon(() => expect(server.connections).toBe(3))
    expect(await ask(await client(server), 'echo again')).toBe('again')
  })

  it('let one of them expire the storage', async () => {
    const config = lineConfig()
    await spawn({}, config).listening
    const { expiries } = config
    const counts = () => new Expiries(expiries, 0).counts
    await soon(() => expect(counts()[1]).toBeGreaterThan(0))
    expect(counts().filter((count) => count > 0)).toHaveLength(1)
  })

  it('settle what they share, all but that one', async () => {
    const config = lineConfig()
    await spawn({}, config).listening
    const settled = () => new Expiries(config.expiries, 0).settled.map((count) => count > 0)
    await soon(() => expect(settled().slice(0, 3)).toEqual([false, false, true]))
  })

  it('tell of connections where somebody listens, each by a number of its own', async () => {
    const server = spawn()
    const ids: number[] = []
    server.events.on('connection', (id) => ids.push(id))
    await server.listening
    const threads = await clientsByThread(server)
    await soon(() => expect(ids).toHaveLength(MANY))
    expect(new Set(ids).size).toBe(MANY)
    destroy(threads)
  })

  it('tell of an exception in a session, and go on', async () => {
    const server = await spawn().listening
    const errors: unknown[] = []
    server.events.on('error', (error) => errors.push(error))
    const socket = await client(server)
    socket.write('boom\n')
    expect(await rest(socket)).toBe('')
    await soon(() => expect(errors).toMatchObject([{ message: 'boom' }]))
    expect(await ask(await client(server), 'echo on')).toBe('on')
  })
})

describe('a start that fails', () => {
  it('for an address in use says so, and holds nothing', async () => {
    const other = await spawn().listening
    for (const threads of [1, 2]) {
      const listening = spawn({ listen: [LOOPBACK, other.address], threads }).listening
      await expect(listening).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_IN_USE' })
    }
    expect(await ask(await client(other), 'echo still')).toBe('still')
  })

  it('on a thread says of what', async () => {
    const server = spawn({}, { ...lineConfig(), broken: true })
    await expect(server.listening).rejects.toMatchObject({
      code: 'PELIKAN_WORKER_DIED',
      message: expect.stringMatching(/^worker lines [12] died: no such storage$/),
    })
  })

  it.each([
    ['the storage', { storage: () => new Expiries(new SharedArrayBuffer(4), 0) }, {}],
    ['which module', { origin: undefined }, {}],
    ['the clock', {}, { clock: new SystemClock() }],
    ['a number', {}, { threads: 0 }],
  ])('for want of %s is one that is not begun', (_, parts, options) => {
    const { origin, ...others } = { ...compose(lineConfig()), ...parts }
    const builder = new ProcessBuilder(origin === undefined ? others : { ...others, origin }, {
      listen: [LOOPBACK],
      threads: THREADS,
      ...options,
    })
    expect(() => builder.spawn()).toThrow(expect.objectContaining({ code: 'PELIKAN_NO_THREADS' }))
  })
})

describe('a worker that dies', () => {
  it('takes the others with it', async () => {
    const server = await spawn().listening
    const died: Error[] = []
    server.events.on('died', (error) => died.push(error))
    const threads = await clientsByThread(server)
    const [one, another] = [...threads.values()].map(([socket]) => socket)
    one.write('die\n')
    await rest(another)
    await soon(() =>
      expect(died).toMatchObject([
        {
          code: 'PELIKAN_WORKER_DIED',
          message: expect.stringMatching(/^worker lines [12] died: nobody catches this$/),
        },
      ]),
    )
    await soon(() => expect(client(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' }))
    await server.stop()
    destroy(threads)
  })
})

describe('stop', () => {
  it('sends every answer to what had arrived at any of them', async () => {
    const server = await spawn().listening
    const threads = await clientsByThread(server)
    const sockets = [...threads.values()].flat()
    const before = server.metrics.read(netMetrics.bytesReceived)
    const answers = sockets.map(rest)
    const text = 'bytes 30000\n'.repeat(10) + 'echo last\n'
    for (const socket of sockets) socket.write(text)
    await soon(() =>
      expect(server.metrics.read(netMetrics.bytesReceived)).toBe(before + MANY * text.length),
    )
    await server.stop()
    for (const answer of await Promise.all(answers)) {
      expect(answer).toBe(`${'x'.repeat(30_000)}\n`.repeat(10) + 'last\n')
    }
    expect(server.connections).toBe(0)
  })

  it('ends in time although a client neither reads nor leaves', async () => {
    const server = await spawn({ drainTimeoutMs: 50 }).listening
    const socket = await client(server)
    socket.pause()
    socket.write('bytes 20000000\n')
    await soon(() => expect(server.metrics.read(serverMetrics.stalls)).toBe(1))
    await server.stop()
    socket.destroy()
  })

  it('may come before it listens', async () => {
    const server = spawn()
    await server.stop()
    await expect(client(server)).rejects.toThrow()
  })
})
