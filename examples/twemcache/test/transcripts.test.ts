/**
 * memcached's transcripts against the real programs over real sockets. The same files run
 * against memcached itself in `@pelikan/testkit`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatFailure, parseTranscript, runTranscript, tcpServer } from '@pelikan/testkit'
import { chooseTransport } from '@pelikan/transport-auto'
import { describe, expect, it } from 'vitest'
import { servers, start } from './servers.ts'

const FOLDER = fileURLToPath(
  new URL('../../../packages/testkit/transcripts/memcache/', import.meta.url),
)

/** The fastest that works here, and the one that works everywhere. */
const transports = [...new Set([chooseTransport('auto').name, 'net'])]
const cases = servers.flatMap((tested) => transports.map((transport) => ({ tested, transport })))

describe.each(cases)('transcripts against $tested.name on $transport', ({ tested, transport }) => {
  for (const name of readdirSync(FOLDER)) {
    it.concurrent(name, async () => {
      const transcript = parseTranscript(name, readFileSync(`${FOLDER}${name}`, 'utf8'))
      const server = await start(tested, [...transcript.flags, '--worker-transport', transport])
      try {
        const failures = await runTranscript(
          transcript,
          tcpServer(server.host, server.port),
          tested.name,
        )
        expect(failures.map(formatFailure)).toEqual([])
      } finally {
        await server.stop()
      }
    })
  }
})
