/**
 * A heap that everything has to be evicted from all the time: items are lost, nothing else goes wrong, and at
 * the end every segment can be free again.
 */
import { connect } from 'node:net'
import type { RunningServer } from '@pelikan/testkit'
import { describe, test } from 'vitest'
import { dataPlanes, startOn } from './data-planes.ts'
import { LossyClient } from './lossy-client.ts'

const CLIENTS = 8
/** Batches of a client; the nightly run asks for more. */
const BATCHES = Number(process.env['FULL_HEAP_BATCHES'] ?? 150)
const TIMEOUT_MS = 30_000 + BATCHES * 200
/** 256 segments: some are kept free, ahead of need. */
const HEAP = ['-m', '2', '--seg-segment-size', '8KB', '-I', '64k']
const ADMIN = ['--admin-http-enabled', 'true', '--admin-http-port', '0']
const POLICIES = ['Merge', 'S3Fifo'] as const
/** What was flushed is freed within a second. */
const FREED = { timeout: 10_000, interval: 100 }

function flush({ host, port }: RunningServer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write('flush_all\r\nquit\r\n'))
    socket.resume().on('close', () => resolve())
  })
}

/** Segments that are not free. */
async function usedSegments({ output }: RunningServer): Promise<number> {
  const page = /http:\/\/[\d.]+:\d+/.exec(output())?.[0] ?? ''
  const counts = (await (await fetch(`${page}/vars.json`)).json()) as Record<string, number>
  return counts['segment_current'] - counts['segment_free']
}

describe.concurrent.each(dataPlanes)('$name', (plane) => {
  test.for(POLICIES)(
    'loses items under %s, and never answers with others',
    { timeout: TIMEOUT_MS },
    async (eviction, { expect }) => {
      const server = await startOn(plane, [...HEAP, ...ADMIN, '--seg-eviction', eviction])
      const clients = Array.from({ length: CLIENTS }, (_, i) => new LossyClient(server.port, i))
      await Promise.all(clients.map((client) => client.run(BATCHES)))
      for (const { found, lost } of clients) {
        expect(found).toBeGreaterThan(BATCHES)
        expect(lost).toBeGreaterThan(0)
      }
      expect(await usedSegments(server)).toBeGreaterThan(128)
      await flush(server)
      await expect.poll(() => usedSegments(server), FREED).toBe(0)
      expect(await server.stop()).toEqual({ code: 0, signal: null })
    },
  )
})
