/** Debian `python3-pymemcache`: the text client of Python, with a pool and with a serializer. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Target, startTarget, targetsOf } from './target.ts'

const SCRIPT = fileURLToPath(new URL('./pymemcache-session.py', import.meta.url))
const NO_PYMEMCACHE =
  'python3-pymemcache is not installed; Debian: apt-get install python3-pymemcache'
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
      'does every command, and many from 16 threads',
      () => {
        const { status, stderr, stdout } = spawnSync(
          python ?? '',
          [SCRIPT, target.host, String(target.port)],
          { encoding: 'utf8', timeout: TIMEOUT_MS },
        )
        expect(stderr).toBe('')
        expect(stdout).toBe('32000 operations\n')
        expect(status).toBe(0)
      },
      TIMEOUT_MS,
    )
  })
})
