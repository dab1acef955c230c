import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { LogFile, type LogFileOptions, debugLog } from '@pelikan/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

let folder: string
let file: LogFile
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelikan-log-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

function open(options: Partial<LogFileOptions> = {}): LogFile {
  file = new LogFile({
    path: join(folder, 'server.log'),
    maxBytes: 1 << 30,
    keepFiles: 2,
    troubled: (trouble) => expect.unreachable(trouble),
    ...options,
  })
  return file
}

/** What the lines of a file say. */
function said(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

describe('the debug log', () => {
  it('appends lines of JSON to a file, from its level up', async () => {
    const log = debugLog({ name: 'cache', level: 'info', file: open() })
    log.debug('not this')
    log.info({ port: 1 }, 'this')
    expect(JSON.parse(read('server.log'))).toMatchObject({
      name: 'cache',
      level: 30,
      port: 1,
      msg: 'this',
    })
    await file.close()
  })

  it('begins a fresh file when one is full, and loses no line over it', async () => {
    const log = debugLog({ name: 'cache', level: 'info', file: open({ maxBytes: 200 }) })
    for (let i = 0; i < 5; i++) {
      log.info(`line ${i}`)
      log.info(`${i} again`)
      await file.settled()
    }
    expect(readdirSync(folder).toSorted()).toEqual([
      'server.log',
      'server.log.1.gz',
      'server.log.2.gz',
    ])
    const older = (n: number): string =>
      String(gunzipSync(readFileSync(join(folder, `server.log.${n}.gz`))))
    expect(said(older(1))).toEqual(['line 4', '4 again'])
    expect(said(older(2))).toEqual(['line 3', '3 again'])
    await file.close()
  })

  it('goes on in a new file when somebody has moved the old one away', async () => {
    const log = debugLog({ name: 'cache', level: 'info', file: open() })
    log.info('before')
    renameSync(join(folder, 'server.log'), join(folder, 'moved.log'))
    log.info('meanwhile')
    file.reopen()
    log.info('after')
    expect(said(read('moved.log'))).toEqual(['before', 'meanwhile'])
    expect(said(read('server.log'))).toEqual(['after'])
    await file.close()
  })

  it.skipIf(!existsSync('/dev/full'))('says once that the disk is full, and goes on', async () => {
    const lines: unknown[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(line) > 0)
    const log = debugLog({ name: 'cache', level: 'info', file: open({ path: '/dev/full' }) })
    for (let i = 0; i < 5; i++) log.info('more')
    expect(lines).toEqual([
      'cache: the log cannot be written: the disk is full; its lines are lost until it can\n',
    ])
    await file.close()
  })
})
