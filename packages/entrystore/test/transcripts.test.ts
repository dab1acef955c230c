/**
 * memcached's transcripts against parser, store and response without sockets, with what the client
 * sends cut in three ways. The same files run against memcached itself in `@pelikan/testkit`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { byteByByte, formatFailure, parseTranscript, runTranscript } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { InProcessServer } from './in-process.ts'

const FOLDER = new URL('../../testkit/transcripts/memcache/', import.meta.url)

/** Longer writes take too long a byte at a time. */
const LONG = 40_000
/** This one says that it must not be cut. */
const UNCUT = 'at-once.txt'

const CUTS: Readonly<Record<string, (bytes: Buffer) => Iterable<Buffer>>> = {
  'in one piece': (bytes) => pieces(bytes, 1024 * 1024),
  'byte by byte': (bytes) => (bytes.length > LONG ? pieces(bytes, 997) : byteByByte(bytes)),
  'in packets': (bytes) => pieces(bytes, 1448),
}

function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

for (const [how, cut] of Object.entries(CUTS)) {
  describe(how, () => {
    for (const name of readdirSync(FOLDER)) {
      if (name === UNCUT && how !== 'in one piece') continue
      it(name, async () => {
        const transcript = parseTranscript(name, readFileSync(new URL(name, FOLDER), 'utf8'))
        const server = new InProcessServer(transcript.flags, cut)
        // Its storage is that of twemcache.
        const failures = await runTranscript(transcript, server, 'twemcache')
        expect(failures.map(formatFailure)).toEqual([])
        server.storage.check()
        expect(server.storage.memoryUsed).toBeLessThanOrEqual(64 * 1024 * 1024)
      })
    }
  })
}
