/** The whole server: `main.ts` in a process of its own, and a client at its socket. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type RunningServer,
  formatFailure,
  parseTranscript,
  runTranscript,
  startServer,
  tcpServer,
} from '@pelikan/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const CONVERSATION = new URL('conversation.txt', import.meta.url)

describe('custom-protocol', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer({
      command: process.execPath,
      args: (port) => [MAIN, String(port)],
      ready: /listens at/,
    })
  })
  afterAll(() => server.stop())

  it('speaks as the transcript says', async () => {
    const transcript = parseTranscript('conversation.txt', readFileSync(CONVERSATION, 'utf8'))
    const failures = await runTranscript(transcript, tcpServer(server.host, server.port))
    expect(failures.map(formatFailure)).toEqual([])
  })

  it('drains on a signal', async () => {
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(server.output()).toContain('stopped after')
  })
})
