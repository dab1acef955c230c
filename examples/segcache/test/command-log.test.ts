/** Logs and the text admin port of a running server with two threads: one server, from its start to its end. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, freePort } from '@pelikan/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { segcache, segcacheThreads, start } from './servers.ts'

const CONNECTIONS = 12
const LARGE = 200_000

/** Send `text`, and everything that comes back until the server closes. */
async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

describe('segcache with two threads, every command logged', () => {
  let folder: string
  let server: RunningServer
  let adminPort: number
  let sockets: Socket[]
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
    adminPort = await freePort()
    server = await start(segcacheThreads, [
      ...['--klog-file', join(folder, 'commands.log'), '--klog-sample', '1'],
      ...['--klog-interval', '20ms', '--debug-log-file', join(folder, 'server.log'), '-v'],
      ...['--admin-port', String(adminPort)],
    ])
    sockets = Array.from({ length: CONNECTIONS }, () => connect(server.port, '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await server.stop('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  /** What is in a command log, without the time. */
  const logged = (name = 'commands.log'): string[] =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "/)
        return line.slice(25)
      })

  async function stats(): Promise<Record<string, string>> {
    const answer = await talk(adminPort, 'stats\r\n')
    expect(answer).toMatch(/\r\nEND\r\n$/)
    return Object.fromEntries(
      [...answer.matchAll(/^STAT (\S+) (\S+)\r$/gm)].map(([, n, v]) => [n, v]),
    )
  }

  async function ask(socket: Socket, text: string, end: RegExp): Promise<void> {
    let answer = ''
    socket.write(text)
    while (!end.test(answer)) answer += String((await once(socket, 'data'))[0])
  }

  it('has a line for each, of both threads', async () => {
    await Promise.all(
      sockets.map(async (socket, i) => {
        await ask(socket, `set key${i} 0 0 2\r\nhi\r\nget key${i} none${i}\r\n`, /END\r\n$/)
        await ask(socket, `set big${i} 0 9 ${LARGE}\r\n${'v'.repeat(LARGE)}\r\n`, /STORED\r\n$/)
      }),
    )
    await expect.poll(async () => (await stats()).klog_logged).toBe(String(4 * CONNECTIONS))
    const expected = sockets.flatMap((_, i) => [
      `"set key${i} 0 0 2" 5 8`,
      `"get key${i}" 4 2`,
      `"get none${i}" 0 0`,
      `"set big${i} 0 9 ${LARGE}" 5 8`,
    ])
    expect(logged().toSorted()).toEqual(expected.toSorted())
    expect(await stats()).toMatchObject({ klog_discard: '0', klog_lost: '0', klog_skip: '0' })
  })

  it('tells the same by the text port as a client hears, and empties the storage from there', async () => {
    expect(await stats()).toMatchObject({
      pid: String(server.pid),
      set_stored: String(2 * CONNECTIONS),
      get_key_hit: String(CONNECTIONS),
    })
    expect(await talk(adminPort, 'flush_all\r\nversion\r\n')).toMatch(/^OK\r\nVERSION \S+\r\n$/)
    expect(await talk(server.port, 'get key0 key1 key2\r\n')).toBe('END\r\n')
    await expect.poll(async () => (await stats()).klog_logged).toBe(String(4 * CONNECTIONS + 3))
  })

  it('goes on in new files after HUP, once logrotate has moved the old ones away', async () => {
    for (const name of ['commands', 'server']) {
      renameSync(join(folder, `${name}.log`), join(folder, `${name}.moved`))
    }
    process.kill(server.pid, 'SIGHUP')
    const isThere = (name: string): string => readFileSync(join(folder, name), 'utf8')
    await expect.poll(() => isThere('server.log'), { timeout: 5000 }).toContain('SIGHUP')
    await ask(sockets[0], 'get after\r\n', /END\r\n$/)
    await expect.poll(() => logged()).toEqual(['"get after" 0 0'])
    expect(logged('commands.moved')).toHaveLength(4 * CONNECTIONS + 3)
  })

  it('has everything that was answered when the server has stopped', async () => {
    await Promise.all(
      sockets.map((socket, i) => ask(socket, `get last${i}\r\n`.repeat(20), /(?:END\r\n){20}$/)),
    )
    const closed = sockets.map((socket) => once(socket.resume(), 'close'))
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    await Promise.all(closed)
    const last = logged().filter((line) => line.startsWith('"get last'))
    expect(last).toHaveLength(20 * CONNECTIONS)
  })
})

it.each([
  ['--klog-file', 'cannot write the log /missing/x.log: there is no such directory'],
  ['--debug-log-file', 'cannot write the log /missing/x.log: there is no such directory'],
])('a file of %s that cannot be opened is a reason not to start', (flag, message) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [segcache.main, '-p', '0', '-t', '1', flag, '/missing/x.log'],
    { encoding: 'utf8', timeout: 20_000 },
  )
  expect(stderr).toBe(`segcache: ${message}\n`)
  expect(status).toBe(1)
})
