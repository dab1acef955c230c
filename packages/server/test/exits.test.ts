/** Every way in which a process ends, as whoever started it sees it: code, words, and that it ends in time. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@pelikan/testkit'
import { chooseTransport } from '@pelikan/transport-auto'
import { afterAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('line-main.ts', import.meta.url))
/** Longer than a test may take: whatever is busy is so until it is ended. */
const FOR_EVER_MS = 60_000
/** Signals within a second of the first are the first. */
const ANOTHER_SIGNAL_MS = 1100
/** The fastest that works here. */
const FAST = chooseTransport('auto').name

const running: RunningServer[] = []
afterAll(() => Promise.all(running.map((server) => server.stop('SIGKILL'))))

/** A server of its own for each test: most of a test's time is its start, so they run beside each other. */
class Lines {
  readonly server: RunningServer
  readonly #threads: number

  private constructor(server: RunningServer, threads: number) {
    this.server = server
    this.#threads = threads
  }

  static async start(threads: number, transport: string): Promise<Lines> {
    const server = await startServer({
      command: process.execPath,
      args: (port) => [
        // A heap that is full soon.
        '--max-old-space-size=64',
        MAIN,
        ...[port, threads, transport].map(String),
      ],
      ready: /ready/,
      startTimeoutMs: 18_000,
    })
    running.push(server)
    return new Lines(server, threads)
  }

  /** It, and a client of one of its workers; the other one is `busy` like this. */
  static async startAnd(
    busy: 'idle' | 'computing' | 'serving',
    threads: number,
    transport: string,
  ): Promise<[Lines, Socket]> {
    const lines = await Lines.start(threads, transport)
    const [one, two] = await lines.clients()
    if (busy === 'computing') {
      two.write(`spin ${FOR_EVER_MS}\n`)
      await sleep(100)
    }
    if (busy === 'serving') await lines.#load()
    return [lines, one]
  }

  async #client(): Promise<Socket> {
    const socket = connect(this.server.port, this.server.host)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  /** A client of each of two threads; on one thread, the same twice. */
  async clients(): Promise<[Socket, Socket]> {
    const first = await this.#client()
    const thread = await ask(first, 'where')
    for (;;) {
      const second = await this.#client()
      if (this.#threads < 2 || (await ask(second, 'where')) !== thread) return [first, second]
    }
  }

  /** Clients that never stop to ask. */
  async #load(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      const socket = await this.#client()
      socket.on('data', () => socket.write('echo again\n'.repeat(20)))
      socket.write('echo\n')
    }
  }
}

// With each end, threads and transports meet in pairs: 0 threads is one worker on the main thread.

describe.concurrent('a process ends with 0 after TERM', () => {
  const processes = [
    [0, 'net'],
    [0, FAST],
    [2, 'net'],
    [2, FAST],
  ] as const
  it.each(processes)('its clients answered, on %d threads on %s', async (threads, transport) => {
    const lines = await Lines.start(threads, transport)
    const [idle, busy] = await lines.clients()
    const ended = once(idle.resume(), 'end')
    let answers = ''
    busy.on('data', (bytes) => (answers += String(bytes)))
    busy.write('echo 1\n'.repeat(1000))
    await once(busy, 'data')
    expect(await lines.server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    await ended
    expect(answers).toBe('1\n'.repeat(1000))
    expect(lines.server.output()).toMatch(
      /lines: stopped after \d+\.\d s, \d+ connections, 1,\d+ requests\n$/,
    )
  })

  const deaf = [
    [0, FAST],
    [1, 'net'],
    [2, FAST],
  ] as const
  it.each(deaf)(
    'in time though a client does not read, and takes two at once as one, on %d threads on %s',
    async (threads, transport) => {
      const lines = await Lines.start(threads, transport)
      const [client] = await lines.clients()
      client.pause()
      client.write('bytes 20000000\n')
      await sleep(100)
      process.kill(lines.server.pid, 'SIGTERM')
      await sleep(100)
      process.kill(lines.server.pid, 'SIGTERM')
      expect(await lines.server.ended).toEqual({ code: 0, signal: null })
    },
  )

  it.each(['net', FAST])('though one of its threads computes, on %s', async (transport) => {
    const [lines] = await Lines.startAnd('computing', 2, transport)
    expect(await lines.server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

describe.concurrent('a process ends at once with 130 when a second INT comes', () => {
  it.each([
    [1, 'net'],
    [2, FAST],
  ] as const)('while one of %d threads on %s computes', async (threads, transport) => {
    const lines = await Lines.start(threads, transport)
    const [one] = await lines.clients()
    one.write(`spin ${FOR_EVER_MS}\n`)
    await sleep(100)
    process.kill(lines.server.pid, 'SIGINT')
    await sleep(ANOTHER_SIGNAL_MS)
    process.kill(lines.server.pid, 'SIGINT')
    expect(await lines.server.ended).toEqual({ code: 130, signal: null })
    expect(lines.server.output()).toContain('lines: SIGINT again, stopped at once')
  })
})

describe.concurrent('a process ends with 1 and says why', () => {
  it.each([
    ['idle', 1, FAST],
    ['idle', 2, 'net'],
    ['computing', 2, FAST],
    ['serving', 2, FAST],
    ['serving', 2, 'net'],
  ] as const)(
    'when a worker beside one that is %s throws, of %d on %s',
    async (busy, threads, transport) => {
      const [{ server }, one] = await Lines.startAnd(busy, threads, transport)
      one.write('die\n')
      expect(await server.ended).toEqual({ code: 1, signal: null })
      expect(server.output()).toMatch(/^lines: worker lines [12] died: nobody catches this$/m)
      expect(server.output()).toContain('line-protocol.ts')
    },
  )

  it.each([
    ['idle', 1, 'net'],
    ['computing', 2, FAST],
  ] as const)(
    'when a worker beside one that is %s has no memory, of %d on %s',
    async (busy, threads, transport) => {
      const [{ server }, one] = await Lines.startAnd(busy, threads, transport)
      one.write('hoard\n')
      expect(await server.ended).toEqual({ code: 1, signal: null })
      expect(server.output()).toMatch(/^lines: worker lines [12] died: .*out of memory/im)
    },
  )

  it.each([
    ['idle', 0, FAST],
    ['serving', 0, 'net'],
    ['serving', 0, FAST],
    ['idle', 2, FAST],
    ['computing', 2, 'net'],
    ['computing', 2, FAST],
    ['serving', 2, FAST],
  ] as const)(
    'when the main thread throws beside a worker that is %s, of %d on %s',
    async (busy, threads, transport) => {
      const [{ server }] = await Lines.startAnd(busy, threads, transport)
      process.kill(server.pid, 'SIGUSR2')
      // Node.js has its own code for a handler of a signal that throws.
      expect((await server.ended).code).not.toBe(0)
      expect(server.output()).toContain('the main thread fails')
    },
  )
})

async function ask(socket: Socket, line: string): Promise<string> {
  socket.write(`${line}\n`)
  const [answer] = await once(socket, 'data')
  return String(answer).trimEnd()
}
