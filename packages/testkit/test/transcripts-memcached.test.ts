/**
 * The transcripts against Debian's memcached 1.6.18, where it is installed: what they say of it must
 * be true, or they prove nothing about our servers.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  NO_MEMCACHED,
  formatFailure,
  memcachedPath,
  parseTranscript,
  runTranscript,
  startMemcached,
  tcpServer,
} from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

const FOLDER = new URL('../transcripts/memcache/', import.meta.url)
const VARIANT = '1.6.18'

/** Why nothing is tested; empty where it is. */
function missing(): string {
  const path = memcachedPath()
  if (path === undefined) return NO_MEMCACHED
  const version = spawnSync(path, ['-V'], { encoding: 'utf8' }).stdout.trim()
  return version === `memcached ${VARIANT}` ? '' : `the transcripts know ${VARIANT}, not ${version}`
}

const why = missing()

describe.skipIf(why !== '')(`transcripts on memcached ${VARIANT} ${why}`, () => {
  for (const name of readdirSync(FOLDER)) {
    it.concurrent(name, async () => {
      const transcript = parseTranscript(name, readFileSync(new URL(name, FOLDER), 'utf8'))
      const server = await startMemcached({ flags: transcript.flags })
      if (server === undefined) throw new Error(NO_MEMCACHED)
      try {
        const tcp = tcpServer(server.host, server.port)
        const failures = await runTranscript(transcript, tcp, VARIANT)
        expect(failures.map(formatFailure)).toEqual([])
      } finally {
        await server.stop('SIGKILL')
      }
    })
  }

  it('login/text.txt', async () => {
    const url = new URL('../transcripts/login/text.txt', import.meta.url)
    const transcript = parseTranscript('login/text.txt', readFileSync(url, 'utf8'))
    const folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
    const file = join(folder, 'users')
    writeFileSync(file, 'peter:pan\n')
    const server = await startMemcached({ flags: ['-Y', file] })
    if (server === undefined) throw new Error(NO_MEMCACHED)
    try {
      const tcp = tcpServer(server.host, server.port)
      const failures = await runTranscript(transcript, tcp, VARIANT)
      expect(failures.map(formatFailure)).toEqual([])
    } finally {
      await server.stop('SIGKILL')
      rmSync(folder, { recursive: true })
    }
  })
})
