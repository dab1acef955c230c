/** Every way in which a process ends, as whoever started it sees it: code, words, and that it ends in time. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@pelikan/testkit'
import { afterEach, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('line-main.ts', import.meta.url))
/** Longer than a test may take: whatever is busy is so until it is ended. */
const FOR_EVER_MS = 60_000
/** Signals within a second of the first are the first. */
const ANOTHER_SIGNAL_MS = 1100

let server: RunningServer
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.stop('SIGKILL')
})

async function start(threads: number): Promise<void> {
  server = await startServer({
    command: process.execPath,
    // A heap that is full soon.
    args: (port) => ['--max-old-space-size=64', MAIN, String(port), String(threads)],
    ready: /ready/,
    startTimeoutMs: 18_000,
  })
}

async function client(): Promise<Socket> {
  const socket = connect(server.port, server.host)
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, line: string): Promise<string> {
  socket.write(`${line}\n`)
  const [answer] = await once(socket, 'data')
  return String(answer).trimEnd()
}

/** A client of each of two threads; on one thread, the same twice. */
async function clients(threads: number): Promise<[Socket, Socket]> {
  const first = await client()
  const thread = await ask(first, 'where')
  for (;;) {
    const second = await client()
    if (threads < 2 || (await ask(second, 'where')) !== thread) return [first, second]
  }
}

describe.each([
  ['one worker on the main thread', 0],
  ['one worker thread', 1],
  ['two worker threads', 2],
])('a process of %s', (_, threads) => {
  it('ends with 0 after TERM, its clients answered', async () => {
    await start(threads)
    const [idle, busy] = await clients(threads)
    const ended = once(idle.resume(), 'end')
    let answers = ''
    busy.on('data', (bytes) => (answers += String(bytes)))
    busy.write('echo 1\n'.repeat(1000))
    await once(busy, 'data')
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    await ended
    expect(answers).toBe('1\n'.repeat(1000))
    expect(server.output()).toMatch(
      /lines: stopped after \d+\.\d s, \d+ connections, 1,\d+ requests\n$/,
    )
  })

  it('ends with 0 in time though a client does not read, and takes two signals at once as one', async () => {
    await start(threads)
    const [deaf] = await clients(threads)
    deaf.pause()
    deaf.write('bytes 20000000\n')
    await sleep(100)
    process.kill(server.pid, 'SIGTERM')
    await sleep(100)
    process.kill(server.pid, 'SIGTERM')
    expect(await server.ended).toEqual({ code: 0, signal: null })
  })
})

describe.each([
  ['one worker thread', 1, 'idle'],
  ['two worker threads', 2, 'idle'],
  ['two worker threads', 2, 'computing'],
])('a process of %s', (_, threads, other) => {
  describe(`of which the other is ${other}`, () => {
    /** A client of one of them. */
    async function startLoaded(): Promise<Socket> {
      await start(threads)
      const [one, two] = await clients(threads)
      if (other === 'computing') {
        two.write(`spin ${FOR_EVER_MS}\n`)
        await sleep(100)
      }
      return one
    }

    it('ends with 1 and says why when one of them throws', async () => {
      const one = await startLoaded()
      one.write('die\n')
      expect(await server.ended).toEqual({ code: 1, signal: null })
      expect(server.output()).toMatch(/^lines: worker lines [12] died: nobody catches this$/m)
      expect(server.output()).toContain('line-protocol.ts')
    })

    it('ends with 1 and says why when one of them has no memory', async () => {
      const one = await startLoaded()
      one.write('hoard\n')
      expect(await server.ended).toEqual({ code: 1, signal: null })
      expect(server.output()).toMatch(/^lines: worker lines [12] died: .*out of memory/im)
    })

    it('ends with 1 when the main thread throws', async () => {
      await startLoaded()
      process.kill(server.pid, 'SIGUSR2')
      expect((await server.ended).code).not.toBe(0)
      expect(server.output()).toContain('the main thread fails')
    })

    it('ends after TERM, all of it', async () => {
      await startLoaded()
      expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    })
  })
})

describe.each([1, 2])('a process of %d worker threads', (threads) => {
  it('ends at once with 130 when a second INT comes while a worker computes', async () => {
    await start(threads)
    const [one] = await clients(threads)
    one.write(`spin ${FOR_EVER_MS}\n`)
    await sleep(100)
    process.kill(server.pid, 'SIGINT')
    await sleep(ANOTHER_SIGNAL_MS)
    process.kill(server.pid, 'SIGINT')
    expect(await server.ended).toEqual({ code: 130, signal: null })
    expect(server.output()).toContain('lines: SIGINT again, stopped at once')
  })
})
