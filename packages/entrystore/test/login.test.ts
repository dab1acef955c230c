/** Logging in, in both dialects; what text does is what memcached does, see `@pelikan/testkit`. */
import { readFileSync } from 'node:fs'
import { Credentials } from '@pelikan/entrystore'
import { byteByByte, formatFailure, parseTranscript, runTranscript } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { InProcessServer } from './in-process.ts'

const FOLDER = new URL('../../testkit/transcripts/login/', import.meta.url)

describe('a login', () => {
  for (const [how, cut] of [
    ['in one piece', (bytes: Buffer) => [bytes]],
    ['byte by byte', byteByByte],
  ] as const) {
    for (const name of ['text.txt', 'binary.txt']) {
      it(`${name}, ${how}`, async () => {
        const transcript = parseTranscript(name, readFileSync(new URL(name, FOLDER), 'utf8'))
        const server = new InProcessServer(['-Y', 'file'], cut)
        const failures = await runTranscript(transcript, server)
        expect(failures.map(formatFailure)).toEqual([])
      })
    }
  }

  it('is counted', async () => {
    const server = new InProcessServer(['-Y', 'file'], (bytes) => [bytes])
    const wrong = 'set a 0 0 7\r\npeter x\r\n'
    const stats = await server.ask(`${wrong}${wrong}set a 0 0 9\r\npeter pan\r\nstats\r\n`)
    expect(stats).toContain('STAT auth_cmds 3\r\nSTAT auth_errors 2\r\n')
  })

  it('closes on what is no line', async () => {
    const server = new InProcessServer(['-Y', 'file'], (bytes) => [bytes])
    for (const text of ['\r\n', '\n\n\n\n', 'quit\n']) {
      expect(await server.ask(`${text}set a 0 0 9\r\npeter pan\r\n`), text).toBe('')
    }
    expect(await server.ask('x'.repeat(3000))).toBe('')
    expect(await server.ask('set a 0 0 16385\r\n')).toBe('CLIENT_ERROR auth token too long\r\n')
  })
})

describe('Credentials', () => {
  it('accepts a user with that password, and nothing else', () => {
    const credentials = new Credentials([
      { user: 'a', password: 'bc' },
      { user: 'ab', password: '' },
    ])
    expect(credentials.accepts('a', 'bc')).toBe(true)
    expect(credentials.accepts('ab', '')).toBe(true)
    for (const [user, password] of [
      ['ab', 'c'],
      ['a', ''],
      ['a', 'bcd'],
      ['', 'abc'],
      ['', ''],
    ] as const) {
      expect(credentials.accepts(user, password), `${user}:${password}`).toBe(false)
    }
  })
})
