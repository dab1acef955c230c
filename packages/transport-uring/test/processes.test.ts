/** The transport in processes of its own: how they end, what they do without descriptors or io_uring. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { uringSupport } from '@pelikan/transport-uring'
import { soon } from '@pelikan/testkit'
import { afterEach, describe, expect, it } from 'vitest'

const SERVE = fileURLToPath(new URL('programs/serve.ts', import.meta.url))
const FORBIDDEN = fileURLToPath(new URL('programs/forbidden.ts', import.meta.url))

describe.runIf(uringSupport().ok)('a process on uring', () => {
  let child: ChildProcess
  const sockets: Socket[] = []
  afterEach(() => {
    child.kill('SIGKILL')
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  /** Start a server that ends like this; returns its port. */
  async function serve(how: string, limit?: number): Promise<number> {
    const limited = limit === undefined ? '' : `ulimit -n ${limit}; `
    const args = ['-c', `${limited}exec "$0" "$@"`, process.execPath, SERVE, how]
    child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const [port] = (await once(child.stdout!, 'data')) as [Buffer]
    return Number(String(port))
  }

  async function client(port: number): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  /** Keep the server busy: send again whatever comes back. */
  async function load(port: number): Promise<void> {
    for (let i = 0; i < 10; i++) {
      const socket = await client(port)
      socket.on('data', (bytes) => socket.write(bytes))
      socket.write(Buffer.alloc(1000, 'x'))
    }
  }

  const ways = {
    signal: 3,
    exit: 3,
    throw: 1,
    'thread-exit': 3,
    'thread-throw': 1,
    'thread-terminate': 3,
  }
  for (const [how, code] of Object.entries(ways)) {
    for (const busy of [false, true]) {
      it(`that is ${busy ? 'busy' : 'idle'} ends by ${how}`, async () => {
        const port = await serve(how)
        if (busy) await load(port)
        const socket = await client(port)
        // Long enough for the thread to be in its longest wait.
        await sleep(50)
        const ended = once(child, 'exit')
        if (how === 'signal') child.kill('SIGTERM')
        else socket.write('end')
        // Where it hangs, it hangs for ever, and the test's own time is over.
        expect(await ended).toEqual([code, null])
      })
    }
  }

  it('goes on without free descriptors, and accepts when there are some', async () => {
    const port = await serve('signal', 64)
    const answers = new Set<Socket>()
    const clients = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await client(port)
        socket.on('data', () => answers.add(socket))
        socket.write('hello')
        return socket
      }),
    )
    await soon(() => expect(answers.size).toBeGreaterThan(10))
    const served = [...answers]
    // Nobody else is, and those that are stay served.
    answers.clear()
    served[0].write('again')
    await soon(() => expect(answers.has(served[0])).toBe(true))
    expect(answers.size).toBeLessThan(50)
    for (const socket of served) socket.destroy()
    await soon(() => expect(answers.size).toBeGreaterThan(20))
    for (const socket of answers) if (clients.includes(socket)) socket.destroy()
    await soon(() => expect(new Set([...answers, ...served]).size).toBe(100))
  })

  it('holds less than 4 KiB for an idle connection', async () => {
    const port = await serve('signal')
    const ask = async (count: number) => {
      for (let left = count; left > 0; left -= 100) {
        const batch = Array.from({ length: 100 }, async () => {
          const socket = await client(port)
          socket.write('hello')
          await once(socket, 'data')
        })
        await Promise.all(batch)
      }
    }
    const resident = () => {
      const pages = readFileSync(`/proc/${child.pid}/statm`, 'latin1').split(' ')[1]
      return Number(pages) * 4096
    }
    await ask(1000)
    const before = resident()
    await ask(5000)
    expect((resident() - before) / 5000).toBeLessThan(4096)
  })

  it('is told by name what forbids io_uring', () => {
    const forbid = (errno: number) => {
      const args = ['--no-warnings', FORBIDDEN, String(errno)]
      const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      return JSON.parse(stdout) as unknown
    }
    const code = 'PELIKAN_URING_UNAVAILABLE'
    const reason = expect.stringContaining('seccomp') as string
    expect(forbid(1)).toEqual({ support: { ok: false, reason }, code })
    expect(forbid(38)).toEqual({ support: { ok: false, reason }, code })
  })
})
