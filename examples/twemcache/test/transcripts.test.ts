/**
 * memcached's transcripts against the real programs over real sockets. The same files run
 * against memcached itself in `@pelikan/testkit`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatFailure, parseTranscript, runTranscript, tcpServer } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { servers, start } from './servers.ts'

const FOLDER = fileURLToPath(
  new URL('../../../packages/testkit/transcripts/memcache/', import.meta.url),
)

describe.each(servers)('transcripts against $name', (tested) => {
  for (const name of readdirSync(FOLDER)) {
    it.concurrent(name, async () => {
      const transcript = parseTranscript(name, readFileSync(`${FOLDER}${name}`, 'utf8'))
      const server = await start(tested, transcript.flags)
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
