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
import { cutWrites } from './cut-writes.ts'
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

/** What these say depends on what arrives at once. */
const UNCUT: ReadonlySet<string> = new Set(['at-once.txt', 'watch.txt'])
/** Where writes are cut; of a failure, to see it again. */
const SEED = Number(process.env['CUT_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** What the transcripts of the group with this number are played on, beside each server. */
function networks(flags: string, number: number) {
  const whole = transports.map((transport) => ({ transport, cut: false }))
  if (isFullMatrix) return [...whole, ...transports.map((transport) => ({ transport, cut: true }))]
  return flags === '' ? whole : [whole[number % whole.length]]
}

/**
 * Those without flags are played by every server on every transport; each other group by every server, on
 * one of them, in turn. The full matrix is all groups on all, with writes whole and cut anywhere.
 */
const cases = [...byFlags].flatMap(([flags, transcripts], group) =>
  servers.flatMap((tested, number) =>
    networks(flags, group + number).map(({ cut, transport }) => ({
      cut,
      tested,
      transport,
      transcripts: cut ? transcripts.filter(({ file }) => !UNCUT.has(file)) : transcripts,
      flags: transcripts[0].flags,
      name: [tested.name, 'on', transport, flags, cut ? `cut by seed ${SEED}` : ''].join(' '),
    })),
  ),
)

// Servers beside each other, because transcripts wait for items to expire; the transcripts of one server one
// after the other, because some flush it.
describe.concurrent.each(cases)(
  'transcripts against $name',
  ({ cut, flags, tested, transcripts, transport }) => {
    let server: RunningServer
    beforeAll(async () => {
      server = await start(tested, [...flags, '--worker-transport', transport])
      return async () => void (await server.stop())
    })

    it.each(transcripts)('$file', { concurrent: false }, async (transcript) => {
      const whole = tcpServer(server.host, server.port)
      const address = cut ? cutWrites(whole, SEED) : whole
      const failures = await runTranscript(transcript, address, tested.program)
      expect(failures.map(formatFailure)).toEqual([])
    })
  },
)
