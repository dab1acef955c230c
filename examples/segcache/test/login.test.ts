/** Logging in to the real programs over real sockets, and what a running server learns of its file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type RunningServer,
  formatFailure,
  parseTranscript,
  runTranscript,
  tcpServer,
} from '@pelikan/testkit'
import { Client } from 'memjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { servers, start } from './servers.ts'

const FOLDER = new URL('../../../packages/testkit/transcripts/login/', import.meta.url)
const WAIT = { timeout: 10_000, interval: 20 }

/** What a text client is told that logs in with `token`. */
async function login(server: RunningServer, token: string): Promise<string> {
  const socket = connect({ host: server.host, port: server.port })
  socket.end(`set a 0 0 ${token.length}\r\n${token}\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

describe.each(servers)('a login at $name', (tested) => {
  let server: RunningServer
  let file: string
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
    file = join(folder, 'users')
    writeFileSync(file, 'peter:pan\na b:c d\n')
    server = await start(tested, ['-Y', file])
    return async () => {
      await server.stop()
      rmSync(folder, { recursive: true })
    }
  })

  it.each(['text.txt', 'binary.txt'])('as in %s', async (name) => {
    const transcript = parseTranscript(name, readFileSync(new URL(name, FOLDER), 'utf8'))
    const failures = await runTranscript(transcript, tcpServer(server.host, server.port))
    expect(failures.map(formatFailure)).toEqual([])
  })

  it('lets npm memjs in with the right password only', async () => {
    const as = (password: string) =>
      Client.create(`${server.host}:${server.port}`, {
        username: 'peter',
        password,
        retries: 0,
        logger: { log: () => {} },
      })
    const right = as('pan')
    expect(await right.set('memjs', 'in', { expires: 0 })).toBe(true)
    expect((await right.get('memjs')).value?.toString()).toBe('in')
    right.close()
    const wrong = as('hook')
    await expect(wrong.get('memjs')).rejects.toThrow()
    wrong.close()
  })

  it('reads its file again on SIGHUP; one that is no good changes nothing', async () => {
    expect(await login(server, 'wendy darling')).toBe('CLIENT_ERROR authentication failure\r\n')
    writeFileSync(file, 'wendy:darling\npeter:pan\n')
    process.kill(server.pid, 'SIGHUP')
    await expect.poll(() => login(server, 'wendy darling'), WAIT).toBe('STORED\r\n')
    expect(await login(server, 'a b c d')).toBe('CLIENT_ERROR authentication failure\r\n')
    writeFileSync(file, 'no colon here\n')
    process.kill(server.pid, 'SIGHUP')
    await expect.poll(() => server.output(), WAIT).toContain('line 1 is not user:password')
    expect(await login(server, 'wendy darling')).toBe('STORED\r\n')
    expect(await login(server, 'peter pan')).toBe('STORED\r\n')
  })
})
