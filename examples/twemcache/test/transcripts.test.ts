/**
 * memcached's transcripts against the real program over real sockets. The same files run
 * against memcached itself in `@pelikan/testkit`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatFailure, parseTranscript, runTranscript, tcpServer } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { startTwemcache } from './twemcache.ts'

const FOLDER = fileURLToPath(
  new URL('../../../packages/testkit/transcripts/memcache/', import.meta.url),
)

describe('transcripts', () => {
  for (const name of readdirSync(FOLDER)) {
    it.concurrent(name, async () => {
      const transcript = parseTranscript(name, readFileSync(`${FOLDER}${name}`, 'utf8'))
      const server = await startTwemcache(transcript.flags)
      try {
        const failures = await runTranscript(transcript, tcpServer(server.host, server.port))
        expect(failures.map(formatFailure)).toEqual([])
      } finally {
        await server.stop()
      }
    })
  }
})
