import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type RunningServer, freePort, startServer } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

/** A server of one line: it listens, says so, and ends at TERM with code 7. */
const SERVER = `
  process.on('SIGTERM', () => process.exit(7))
  require('node:net').createServer().listen(+process.argv[1], '127.0.0.1', () => console.log('up', process.env.NAME))
`
const nodeServer = (source = SERVER) => ({
  command: process.execPath,
  args: (port: number) => ['-e', source, String(port)],
})

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ host: '127.0.0.1', port })
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })
}

describe('startServer', () => {
  it('resolves when the port accepts connections, and stops it', async () => {
    const server = await startServer(nodeServer())
    expect(await accepts(server.port)).toBe(true)
    expect(server.host).toBe('127.0.0.1')
    expect(process.kill(server.pid, 0)).toBe(true)
    expect(await server.stop()).toEqual({ code: 7, signal: null })
    expect(await server.stop()).toEqual({ code: 7, signal: null })
    expect(await accepts(server.port)).toBe(false)
  })

  it('waits for what the server prints, and keeps it', async () => {
    const server = await startServer({ ...nodeServer(), ready: /^up/m, env: { NAME: 'a server' } })
    expect(server.output()).toBe('up a server\n')
    expect(await server.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('listens where it is told to', async () => {
    const port = await freePort()
    const server = await startServer({ ...nodeServer(), port })
    expect(server.port).toBe(port)
    await server.stop()
  })

  it('says why a server did not come up', async () => {
    const source = `console.error('no such setting'); process.exit(3)`
    await expect(startServer(nodeServer(source))).rejects.toMatchObject({
      code: 'PELIKAN_SERVER_DID_NOT_START',
      message: expect.stringMatching(/ended with code 3\. It printed:\nno such setting\n/),
    })
  })

  it('says that a port is taken instead of connecting to somebody else', async () => {
    const server = await startServer(nodeServer())
    const other = startServer({ ...nodeServer(), port: server.port, ready: /^up/m })
    await expect(other).rejects.toThrow(/EADDRINUSE/)
    await server.stop()
  })

  it('gives up on a server that stays silent, and ends it', async () => {
    const starting = startServer({
      command: 'sh',
      args: ['-c', 'printf thinking; exec sleep 60'],
      startTimeoutMs: 1000,
    })
    await expect(starting).rejects.toThrow(/was not ready after 1000 ms\. It printed:\nthinking/)
  })

  it('says that a command does not exist', async () => {
    const starting = startServer({ command: 'no-such-command', args: [] })
    await expect(starting).rejects.toThrow(/no-such-command.*ENOENT/s)
  })
})

describe('when the process that started a server', () => {
  const start = (): Promise<RunningServer> =>
    startServer({
      command: process.execPath,
      args: [fileURLToPath(new URL('server-starter.ts', import.meta.url))],
      ready: /listening at \d+/,
    })
  const portOf = (starter: RunningServer): number =>
    Number(/listening at (\d+)/.exec(starter.output())?.[1])

  it.each([
    { end: 'is killed', signal: 'SIGKILL', exit: { code: null, signal: 'SIGKILL' } },
    { end: 'is interrupted', signal: 'SIGINT', exit: { code: null, signal: 'SIGINT' } },
    { end: 'crashes', signal: 'SIGUSR2', exit: { code: 1, signal: null } },
  ] as const)('$end, the server ends too', async ({ exit, signal }) => {
    const starter = await start()
    const port = portOf(starter)
    expect(await starter.stop(signal)).toEqual(exit)
    await expect.poll(() => accepts(port), { timeout: 10_000 }).toBe(false)
  })
})
