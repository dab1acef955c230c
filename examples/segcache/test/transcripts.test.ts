/**
 * memcached's transcripts against the real programs over real sockets. The same files run
 * against memcached itself in `@pelikan/testkit`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type RunningServer,
  formatFailure,
  parseTranscript,
  runTranscript,
  tcpServer,
} from '@pelikan/testkit'
import { chooseTransport } from '@pelikan/transport-auto'
import { beforeAll, describe, expect, it } from 'vitest'
import { servers, start } from './servers.ts'

const FOLDER = fileURLToPath(
  new URL('../../../packages/testkit/transcripts/memcache/', import.meta.url),
)

/** Those that want the same flags share a server: none uses the keys of another. */
const byFlags = Map.groupBy(
  readdirSync(FOLDER).map((name) =>
    parseTranscript(name, readFileSync(`${FOLDER}${name}`, 'utf8')),
  ),
  ({ flags }) => flags.join(' '),
)

/** The fastest that works here, and the one that works everywhere. */
const transports = [...new Set([chooseTransport('auto').name, 'net'])]
const cases = servers.flatMap((tested) => transports.map((transport) => ({ tested, transport })))

describe.each(cases)('transcripts against $tested.name on $transport', ({ tested, transport }) => {
  describe.each([...byFlags])('%s', (_, transcripts) => {
    let server: RunningServer
    beforeAll(async () => {
      server = await start(tested, [...transcripts[0].flags, '--worker-transport', transport])
      return async () => void (await server.stop())
    })

    it.each(transcripts)('$file', async (transcript) => {
      const address = tcpServer(server.host, server.port)
      const failures = await runTranscript(transcript, address, tested.program)
      expect(failures.map(formatFailure)).toEqual([])
    })
  })
})
