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

/** The fastest that works here, and the one that works everywhere. */
const transports = [...new Set([chooseTransport('auto').name, 'net'])]

/**
 * Servers and transports that the transcripts of one set of flags are played on. `PELIKAN_TEST_MATRIX=full` asks
 * for all; otherwise any two of flags, server and transport meet, in half as many starts.
 */
function combinations(group: number) {
  if (process.env['PELIKAN_TEST_MATRIX'] === 'full') {
    return servers.flatMap((tested) => transports.map((transport) => ({ tested, transport })))
  }
  return servers.map((tested, index) => ({
    tested,
    transport: transports[(group + index) % transports.length],
  }))
}

const cases = [...byFlags.values()].flatMap((transcripts, group) =>
  combinations(group).map((combination) => ({
    ...combination,
    transcripts,
    name: [combination.tested.name, 'on', combination.transport, ...transcripts[0].flags].join(' '),
  })),
)

// Servers beside each other, because transcripts wait for items to expire; the transcripts of one server one
// after the other, because some flush it.
describe.concurrent.each(cases)(
  'transcripts against $name',
  ({ transcripts, tested, transport }) => {
    let server: RunningServer
    beforeAll(async () => {
      server = await start(tested, [...transcripts[0].flags, '--worker-transport', transport])
      return async () => void (await server.stop())
    })

    it.each(transcripts)('$file', { concurrent: false }, async (transcript) => {
      const address = tcpServer(server.host, server.port)
      const failures = await runTranscript(transcript, address, tested.program)
      expect(failures.map(formatFailure)).toEqual([])
    })
  },
)
