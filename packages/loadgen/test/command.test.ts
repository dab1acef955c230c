/** The command as it is used: against real servers, in processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NO_MEMCACHED, memcachedPath } from '@pelikan/testkit'
import { afterAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url))
const TWEMCACHE = `node ${EXAMPLES}/twemcache/src/main.ts -p {port} -m 256`
const PINGSERVER = `node ${EXAMPLES}/pingserver/src/main.ts --server-port {port}`
const MEMCACHED = `memcached -l 127.0.0.1 -t 1 -p {port} -m 256${process.getuid?.() === 0 ? ' -u root' : ''}`
/** Little enough that a test is short. */
const SHORT = ['-d', '200ms', '--warm-up', '0', '-k', '500', '-c', '8']

const folder = mkdtempSync(join(tmpdir(), 'pelikan-loadgen-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function launch(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => (stdout += String(text)))
  child.stderr.on('data', (text) => (stderr += String(text)))
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
  }))
  return { child, ended }
}

function run(...args: readonly string[]): Promise<Ended> {
  return launch(args).ended
}

/** The first comparison of what `--json -` printed. */
function comparisonOf({ code, stderr, stdout }: Ended) {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout).comparisons[0]
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

/** A server of a few lines, for what real ones do not do. */
async function serve(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    talk(socket)
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return String((server.address() as AddressInfo).port)
}

