import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { LogFile, type LogFileOptions } from '@pelikan/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
let path: string
let troubles: string[]
const opened: LogFile[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelikan-file-'))
  path = join(folder, 'x.log')
  troubles = []
})
afterEach(async () => {
  for (const file of opened.splice(0)) await file.close()
  rmSync(folder, { recursive: true })
})

function open(options: Partial<LogFileOptions> = {}): LogFile {
  const troubled = (trouble: string): void => void troubles.push(trouble)
  const file = new LogFile({ path, maxBytes: 10, keepFiles: 2, troubled, ...options })
  opened.push(file)
  return file
}

/** Write, and begin a fresh file where it is time. */
async function write(file: LogFile, text: string): Promise<void> {
  file.wrote(writeSync(file.fd, text))
  if (file.isDue) await file.rotate()
  await file.settled()
}

/** Every file and what is in it. */
function files(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const bytes = readFileSync(join(folder, name))
      return [name, String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)]
    }),
  )
}

describe('a log file', () => {
  it('keeps as many older files as are wanted, compressed, the newest first', async () => {
    const file = open()
    for (let i = 1; i <= 4; i++) await write(file, `${i}`.repeat(12))
    await write(file, 'short')
    expect(files()).toEqual({
      'x.log': 'short',
      'x.log.1.gz': '4'.repeat(12),
      'x.log.2.gz': '3'.repeat(12),
    })
    expect(troubles).toEqual([])
  })

  it('keeps none where none are wanted', async () => {
    const file = open({ keepFiles: 0 })
    await write(file, 'a'.repeat(12))
    await write(file, 'b')
    expect(files()).toEqual({ 'x.log': 'b' })
  })

  it('counts what was there before, and drops files beyond those that are kept', async () => {
    writeFileSync(path, '123456789')
    for (const n of [1, 2, 3, 4]) writeFileSync(`${path}.${n}`, `${n}`)
    const file = open()
    await write(file, 'x')
    expect(files()).toEqual({ 'x.log': '', 'x.log.1.gz': '123456789x', 'x.log.2.gz': '1' })
  })

  it.each([
    ['minutely', 59_999, 60_000],
    ['hourly', 3_599_999, 3_600_000],
    ['daily', 86_399_999, 86_400_000],
  ] as const)('%s begins a fresh one', async (interval, last, next) => {
    let now = 0
    const file = open({ interval, now: () => now, maxBytes: 1000 })
    await write(file, 'a')
    now = last
    await write(file, 'b')
    now = next
    await write(file, 'c')
    await write(file, 'd')
    expect(files()).toEqual({ 'x.log': 'd', 'x.log.1.gz': 'abc' })
  })

  it('of yesterday is put aside today', async () => {
    writeFileSync(path, 'old')
    utimesSync(path, 1, 1)
    await write(open({ interval: 'daily', now: () => 86_400_000, maxBytes: 1000 }), '+')
    expect(files()).toEqual({ 'x.log': '', 'x.log.1.gz': 'old+' })
  })

  it('goes on in the same one, and says so, where the old one cannot be put aside', async () => {
    const file = open({ keepFiles: 1 })
    mkdirSync(`${path}.1`)
    await write(file, 'a'.repeat(12))
    await write(file, 'b')
    expect(readFileSync(path, 'utf8')).toBe(`${'a'.repeat(12)}b`)
    expect(troubles[0]).toMatch(/^the log .*x\.log cannot be put aside: /)
  })

  it.each([
    ['', 'it is a directory'],
    ['missing/x.log', 'there is no such directory'],
  ])('that cannot be opened (%j) is an error that says why', (name, reason) => {
    const bad = join(folder, name)
    expect(() => open({ path: bad })).toThrow(
      expect.objectContaining({
        code: 'PELIKAN_LOG_UNAVAILABLE',
        message: `cannot write the log ${bad}: ${reason}`,
      }),
    )
  })

  it('that cannot be opened again stays', async () => {
    const file = open({ maxBytes: 1000 })
    await write(file, 'a')
    rmSync(folder, { recursive: true })
    file.reopen()
    await write(file, 'b')
    expect(troubles).toEqual([`the log ${path} cannot be opened again: there is no such directory`])
    mkdirSync(folder)
  })

  it.skipIf(!existsSync('/dev/null'))('that is a device is never put aside', async () => {
    const file = open({ path: '/dev/null', maxBytes: 1 })
    await write(file, 'a'.repeat(12))
    expect(file.isDue).toBe(false)
    expect(existsSync('/dev/null.1.gz')).toBe(false)
  })

  it('that is closed while an old one is compressed leaves that as it was', async () => {
    const file = open()
    file.wrote(writeSync(file.fd, 'a'.repeat(12)))
    await file.rotate()
    await file.close()
    opened.splice(0)
    expect(Object.values(files()).join('')).toBe('a'.repeat(12))
    expect(readdirSync(folder)).not.toContain('x.log.1.gz.part')
    expect(troubles).toEqual([])
  })
})
