import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@pelikan/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

let server: RunningServer

/** Send each piece by itself, and everything that comes back until the server closes. */
async function talk(...pieces: string[]): Promise<string> {
  const socket = connect(server.port)
  await once(socket, 'connect')
  socket.setNoDelay(true)
  let answer = ''
  socket.on('data', (bytes) => (answer += String(bytes)))
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.end()
  await once(socket, 'close')
  return answer
}

describe.each([1, 2])('pingserver with %d threads', (threads) => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
    const klog = ['--klog-file', join(folder, 'pings.log'), '--klog-sample', '1']
    server = await startServer({
      command: process.execPath,
      args: (port) => [MAIN, '--server-port', String(port), '-t', String(threads), ...klog],
      ready: /lists all settings/,
    })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  it('answers PING and ping with PONG', async () => {
    expect(await talk('PING\r\n')).toBe('PONG\r\n')
    expect(await talk('ping\r\n')).toBe('PONG\r\n')
  })

  it('answers pipelined pings, and pings cut at any byte', async () => {
    expect(await talk('PING\r\nping\r\nPING hello\r\n')).toBe('PONG\r\n'.repeat(3))
    expect(await talk(...'PING\r\nPING\r\n')).toBe('PONG\r\n'.repeat(2))
  })

  it('closes on QUIT and answers nothing behind it', async () => {
    expect(await talk('PING\r\nQUIT\r\nPING\r\n')).toBe('PONG\r\n')
  })

  it('closes without an answer on anything else', async () => {
    for (const text of ['Ping\r\n', 'get a\r\n', '\r\n', 'x'.repeat(2000)]) {
      expect(await talk(text)).toBe('')
    }
  })

  it('logs each ping, and survives HUP', async () => {
    const pings = (): number =>
      readFileSync(join(folder, 'pings.log'), 'utf8').match(/Z ping 6\n/g)?.length ?? 0
    process.kill(server.pid, 'SIGHUP')
    await expect.poll(server.output).toContain('logs are opened again')
    await talk('PING\r\n')
    // Those of the tests before it.
    await expect.poll(pings).toBe(9)
  })

  it('says where it listens and how to try it', () => {
    expect(server.output()).toContain(`listens at 127.0.0.1:${server.port}`)
    expect(server.output()).toContain(`nc 127.0.0.1 ${server.port}`)
  })

  it('stops on a signal and says what it did', async () => {
    await server.stop('SIGINT')
    expect(server.output()).toMatch(/pingserver: stopped after .+ requests\n$/)
  })
})
