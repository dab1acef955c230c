/** The program as an operator meets it: what it prints, what it refuses, how it ends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningServer, freePort } from '@pelikan/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servers, start as startTested, twemcache } from './servers.ts'

const END_TIMEOUT_MS = 18_000

/** Send `text`, and everything that comes back until the server closes. */
async function talk(to: { port: number } | { path: string }, text: string): Promise<string> {
  const socket = connect(to)
  socket.end(text)
  return rest(socket)
}

async function rest(socket: Socket): Promise<string> {
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

/** How a program ended by itself, and what it printed. */
interface Ended {
  readonly status: number | null
  readonly stderr: string
}

/** Run a program to its end. */
async function run(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // One that starts in earnest must not stay.
    timeout: END_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  let stderr = ''
  child.stderr.on('data', (text) => (stderr += String(text)))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stderr }
}

type Start = (
  flags?: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<RunningServer>

// Beside each other: most of each is the start of a program.
describe.concurrent.each(servers)('$name', (tested) => {
  const { program: name, sized } = tested
  let folder: string
  /** For tests that leave it as it is. */
  let shared: RunningServer
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
    shared = await startTested(tested, ['-m', '128'])
  })
  afterAll(async () => {
    await shared.stop('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  /** Tests that start servers, which end with them. */
  const test = it.extend<{ start: Start }>({
    // oxlint-disable-next-line eslint/no-empty-pattern -- vitest reads here what it is made of: nothing
    start: async ({}, use) => {
      const running: RunningServer[] = []
      await use(async (flags, env) => {
        const server = await startTested(tested, flags, env)
        running.push(server)
        return server
      })
      await Promise.all(running.map((server) => server.stop('SIGKILL')))
    },
  })

  const runTested = (...args: string[]) => run(tested.main, ...tested.flags, ...args)

  test('is stopped by a client where -A allows it, and answers what came before', async ({
    start,
  }) => {
    const server = await start(['-A'])
    const answer = await talk(
      { port: server.port },
      'shutdown nonsense\r\nset a 0 0 1\r\n1\r\nshutdown graceful\r\n',
    )
    expect(answer).toBe('CLIENT_ERROR invalid shutdown mode\r\nSTORED\r\n')
    expect(await server.ended).toEqual({ code: 0, signal: null })
  })

  describe('start', () => {
    it('says where it listens, with how much memory, how to talk to it and how to stop it', () => {
      const printed = shared.output().trimEnd().split('\n')
      // Where io_uring cannot be used, the log says so.
      const [head, ...lines] = printed.filter((line) => !line.startsWith('{'))
      expect(head).toMatch(new RegExp(`^${name} \\S+ listens at 127.0.0.1:${shared.port}$`))
      expect(lines.join('\n')).toContain('128MB for items')
      expect(lines.join('\n')).toContain(`threads  ${tested.threads}`)
      expect(lines.join('\n')).toContain(`nc 127.0.0.1 ${shared.port}`)
      expect(lines.join('\n')).toContain(`kill ${shared.pid}`)
    })

    it('answers what its first lines say to try', async () => {
      const command = /try +(.+)/.exec(shared.output())?.[1] ?? ''
      const [, text] = /^printf '(.+)' \| nc/.exec(command) ?? []
      const answer = await talk(shared, text.replaceAll('\\r\\n', '\r\n'))
      expect(answer).toBe('STORED\r\nVALUE hello 0 5\r\nworld\r\nEND\r\n')
    })

    test('takes settings from a file, the environment and flags', async ({ start }) => {
      const file = join(folder, `${name}.toml`)
      writeFileSync(file, sized.file)
      const server = await start([file], sized.env)
      const answer = await talk(server, 'stats settings\r\nquit\r\n')
      expect(answer).toContain(`STAT maxbytes ${96 * 1024 * 1024}\r\n`)
      expect(answer).toContain(`STAT item_size_max ${4 * 1024 * 1024}\r\n`)
      expect(answer).toContain(`STAT tcpport ${server.port}\r\n`)
    })
  })

  describe('refusals are one message and exit code 1', () => {
    it('a port in use', async () => {
      const { status, stderr } = await runTested('-p', String(shared.port))
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr:
          `${name}: cannot listen at 127.0.0.1:${shared.port}: another process listens there; ` +
          'stop it or choose another address\n',
      })
      expect(await talk(shared, 'get a\r\n')).toBe('END\r\n')
    })

    test('a Unix socket that one listens at', async ({ start }) => {
      const path = join(folder, 'cache.sock')
      const server = await start(['-s', path])
      expect(server.output()).toContain(`listens at ${path}`)
      const { status, stderr } = await runTested('-s', path)
      expect(status).toBe(1)
      expect(stderr).toBe(
        `${name}: cannot listen at ${path}: another process listens there; ` +
          'stop it or choose another address\n',
      )
      expect(await talk({ path }, 'get a\r\n')).toBe('END\r\n')
    })

    it('an address that is not of this machine', async () => {
      const { status, stderr } = await runTested('-l', '192.0.2.1', '-p', '0')
      expect(status).toBe(1)
      expect(stderr).toBe(
        `${name}: cannot listen at 192.0.2.1:0: this machine has no such address\n`,
      )
    })
  })

  describe('connections', () => {
    test('over the limit are told so and closed', async ({ start }) => {
      const server = await start(['-c', '2'])
      const kept = [connect(server.port), connect(server.port)]
      for (const socket of kept) {
        socket.write('get a\r\n')
        await once(socket, 'data')
      }
      expect(await rest(connect(server.port))).toBe('ERROR Too many open connections\r\n')
      kept[0].write('stats\r\n')
      const [stats] = await once(kept[0], 'data')
      expect(String(stats)).toContain('STAT rejected_connections 1\r\n')
      expect(String(stats)).toContain('STAT curr_connections 2\r\n')
      for (const socket of kept) socket.destroy()
    })
  })

  describe('signals', () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      test(`${signal} answers what has arrived, says what was done and ends with 0`, async ({
        start,
      }) => {
        const server = await start()
        const socket = connect(server.port)
        socket.write('get a\r\n')
        await once(socket, 'data')
        const answer = rest(socket)
        socket.write('set k 0 0 1\r\nx\r\nget k\r\n')
        // Written on this machine: a moment later it has arrived.
        await sleep(20)
        const exit = await server.stop(signal)
        expect(await answer).toBe('STORED\r\nVALUE k 0 1\r\nx\r\nEND\r\n')
        expect(exit).toEqual({ code: 0, signal: null })
        expect(server.output().trimEnd().split('\n').at(-1)).toMatch(
          new RegExp(`^${name}: stopped after \\d+\\.\\d s, 1 connection, 3 requests$`),
        )
      })
    }

    test('that come several at once are one', async ({ start }) => {
      const server = await start()
      for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const)
        process.kill(server.pid, signal)
      expect(await server.ended).toEqual({ code: 0, signal: null })
      expect(server.output().match(/stopped/g)).toHaveLength(1)
    })

    test('that come again later end the server at once', async ({ start }) => {
      const server = await start()
      const stuck = connect(server.port)
      stuck.on('error', () => {})
      stuck.pause()
      const value = 'x'.repeat(1_000_000)
      stuck.write(`set big 0 0 ${value.length}\r\n${value}\r\n${'get big\r\n'.repeat(50)}`)
      await sleep(300)
      process.kill(server.pid, 'SIGTERM')
      await sleep(1200)
      process.kill(server.pid, 'SIGTERM')
      expect(await server.ended).toEqual({ code: 143, signal: null })
      expect(server.output()).toContain(`${name}: SIGTERM again, stopped at once`)
      stuck.destroy()
    })

    test('leave the port free', async ({ start }) => {
      const port = await freePort()
      for (let i = 0; i < 2; i++) {
        const server = await start(['-p', String(port)])
        await server.stop('SIGTERM')
      }
    })
  })
})

it('twemcache refuses more threads than its storage can be shared by', async () => {
  const { status, stderr } = await run(twemcache.main, '-p', '0', '-t', '4')
  expect(status).toBe(1)
  expect(stderr).toBe(
    'twemcache: flag -t: worker.threads = "4": must be 1: the hashmap storage cannot be shared ' +
      'between threads\n',
  )
})
