/** Debian `libmemcached-tools`: the library under PHP's and Python's fastest clients, and its test of servers. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { isFullMatrix } from '../matrix.ts'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'

const NO_TOOLS = 'memccat is not on PATH; Debian: apt-get install libmemcached-tools'
const TIMEOUT_MS = 60_000
const CLIENTS = 16
const LARGE = 1024 * 1023
/** It wants an error for words behind the key, which memcached ignores since 1.6.40. */
const NOT_AS_IT_WAS: ReadonlySet<string> = new Set(['ascii delete', 'ascii delete noreply'])

const isInstalled = spawnSync('memccat', ['--version']).error === undefined

describe.skipIf(!isInstalled)(`libmemcached (${NO_TOOLS})`, () => {
  const targets = targetsOf('libmemcached')
  describe.each(targets)('with %s', (server) => {
    let target: Target
    let folder: string
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
      target = await startTarget(server)
      return async () => {
        await target.stop()
        rmSync(folder, { recursive: true })
      }
    })

    function run(tool: string, ...args: string[]) {
      const { status, stderr, stdout } = spawnSync(
        tool,
        [`--servers=${target.host}:${target.port}`, ...args],
        { cwd: folder, encoding: 'utf8', timeout: TIMEOUT_MS },
      )
      return { status, text: stdout + stderr }
    }

    it.each([['text'], ['binary']])('copies, reads and removes in %s', (dialect) => {
      const flags = dialect === 'binary' ? ['--binary'] : []
      writeFileSync(join(folder, dialect), `a file, as ${dialect}`)
      expect(run('memcping')).toEqual({ status: 0, text: '' })
      expect(run('memccp', ...flags, dialect)).toEqual({ status: 0, text: '' })
      expect(run('memccat', ...flags, dialect)).toEqual({
        status: 0,
        text: `a file, as ${dialect}\n`,
      })
      expect(run('memcexist', ...flags, dialect).status).toBe(0)
      expect(run('memctouch', ...flags, dialect).status).toBe(0)
      expect(run('memcrm', ...flags, dialect).status).toBe(0)
      expect(run('memcexist', ...flags, dialect).status).toBe(1)
      expect(run('memcstat', ...flags).text).toMatch(/^\s*curr_items: \d+$/m)
      const [large, small] = [`${dialect}-large`, `${dialect}-small`]
      const value = 'v'.repeat(LARGE)
      writeFileSync(join(folder, large), value)
      writeFileSync(join(folder, small), 'small')
      expect(run('memccp', ...flags, large, small)).toEqual({ status: 0, text: '' })
      expect(run('memccat', ...flags, large, small).text === `${value}\nsmall\n`).toBe(true)
      expect(run('memcflush', ...flags).status).toBe(0)
      expect(run('memcexist', ...flags, small).status).toBe(1)
    })

    it.runIf(server !== 'memcached')('memcdump names every key', () => {
      expect(run('memcflush').status).toBe(0)
      const names = Array.from({ length: 20 }, (_, i) => `dumped-${i}`)
      for (const name of names) writeFileSync(join(folder, name), name)
      expect(run('memccp', ...names)).toEqual({ status: 0, text: '' })
      expect(run('memcdump').text.trim().split('\n').toSorted()).toEqual(names.toSorted())
    })

    it.each([
      ['text', []],
      ['binary', ['--binary']],
      ['text, ten keys at once', ['--division=10']],
    ])(
      `memcaslap finds what it stored, ${CLIENTS} at once, ${OPERATIONS} operations each: %s`,
      (_, flags) => {
        const load = [`--concurrency=${CLIENTS}`, `--execute_number=${CLIENTS * OPERATIONS}`]
        const size = ['--threads=2', '--fixed_size=100', '--win_size=1k', '--verify=1']
        const { status, text } = run('memcaslap', ...size, ...load, ...flags)
        const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1])
        expect(status).toBe(0)
        expect(count('cmd_get') + count('cmd_set')).toBe(CLIENTS * OPERATIONS)
        expect(['get_misses', 'verify_misses', 'verify_failed'].map(count)).toEqual([0, 0, 0])
      },
      TIMEOUT_MS,
    )

    // It waits for several seconds.
    it.runIf(isFullMatrix || server === targets[0])(
      'memccapable finds what it looks for',
      ({ skip }) => {
        if (target.restart === undefined) return skip('it empties the server')
        const { error, stderr, stdout } = spawnSync(
          'memccapable',
          ['-h', target.host, '-p', String(target.port), '-t', '10'],
          { encoding: 'utf8', timeout: TIMEOUT_MS },
        )
        expect(error).toBeUndefined()
        const lines = (stdout + stderr).split('\n')
        const of = (verdict: string) =>
          lines.flatMap((line) => new RegExp(`^(.*?) +\\[${verdict}\\]`).exec(line)?.[1] ?? [])
        expect(of('pass').length).toBeGreaterThanOrEqual(50)
        expect(of('FAIL').filter((name) => !NOT_AS_IT_WAS.has(name))).toEqual([])
      },
      TIMEOUT_MS,
    )
  })
})
