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
import { beforeAll, describe, expect, it } from 'vitest'
import { isFullMatrix, transports } from './matrix.ts'
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

/**
 * Those without flags are played by every server on every transport; each other group by every server, on
 * one of them, in turn.
 */
const cases = [...byFlags].flatMap(([flags, transcripts], group) =>
  servers.flatMap((tested, number) =>
    transports
      .filter((_, i) => isFullMatrix || flags === '' || i === (group + number) % transports.length)
      .map((transport) => ({ flags, transcripts, tested, transport })),
  ),
)

describe.each(cases)(
  'transcripts against $tested.name on $transport $flags',
  ({ tested, transcripts, transport }) => {
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
  },
)
