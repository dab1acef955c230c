/** Debian `python3-pymemcache`: the text client of Python, with a pool and with a serializer. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'

const SCRIPT = fileURLToPath(new URL('./pymemcache-session.py', import.meta.url))
const NO_PYMEMCACHE =
  'python3-pymemcache is not installed; Debian: apt-get install python3-pymemcache'
const THREADS = 16
const TIMEOUT_MS = 60_000

/** Debian's own, where another is on PATH. */
const python = ['python3', '/usr/bin/python3'].find(
  (path) => spawnSync(path, ['-c', 'import pymemcache']).status === 0,
)

describe.skipIf(python === undefined)(`pymemcache (${NO_PYMEMCACHE})`, () => {
  describe.each(targetsOf('pymemcache'))('with %s', (server) => {
    let target: Target
    beforeAll(async () => {
      target = await startTarget(server)
      return () => target.stop()
    })

    it(
      'does every command, many from 16 threads, and finds a server again that was restarted',
      async () => {
        const session = spawn(
          python ?? '',
          [SCRIPT, target.host, String(target.port), String(OPERATIONS)],
          { timeout: TIMEOUT_MS },
        )
        const closed = once(session, 'close')
        const said = { out: '', err: '' }
        session.stderr.on('data', (chunk) => (said.err += String(chunk)))
        const loaded = new Promise((resolve) => {
          session.stdout.on('data', (chunk) => {
            said.out += String(chunk)
            if (said.out.includes('operations\n')) resolve(undefined)
          })
        })
        await Promise.race([loaded, closed])
        await target.restart?.()
        session.stdin.end(target.restart === undefined ? '' : 'restarted\n')
        const [status] = (await closed) as [number | null]
        const again = target.restart === undefined ? '' : 'connected again\n'
        expect(said).toEqual({ out: `${THREADS * OPERATIONS} operations\n${again}`, err: '' })
        expect(status).toBe(0)
      },
      TIMEOUT_MS,
    )
  })
})
