/** The admin endpoint over a real socket: what it shows, to whom, and what it refuses. */
import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { type Socket, connect } from 'node:net'
import { Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { PingParser, PingResponse } from '@pelikan/protocol-ping'
import {
  type Admin,
  type AdminOptions,
  type Process,
  ProcessBuilder,
  defineParts,
  startAdmin,
} from '@pelikan/server'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const TOKEN = 'correct-horse-battery-staple'
const PAGES = ['/metrics', '/metrics.json', '/vars', '/vars.json', '/config', '/inspect']

let inspections = 0
class Inspected extends Noop {
  inspect(): unknown {
    return { inspections: ++inspections }
  }
}

const parts = defineParts({
  name: 'ping',
  storage: () => new Inspected(),
  parser: () => new PingParser(),
  response: () => new PingResponse(),
  execute: (_storage, context) => new PingStore(context),
  transport: (context) => new NetTransport(context),
  metrics: [pingMetrics, netMetrics],
})

let server: Process
let admin: Admin
const sockets: Socket[] = []

async function start(options: Partial<AdminOptions> = {}): Promise<void> {
  admin = await startAdmin(
    server,
    { httpHost: '127.0.0.1', httpPort: 0, ...options },
    () => 'x = 1\n',
  )
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly type: string | undefined
}

async function ask(
  path: string,
  { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
): Promise<Answer> {
  const sent = send({ host: '127.0.0.1', port: port(), path, method, headers, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
  const { headers: received, statusCode: status } = response
  return { status, headers: received, body, type: received['content-type'] }
}

function port(): number {
  if ('path' in admin.address) throw new TypeError('it listens at a path')
  return admin.address.port
}

beforeEach(async () => {
  server = new ProcessBuilder(parts, { listen: [{ host: '127.0.0.1', port: 0 }] }).spawn()
  await server.listening
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await admin.close()
  await server.stop()
})

describe('at loopback', () => {
  beforeEach(() => start())

  it('shows the metrics in three forms, those of the process too', async () => {
    const text = await ask('/metrics')
    expect(text.type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text.body).toContain(`\npelikan_pid ${process.pid}\n`)
    expect(text.body).toContain('\npelikan_ping_total 0\n')
    const json = await ask('/vars.json')
    expect(json.type).toBe('application/json')
    expect(JSON.parse(json.body)).toMatchObject({ pid: process.pid, ping: 0 })
    expect((await ask('/vars?all')).body).toContain(`\npid: ${process.pid}\n`)
  })

  it.each([
    ['application/openmetrics-text; version=1.0.0', true],
    [
      'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      true,
    ],
    ['application/openmetrics-text;q=0.9, */*', false],
    ['Application/OpenMetrics-Text, */*;q=0.1', true],
    ['text/plain, application/openmetrics-text;q=0.5', false],
    ['application/openmetrics-text;q=0', false],
    ['application/openmetrics-text;q=many, text/html', false],
    ['*/*', false],
    ['', false],
    [',;,q=1;;', false],
  ])('answers %s in OpenMetrics: %s', async (accept, isOpen) => {
    const { body, type } = await ask('/metrics', { headers: { accept } })
    expect(type).toBe(
      isOpen
        ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
        : 'text/plain; version=0.0.4; charset=utf-8',
    )
    expect(body.endsWith('# EOF\n')).toBe(isOpen)
  })

  it('says that nobody looks at keys and requests here', async () => {
    expect(await ask('/hotkeys')).toMatchObject({
      status: 404,
      body: 'nobody looks at keys here\n',
    })
    expect(await ask('/slow')).toMatchObject({
      status: 404,
      body: 'nobody looks at requests here\n',
    })
  })

  it('counts what is asked of it, and the CPU time once', async () => {
    await ask('/metrics')
    const { body } = await ask('/vars.json')
    const { admin_request: requests, ru_utime: time } = JSON.parse(body) as Record<string, number>
    expect(requests).toBe(2)
    expect(time).toBeLessThanOrEqual(process.resourceUsage().userCPUTime * 1000)
  })

  it('says that it is alive, and ready until it drains', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: 'ready\n' })
    const stopped = server.stop()
    expect(await ask('/readyz')).toMatchObject({ status: 503 })
    expect(await ask('/healthz')).toMatchObject({ status: 200 })
    await stopped
  })

  it('shows the settings', async () => {
    expect(await ask('/config')).toMatchObject({ status: 200, body: 'x = 1\n' })
  })

  it('looks into the storage once a second at most', async () => {
    inspections = 0
    const answers = [await ask('/inspect'), await ask('/inspect'), await ask('/inspect')]
    expect(answers[0]).toMatchObject({ status: 200, body: '{"inspections":1}\n' })
    expect(inspections).toBeLessThan(answers.length)
  })

  it('needs no token, and no name but localhost', async () => {
    expect(admin.madeToken).toBeUndefined()
    expect((await ask('/vars', { headers: { host: 'localhost:1' } })).status).toBe(200)
    expect((await ask('/vars', { headers: { host: '[::1]:1' } })).status).toBe(200)
    expect((await ask('/vars', { headers: { host: 'evil.example' } })).status).toBe(421)
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect((await ask('/metrics', { method })).status).toBe(405)
  })

  it('answers HEAD without a body', async () => {
    expect(await ask('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it.each(['/nothing', '/metrics/', '/../metrics', '/%00'])('has no %s', async (path) => {
    const { body, status } = await ask(path)
    expect(status).toBe(404)
    expect(body).toContain('/metrics\n')
  })

  it('lists its pages at its root, and shows browsers the live one', async () => {
    const list = await ask('/')
    expect(list).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' })
    expect(list.body).toContain('/metrics\n')
    expect(list.body).toContain('/live\n')
    const page = await ask('/', { headers: { accept: 'text/html,*/*' } })
    expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'/,
    )
    const [, script] = /src="([^"]+)"/.exec(page.body) ?? []
    expect(await ask(script ?? '')).toMatchObject({ type: 'text/javascript; charset=utf-8' })
  })

  /** Connect to the stream; what comes grows in `text()`, and `closed` settles when it ends. */
  async function live(headers: Record<string, string> = {}) {
    const path = '/live'
    const sent = send({ host: '127.0.0.1', port: port(), path, headers, agent: false }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    let received = ''
    response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
    sockets.push(response.socket)
    response.on('error', () => {})
    return {
      response,
      text: () => received,
      closed: new Promise<void>((resolve) => response.once('close', resolve)),
    }
  }

  it('streams what it is and a sample, and ends when the server drains', async () => {
    const { closed, response, text } = await live()
    expect(response.headers['content-type']).toBe('text/event-stream')
    const stopped = server.stop()
    await closed
    await stopped
    const types = text().match(/(?<=^event: )\w+/gm)
    expect(types).toEqual(['about', 'sample', 'end'])
    expect(text()).toContain('"name":"ping"')
    expect(await ask('/live')).toMatchObject({ status: 503, body: 'the server stops\n' })
  })

  it('streams to eight, and to the next when one has left', async () => {
    const viewers = await Promise.all(Array.from({ length: 8 }, () => live()))
    expect(await ask('/live')).toMatchObject({ status: 503, body: '8 watch already\n' })
    expect(JSON.parse((await ask('/vars.json')).body)).toMatchObject({ admin_viewer: 8 })
    viewers[0].response.destroy()
    await expect
      .poll(async () => JSON.parse((await ask('/vars.json')).body) as object)
      .toMatchObject({ admin_viewer: 7 })
    expect((await live()).response.statusCode).toBe(200)
  })

  it('answers HEAD of the stream at once', async () => {
    expect(await ask('/live', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  async function raw(text: string): Promise<string> {
    const socket = connect(port(), '127.0.0.1')
    sockets.push(socket)
    let answer = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => (answer += String(bytes)))
    socket.write(text)
    await once(socket, 'close')
    return answer
  }

  it.each([
    ['what is no HTTP', 'get key\r\n\r\n', '400'],
    ['a URL without end', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, '431'],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('refuses %s, and serves on', async (_, text, status) => {
    expect(await raw(text)).toContain(`HTTP/1.1 ${status} `)
    expect((await ask('/healthz')).status).toBe(200)
  })

  it('takes no request out of the body of another', async () => {
    const inner = 'GET /config HTTP/1.1\r\nhost: localhost\r\n\r\n'
    const answer = await raw(
      `GET /healthz HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${inner.length}\r\n\r\n${inner}`,
    )
    expect(answer).toContain('ok\n')
    expect(answer).not.toContain('x = 1')
  })

  it('keeps no answers for a client that does not read, and serves others', async () => {
    const asked = 20_000
    const deaf = connect(port(), '127.0.0.1')
    sockets.push(deaf)
    deaf.pause()
    deaf.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(asked))
    // Until it is held off: then what it asked for stays what it is, however often one looks.
    let before = -1
    let now = 0
    await expect
      .poll(async () => {
        before = now
        const { body } = await ask('/vars.json')
        now = (JSON.parse(body) as { admin_request: number }).admin_request
        return now - before
      })
      .toBe(1)
    expect(now).toBeLessThan(asked / 2)
  })

  it('has room for 32 connections', async () => {
    const open = Array.from({ length: 40 }, () => connect(port(), '127.0.0.1'))
    sockets.push(...open)
    const closed = open.map(async (socket) => {
      socket.on('error', () => {})
      await once(socket, 'close')
    })
    await Promise.race(closed)
    expect(open.filter((socket) => !socket.closed).length).toBeGreaterThanOrEqual(32)
  })
})

describe('with a token', () => {
  it('shows the page without it, and nothing of the server', async () => {
    await start({ httpToken: TOKEN })
    const page = await ask('/', { headers: { accept: 'text/html' } })
    expect(page.status).toBe(200)
    expect((await ask('/page/main.js')).status).toBe(200)
    expect((await ask('/live')).status).toBe(401)
  })

  it.each([
    ['that is given', { httpToken: TOKEN }],
    ['that is made, elsewhere than at loopback', { httpHost: '0.0.0.0' }],
  ])('%s, shows nothing without it but its health', async (_, options) => {
    await start(options)
    const token = admin.madeToken ?? TOKEN
    expect(token.length).toBeGreaterThanOrEqual(16)
    for (const path of [...PAGES, '/nothing']) {
      expect((await ask(path)).status, path).toBe(401)
      const wrong = { authorization: `Bearer ${token}x` }
      expect((await ask(path, { headers: wrong })).status, path).toBe(401)
      const right = { authorization: `Bearer ${token}` }
      expect((await ask(path, { headers: right })).status, path).toBe(
        path === '/nothing' ? 404 : 200,
      )
    }
    expect((await ask('/healthz')).status).toBe(200)
    expect((await ask('/readyz')).status).toBe(200)
  })
})

describe('a port that is taken', () => {
  it('is said so', async () => {
    await start()
    const again = startAdmin(server, { httpHost: '127.0.0.1', httpPort: port() }, () => '')
    await expect(again).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_IN_USE' })
  })
})
