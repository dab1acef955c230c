/** Debian `nutcracker`, the proxy that spreads keys over servers: what comes through it is right. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, freePort, startServer } from '@pelikan/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectMemcached } from './memcached-client.ts'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'
import { verifiedLoad } from './verified-load.ts'

const NO_PROXY = 'nutcracker is not on PATH; Debian: apt-get install nutcracker'
const CLIENTS = 4
const LANES = 25
const LARGE = 900_000
const TIMEOUT_MS = 60_000

const isInstalled = spawnSync('nutcracker', ['--version']).error === undefined

/** Of a server behind the proxy. */
interface Counts {
  readonly requests: number
  readonly responses: number
  readonly server_connections: number
  readonly server_err: number
  readonly server_timedout: number
}

describe.skipIf(!isInstalled)(`nutcracker (${NO_PROXY})`, () => {
  describe.each(targetsOf('nutcracker'))('before two of %s', (server) => {
    let targets: readonly [Target, Target]
    let proxy: RunningServer
    let statsPort: number
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
      targets = await Promise.all([startTarget(server), startTarget(server)])
      statsPort = await freePort()
      const file = join(folder, 'nutcracker.yml')
      proxy = await startServer({
        command: 'nutcracker',
        args: (port) => {
          writeFileSync(file, configuration(port, targets))
          return ['-c', file, '-s', String(statsPort), '-a', '127.0.0.1', '-i', '50']
        },
      })
      return async () => {
        await proxy.stop()
        await Promise.all(targets.map((target) => target.stop()))
        rmSync(folder, { recursive: true })
      }
    })

    /** What the proxy has counted, of one server and of the other. */
    async function counted(): Promise<readonly Counts[]> {
      let text = ''
      for await (const chunk of connect(statsPort, proxy.host)) text += String(chunk)
      const { tested } = JSON.parse(text) as { readonly tested: Readonly<Record<string, Counts>> }
      return targets.map(({ host, port }) => tested[`${host}:${port}`])
    }

    it(
      `${CLIENTS} clients at once get the right answer to each of ${OPERATIONS} requests`,
      async () => {
        const clients = await Promise.all(
          Array.from({ length: CLIENTS }, () => connectMemcached(proxy)),
        )
        const done = await Promise.all(
          clients.map((client, i) =>
            verifiedLoad({
              client,
              prefix: `c${i}-`,
              seed: i + 1,
              operations: OPERATIONS,
              lanes: LANES,
              can: () => true,
            }),
          ),
        )
        expect(done).toEqual(clients.map(() => OPERATIONS))
        await Promise.all(clients.map((client) => client.close()))
      },
      TIMEOUT_MS,
    )

    it('large values and many keys from both servers come back', async () => {
      const client = await connectMemcached(proxy, { largestValue: LARGE })
      const keys = Array.from({ length: 100 }, (_, i) => `many-${i}`)
      await Promise.all(keys.map((key) => client.set(key, `value of ${key}`)))
      expect(await client.getMany([...keys, 'nothing'])).toEqual(
        new Map(keys.map((key) => [key, `value of ${key}`])),
      )
      const value = 'v'.repeat(LARGE)
      expect(await client.set('large', value)).toBe(true)
      expect((await client.get('large')) === value).toBe(true)
      await client.close()
    })

    it('it has had an answer to everything, from both', async () => {
      // It adds its counts up several times a second, each by itself.
      await expect
        .poll(
          async () =>
            (await counted()).map(
              ({ requests, responses }) => requests > 100 && responses === requests,
            ),
          { timeout: 10_000 },
        )
        .toEqual([true, true])
      for (const each of await counted()) {
        expect(each.server_connections).toBe(1)
        expect([each.server_err, each.server_timedout]).toEqual([0, 0])
      }
    })
  })
})

function configuration(port: number, targets: readonly Target[]): string {
  // One, where a server is named.
  const servers = new Set(targets.map((target) => `   - ${target.host}:${target.port}:1\n`))
  return (
    `tested:\n  listen: 127.0.0.1:${port}\n  hash: fnv1a_64\n  distribution: ketama\n` +
    `  auto_eject_hosts: false\n  timeout: ${TIMEOUT_MS}\n  servers:\n${[...servers].join('')}`
  )
}