// Beside each other: most of each is the start of two programs.
describe.concurrent('pelikan-loadgen', () => {
  it('loads pingserver in a closed loop', async () => {
    const ended = await run('--protocol', 'ping', '--server', PINGSERVER, ...SHORT, '--json', '-')
    const { sides, transport } = comparisonOf(ended)
    const [result] = sides[0].rounds
    expect(transport).toMatch(/net|uring/u)
    expect(result.requests).toBeGreaterThan(0)
    expect(result.keys).toBe(result.requests)
    expect(result.misses).toBe(0)
    expect(result.latency.p50).toBeLessThanOrEqual(result.latency.p9999)
    expect(result.latency.max).toBeGreaterThan(0)
    if (process.platform === 'linux') expect(result.cpuMicros).not.toBeNull()
  })

  it('loads twemcache with every command, from two threads, and every reply is right', async () => {
    const mix = 'get=30,get:10=5,set=20,add=10,replace=10,delete=10,touch=5,incr=8,decr=2'
    const load = ['--mix', mix, '-t', '2', '-P', '4', '--zipf', '1', '--ttl', '30-90']
    const sizes = ['--value', 'lognormal:200,1,8k']
    const ended = await run('--server', TWEMCACHE, ...SHORT, ...load, ...sizes, '--json', '-')
    const [result] = comparisonOf(ended).sides[0].rounds
    expect(result.keys).toBeGreaterThan(result.requests)
    expect(result.misses).toBeGreaterThan(0)
    expect(result.refused).toBeGreaterThan(0)
  })

  it('loads in an open loop at the rate that was asked for', async () => {
    const ended = await run('--server', TWEMCACHE, ...SHORT, '-r', '500', '--json', '-')
    const [result] = comparisonOf(ended).sides[0].rounds
    // 0.2 s of 500 requests/s: all of them, answered or not.
    expect(result.requests + result.unsent).toBe(100)
  })

  it('loads at a Unix socket, writes results, and says how it goes', async () => {
    const path = join(folder, 'server.sock')
    const server = spawn(process.execPath, [`${EXAMPLES}/twemcache/src/main.ts`, '-s', path])
    await once(server.stdout, 'data')
    try {
      const files = ['--json', join(folder, 'new/a.json'), '--svg', join(folder, 'a.svg')]
      const long = ['-d', '1200ms', '-k', '500', '--warm-up', '0', '-c', '2']
      const ended = await run('-s', path, ...long, ...files, '--progress', '--pid', `${server.pid}`)
      expect(ended.code).toBe(0)
      expect(ended.stdout).toMatch(/^p9999 us +\d+$/mu)
      expect(ended.stderr).toMatch(/server\.sock: round 1 of 1, [1-9]\d* requests\/s\n/u)
      expect(
        JSON.parse(readFileSync(join(folder, 'new/a.json'), 'utf8')).machine.cores,
      ).toBeGreaterThan(0)
      expect(readFileSync(join(folder, 'a.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/su)
    } finally {
      server.kill()
      await once(server, 'exit')
    }
  })

  it('takes a protocol from a module', async () => {
    const port = await serve((socket) => socket.on('data', (bytes) => socket.write(bytes)))
    const module = fileURLToPath(new URL('echo-codec.ts', import.meta.url))
    const ended = await run('--protocol', module, '-p', port, ...SHORT, '--json', '-')
    expect(comparisonOf(ended).sides[0].rounds[0].requests).toBeGreaterThan(0)
  })

  describe.skipIf(memcachedPath() === undefined)(`with memcached (${NO_MEMCACHED})`, () => {
    it('compares two servers in turns', async () => {
      const ended = await run('--server', TWEMCACHE, '--vs', MEMCACHED, ...SHORT, '--rounds', '2')
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      const [, , head, first] = ended.stdout.split('\n')
      expect(head.trim().split(/\s{2,}/u)).toEqual(['twemcache', 'memcached', 'ratio'])
      expect(first).toMatch(
        /^thousand requests\/s( +\d+\.\d \(\d+\.\d-\d+\.\d\)){2} +\d+\.\d\d \(\d+\.\d\d-\d+\.\d\d\)$/u,
      )
    })

    it('sweeps rates up to the peak', async () => {
      const json = join(folder, 'sweep.json')
      const svg = join(folder, 'sweep.svg')
      const files = ['--json', json, '--svg', svg]
      const ended = await run('--server', MEMCACHED, '--sweep', ...SHORT, ...files)
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      const [side] = JSON.parse(readFileSync(json, 'utf8')).sweep.sides
      const shares = side.steps.map(({ share }: { share: number }) => Math.round(share * 100))
      expect(shares).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
      expect(ended.stdout).toContain('of peak')
      expect(existsSync(svg)).toBe(true)
    })
  })

  describe('fails, with the reason,', () => {
    it('where nobody listens', async () => {
      const ended = await run('-p', '1', ...SHORT)
      expect(ended).toMatchObject({ code: 1, stdout: '' })
      expect(ended.stderr).toMatch(
        /^pelikan-loadgen: cannot connect to 127\.0\.0\.1:1: .*ECONNREFUSED/u,
      )
    })

    it('where an option is wrong', async () => {
      expect(await run('--rate', 'many')).toMatchObject({ code: 2, stdout: '' })
    })

    it('where a reply is wrong', async () => {
      const port = await serve((socket) => socket.on('data', () => socket.write('PANG\r\n')))
      const ended = await run('--protocol', 'ping', '-p', port, ...SHORT)
      expect(ended).toEqual({
        code: 1,
        stdout: '',
        stderr:
          String.raw`pelikan-loadgen: wrong reply: expected "PONG\r\n", got "PANG\r\n"` + '\n',
      })
    })

    it('where the server goes away in the middle', async () => {
      let left = 10
      const port = await serve((socket) => {
        socket.on('data', () => (left-- > 0 ? socket.write('PONG\r\n') : socket.destroy()))
      })
      const ended = await run('--protocol', 'ping', '-p', port, ...SHORT)
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain('a connection ended: ')
    })

    it('where a server that was started dies in the middle', async () => {
      const dying = `require('node:net').createServer(s => s.on('data', () => --left ? s.write('PONG\\r\\n') : process.exit(7))).listen({port}); let left = 10`
      const ended = await run('--protocol', 'ping', '--server', `node -e "${dying}"`, ...SHORT)
      expect(ended.code).toBe(1)
      expect(ended.stderr).toMatch(/the server at port \d+ ended with code 7: a connection ended/u)
    })

    it.each([
      ['no-such-program {port}', 'there is no program "no-such-program"'],
      [
        `node --eval "console.error('no luck'); process.exit(3) // {port}"`,
        'it ended with code 3\nno luck',
      ],
    ])('where the server %s does not start', async (command, message) => {
      const ended = await run('--server', command, ...SHORT)
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain(message)
    })

    it('where results cannot be written', async () => {
      const svg = join(folder, 'nowhere/a.svg')
      const ended = await run('--protocol', 'ping', '--server', PINGSERVER, ...SHORT, '--svg', svg)
      expect(ended.code).toBe(1)
      expect(ended.stderr).toContain('cannot write results')
      // What was measured is not lost.
      expect(ended.stdout).toContain('thousand requests/s')
    })
  })

  describe.skipIf(process.platform !== 'linux')('leaves no server behind', () => {
    it.each([
      ['SIGINT', 130],
      ['SIGTERM', 130],
      ['SIGKILL', null],
    ] as const)('on %s', async (signal, code) => {
      // The server says its own number, through a shell that is to end with it.
      const file = join(folder, `pid-${signal}`)
      const command = `sh -c "echo $$ > ${file}; node ${EXAMPLES}/pingserver/src/main.ts --server-port {port}; true"`
      const { child, ended } = launch([
        '--protocol',
        'ping',
        '--server',
        command,
        '-d',
        '60',
        '--progress',
      ])
      await once(child.stderr!, 'data')
      const pid = Number(readFileSync(file, 'utf8'))
      child.kill(signal)
      expect((await ended).code).toBe(code)
      await vanished(pid)
    })
  })
})

/** Resolves when nothing of a process group is left. */
async function vanished(group: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-group, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
