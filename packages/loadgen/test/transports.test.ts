/** The transports that load goes through, each against real servers. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type ListenOptions, type Server, type Socket, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type LoadSpec,
  type LoadTarget,
  LoadThreads,
  type MemcacheLoad,
  ServerProcess,
  type Target,
  type TransportName,
  fill,
  measureLoad,
} from '@pelikan/loadgen'
import { uringSupport } from '@pelikan/transport-uring'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url))
const TWEMCACHE = `node ${EXAMPLES}/twemcache/src/main.ts -p {port} -m 256`
const PONG = 'PONG\r\n'
const SPEC: LoadSpec = {
  protocol: 'ping',
  connections: 8,
  threads: 1,
  pipeline: 1,
  maxInFlight: 64,
  transport: 'auto',
  memcache: {
    keys: 500,
    zipf: 0,
    values: { kind: 'fixed', bytes: 64 },
    mix: [{ command: 'get', keys: 1, weight: 1 }],
    ttl: { min: 0, max: 0 },
    seed: 1,
  },
}
const SHORT = { seconds: 0.1, rate: 0 }

const support = uringSupport()
const folder = mkdtempSync(join(tmpdir(), 'pelikan-loadgen-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const servers: Server[] = []
const generators: LoadThreads[] = []
afterEach(async () => {
  await Promise.all(generators.splice(0).map((threads) => threads.stop()))
  for (const server of servers.splice(0)) server.close()
})

async function threadsFor(spec: LoadSpec): Promise<LoadThreads> {
  const threads = await LoadThreads.start(spec)
  generators.push(threads)
  return threads
}

/** A server of a few lines. */
async function serve(at: ListenOptions, talk: (socket: Socket) => void): Promise<LoadTarget> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    talk(socket)
  })
  servers.push(server)
  await once(server.listen(at), 'listening')
  const address = server.address()
  const target: Target =
    typeof address === 'string'
      ? { path: address }
      : { host: at.host!, port: (address as { readonly port: number }).port }
  return targetAt(target)
}

function targetAt(target: Target): LoadTarget {
  return { target, cpuTime: () => ({ user: 0, system: 0 }) }
}

/** Answers every ping. */
function answer(socket: Socket): void {
  let half = 0
  socket.on('data', (bytes) => {
    const whole = half + bytes.length
    socket.write(PONG.repeat(Math.floor(whole / PONG.length)))
    half = whole % PONG.length
  })
}

describe('auto', () => {
  it('takes io_uring where the system allows it, and node:net elsewhere', async () => {
    expect((await threadsFor(SPEC)).transport).toBe(support.ok ? 'uring' : 'net')
  })
})

it.skipIf(support.ok)('uring says why it cannot be used', async () => {
  await expect(threadsFor({ ...SPEC, transport: 'uring' })).rejects.toMatchObject({
    code: 'PELIKAN_LOAD_INVALID_OPTION',
    message: expect.stringContaining('the transport uring cannot be used: '),
  })
})

describe('net', () => {
  suite('net')
})
describe.skipIf(!support.ok)(`uring${support.ok ? '' : ` (${support.reason})`}`, () => {
  suite('uring')
})

function suite(transport: TransportName): void {
  const ping: LoadSpec = { ...SPEC, transport }

  it.each([
    { host: '127.0.0.1', port: 0 },
    { host: '::1', port: 0 },
    { path: join(folder, `${transport}.sock`) },
  ])('loads a server at %o in a closed loop, phase after phase', async (address) => {
    const load = await serve(address, answer)
    const threads = await threadsFor({ ...ping, pipeline: 4 })
    expect(threads.transport).toBe(transport)
    for (let phase = 0; phase < 3; phase++) {
      const { latency, requests } = await measureLoad(threads, load, SHORT)
      expect(requests).toBeGreaterThan(0)
      expect(latency.p50).toBeGreaterThan(0)
    }
  })

  it('sends at the rate that was asked for, and no request twice', async () => {
    let asked = 0
    const load = await serve({ host: '127.0.0.1', port: 0 }, (socket) => {
      answer(socket)
      socket.on('data', (bytes) => (asked += bytes.length / PONG.length))
    })
    const threads = await threadsFor(ping)
    const { requests, unsent } = await measureLoad(threads, load, { seconds: 0.2, rate: 1000 })
    expect(requests + unsent).toBe(200)
    expect(asked).toBeCloseTo(requests)
  })

  it('takes replies that come in pieces', async () => {
    const load = await serve({ host: '127.0.0.1', port: 0 }, (socket) => {
      socket.setNoDelay(true)
      socket.on('data', (bytes) => {
        const replies = PONG.repeat(bytes.length / PONG.length)
        socket.write(replies.slice(0, 1))
        setImmediate(() => socket.write(replies.slice(1)))
      })
    })
    const threads = await threadsFor({ ...ping, pipeline: 3 })
    expect((await measureLoad(threads, load, SHORT)).requests).toBeGreaterThan(0)
  })

  it('fails where the server closes a connection', async () => {
    let left = 100
    const load = await serve({ host: '127.0.0.1', port: 0 }, (socket) => {
      socket.on('data', () => (left-- > 0 ? socket.write(PONG) : socket.destroy()))
    })
    const threads = await threadsFor(ping)
    await expect(measureLoad(threads, load, { seconds: 10, rate: 0 })).rejects.toMatchObject({
      code: 'PELIKAN_LOAD_DISCONNECTED',
    })
  })

  it('fails where nobody listens', async () => {
    const threads = await threadsFor(ping)
    const nobody = targetAt({ path: join(folder, 'nobody') })
    await expect(measureLoad(threads, nobody, SHORT)).rejects.toMatchObject({
      code: 'PELIKAN_LOAD_UNREACHABLE',
      message: expect.stringContaining('ENOENT'),
    })
  })

  describe('with a memcache server', () => {
    let server: ServerProcess
    beforeAll(async () => {
      const probe = { request: 'version\r\n', reply: 'VERSION ' }
      server = await ServerProcess.start({ command: TWEMCACHE, probe })
    })
    afterAll(() => server.stop())

    /** Fill the server, load it, and expect that no key is missing. */
    async function loaded(memcache: Partial<MemcacheLoad>, spec: Partial<LoadSpec> = {}) {
      const both = { ...ping, ...spec, memcache: { ...SPEC.memcache, ...memcache } }
      const threads = await threadsFor({ ...both, protocol: 'memcache' })
      await fill(threads, server)
      const result = await measureLoad(threads, server, SHORT)
      expect(result.requests).toBeGreaterThan(0)
      expect(result.misses).toBe(0)
    }

    it('loads it from several threads', async () => {
      const get = { command: 'get', keys: 1, weight: 1 } as const
      const set = { command: 'set', keys: 1, weight: 1 } as const
      await loaded({ mix: [get, set], zipf: 1 }, { threads: 2, pipeline: 16 })
    })

    it('carries values that no buffer of a socket holds, both ways', async () => {
      const mix = [
        { command: 'set', keys: 1, weight: 1 },
        { command: 'get', keys: 1, weight: 1 },
        { command: 'get', keys: 10, weight: 1 },
      ] as const
      await loaded({ keys: 50, values: { kind: 'fixed', bytes: 900_000 }, mix }, { pipeline: 4 })
    })

    it('opens a thousand connections', async () => {
      await loaded({}, { connections: 1000 })
    })
  })
}
