import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debugLog } from '@pelikan/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelikan-log-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

describe('the debug log', () => {
  it('appends lines of JSON to a file, from its level up', () => {
    const file = join(folder, 'server.log')
    const log = debugLog({ name: 'cache', level: 'info', file })
    log.debug('not this')
    log.info({ port: 1 }, 'this')
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { name: 'cache', level: 30, port: 1, msg: 'this' },
    ])
  })

  it('says why a file cannot be opened', () => {
    const missing = join(folder, 'missing', 'server.log')
    for (const [file, reason] of [
      [folder, 'it is a directory'],
      [missing, 'there is no such directory'],
    ] as const) {
      expect(() => debugLog({ name: 'cache', level: 'info', file })).toThrow(
        expect.objectContaining({
          code: 'PELIKAN_LOG_UNAVAILABLE',
          message: `cannot write the log ${file}: ${reason}`,
        }),
      )
    }
    expect(existsSync(missing)).toBe(false)
  })

  it.skipIf(!existsSync('/dev/full'))('is given up, with one line, when the disk is full', () => {
    const lines: unknown[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(line) > 0)
    const log = debugLog({ name: 'cache', level: 'info', file: '/dev/full' })
    for (let i = 0; i < 5; i++) log.info('more')
    expect(lines).toEqual([expect.stringMatching(/^cache: the log is given up: .*ENOSPC/)])
  })
})
