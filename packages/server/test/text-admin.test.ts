/** The text admin port over a real socket: what it answers, and what a client can take. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { PingParser, PingResponse } from '@pelikan/protocol-ping'
import {
  type Process,
  ProcessBuilder,
  TextAdmin,
  type TextAdminLimits,
  defineParts,
  startTextAdmin,
  textAdminMetrics,
} from '@pelikan/server'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let cleared = 0
class Cleared extends Noop {
  override clear(): void {
    cleared++
  }
}

const parts = defineParts({
  name: 'ping',
  storage: () => new Cleared(),
  parser: () => new PingParser(),
  response: () => new PingResponse(),
  execute: (_storage, context) => new PingStore(context),
  transport: (context) => new NetTransport(context),
  metrics: [pingMetrics, netMetrics],
})

let server: Process
let close: () => Promise<void>
let port: number
const sockets: Socket[] = []

beforeEach(async () => {
  cleared = 0
  server = new ProcessBuilder(parts, { listen: [{ host: '127.0.0.1', port: 0 }] }).spawn()
  await server.listening
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await close()
  await server.stop()
})

/** Listen, with limits of its own where a test is about them. */
async function start(limits?: Partial<TextAdminLimits>): Promise<void> {
  const at = { host: '127.0.0.1', port: 0 }
  if (limits === undefined) {
    const admin = await startTextAdmin(server, at, '1.2.3')
    close = admin.close
    port = 'port' in admin.address ? admin.address.port : 0
    return
  }
  const { metrics } = server
  const admin = new TextAdmin({
    ...at,
    version: '1.2.3',
    metrics,
    refresh: () => {},
    clear: () => server.clear(),
    counted: metrics.bind(textAdminMetrics),
    limits,
  })
  close = () => admin.close()
  const address = await admin.listen()
  port = 'port' in address ? address.port : 0
}

function open(): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  return socket
}

/** Everything that is answered to `text`, until the connection closes. */
async function ask(text: string): Promise<string> {
  const socket = open()
  let answer = ''
  socket.on('data', (bytes) => (answer += String(bytes)))
  socket.write(text)
  await once(socket, 'close')
  return answer
}

const refused = (): number => server.metrics.read(textAdminMetrics.refused)

describe('the text admin port', () => {
  it('answers a line each, until it is told to quit', async () => {
    await start()
    const answer = await ask(
      'version\r\n  version \nflush_all\r\nnothing\r\n\r\nquit\r\nversion\r\n',
    )
    expect(answer.split('\r\n')).toEqual([
      'VERSION 1.2.3',
      'VERSION 1.2.3',
      'OK',
      'ERROR no such command; help lists what there is',
      'ERROR no such command; help lists what there is',
      '',
    ])
    expect(server.metrics.read(textAdminMetrics.requests)).toBe(6)
    expect(refused()).toBe(0)
  })

  it('tells every metric, those of the process too', async () => {
    await start()
    const lines = (await ask('stats\r\nquit\r\n')).split('\r\n')
    expect(lines.slice(-2)).toEqual(['END', ''])
    const stats = lines.slice(0, -2)
    for (const line of stats) expect(line).toMatch(/^STAT [a-z]\w+ [\d.e+-]+$/)
    expect(stats).toEqual(stats.toSorted())
    expect(stats).toContain(`STAT pid ${process.pid}`)
    expect(stats).toContain('STAT ping 0')
    expect(stats).toContain('STAT admin_request_parse 1')
  })

  it('empties the storage before it says so', async () => {
    await start()
    const socket = open()
    socket.write('flush_all\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toBe('OK\r\n')
    expect(cleared).toBe(1)
  })

  it('says what there is', async () => {
    await start()
    const answer = await ask('help\r\nquit\r\n')
    for (const command of ['stats', 'version', 'flush_all', 'quit'])
      expect(answer).toContain(command)
    expect(answer).toMatch(/END\r\n$/)
  })

  it('takes a line that comes in pieces', async () => {
    await start()
    const socket = open()
    await once(socket, 'connect')
    for (const piece of ['ver', 'sion', '\r', '\nver']) {
      socket.write(piece)
      await new Promise(setImmediate)
    }
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toBe('VERSION 1.2.3\r\n')
  })

  it.each([
    ['without an end', 'x'.repeat(2000)],
    ['with one', `${'x'.repeat(2000)}\r\n`],
  ])('refuses a line that is too long, %s, and serves on', async (_, text) => {
    await start()
    expect(await ask(text)).toBe('ERROR a line has at most 1024 bytes\r\n')
    expect(refused()).toBe(1)
    expect(await ask('version\r\nquit\r\n')).toBe('VERSION 1.2.3\r\n')
  })

  it('obeys nothing that a page makes a browser send', async () => {
    await start()
    const request = 'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 11\r\n\r\nflush_all\r\n'
    expect(await ask(request)).toBe('ERROR this is not the HTTP port\r\n')
    expect(cleared).toBe(0)
    expect(refused()).toBe(1)
  })

  it('closes a client that is silent, and one that does not finish its line', async () => {
    await start({ idleMs: 30, requestMs: 60_000 })
    expect(await ask('version\r\n')).toBe('VERSION 1.2.3\r\n')
    await close()
    await start({ idleMs: 60_000, requestMs: 30 })
    expect(await ask('version\r\nvers')).toBe('VERSION 1.2.3\r\n')
    expect(refused()).toBe(2)
  })

  it('keeps no answers for a client that does not read, and closes it', async () => {
    await start({ idleMs: 60_000, requestMs: 100 })
    const socket = open()
    socket.pause()
    const asked = 20_000
    socket.write('stats\r\n'.repeat(asked))
    await expect.poll(refused, { timeout: 10_000 }).toBe(1)
    // What the network and one buffer hold was answered, and not all.
    expect(server.metrics.read(textAdminMetrics.requests)).toBeLessThan(asked / 2)
  })

  it('answers everything to a client that reads slowly and has closed its end', async () => {
    await start()
    const socket = open()
    const asked = 300
    socket.end('stats\r\n'.repeat(asked))
    let answer = ''
    socket.on('data', (bytes) => {
      answer += String(bytes)
      socket.pause()
      setImmediate(() => socket.resume())
    })
    await once(socket, 'end')
    expect(answer.split('\r\nEND\r\n')).toHaveLength(asked + 1)
    expect(refused()).toBe(0)
  })

  it('has room for a number of clients', async () => {
    await start({ connections: 2 })
    const first = open()
    const second = open()
    await Promise.all([once(first, 'connect'), once(second, 'connect')])
    first.write('version\r\n')
    await once(first, 'data')
    const third = open()
    await once(third, 'close')
    second.write('version\r\n')
    expect(String((await once(second, 'data'))[0])).toBe('VERSION 1.2.3\r\n')
  })

  it.each(['0.0.0.0', '::', '192.0.2.1'])('does not listen at %s', async (host) => {
    close = () => Promise.resolve()
    await expect(startTextAdmin(server, { host, port: 0 }, '1')).rejects.toMatchObject({
      code: 'PELIKAN_ADMIN_NOT_LOCAL',
    })
  })

  it('says that its port is taken', async () => {
    await start()
    await expect(startTextAdmin(server, { host: '127.0.0.1', port }, '1')).rejects.toMatchObject({
      code: 'PELIKAN_ADDRESS_IN_USE',
    })
  })
})
