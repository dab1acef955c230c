/** `lru_crawler metadump`, `mgdump` and `stats cachedump`: every key once, and a client that does not read costs little. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { RunningServer } from '@pelikan/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { segcache, segcacheThreads, start } from './servers.ts'

const ITEMS = 50_000
const MIB = 1024 * 1024

async function talk(server: RunningServer, text: string): Promise<string> {
  const socket = connect(server.port, server.host)
  socket.setEncoding('latin1')
  socket.end(text, 'latin1')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}

describe.each([segcache, segcacheThreads])('a dump of $name', (tested) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await start(tested)
    const sets = Array.from({ length: ITEMS }, (_, i) => `set key-${i} 5 0 2 noreply\r\nhi\r\n`)
    await talk(server, `${sets.join('')}set odd:\x01% 0 100 1\r\n1\r\nversion\r\n`)
    return async () => void (await server.stop())
  })

  it.each(['all', 'hash', '1', '3,1'])('of %s names every item once', async (which) => {
    const lines = (await talk(server, `lru_crawler metadump ${which}\r\nmn\r\n`)).split('\n')
    expect(lines.at(0)).toBe('OK\r')
    expect(lines.slice(-3)).toEqual(['END\r', 'MN\r', ''])
    const keys = lines.slice(1, -3).map((line) => /^key=(\S+) /.exec(line)?.[1])
    expect(keys).toHaveLength(ITEMS + 1)
    expect(new Set(keys).size).toBe(ITEMS + 1)
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^key=key-77 exp=-1 la=\d{10} cas=\d+ fetch=no cls=1 size=58 flags=5 $/,
      ),
    )
    expect(lines).toContainEqual(expect.stringMatching(/^key=odd%3A%01%25 exp=\d{10} /))
  })

  it('of another class names none; of none there is an error', async () => {
    expect(await talk(server, 'lru_crawler metadump 5\r\n')).toBe('OK\r\nEND\r\n')
    expect(await talk(server, 'lru_crawler mgdump x\r\n')).toBe('BADCLASS invalid class id\r\n')
  })

  it('as mgdump can be sent back', async () => {
    const lines = (await talk(server, 'lru_crawler mgdump all\r\n')).split('\r\n')
    expect(lines.at(0)).toBe('OK')
    expect(lines.slice(-2)).toEqual(['EN', ''])
    expect(lines).toHaveLength(ITEMS + 4)
    expect(lines).toContain('mg key-77')
    expect(lines).toContain(`mg ${Buffer.from('odd:\x01%').toString('base64')} b`)
  })

  it('as stats cachedump has as many items as are asked for', async () => {
    const shown = async (words: string) => {
      const lines = (await talk(server, `stats cachedump ${words}\r\nmn\r\n`)).split('\r\n')
      expect(lines.slice(-3)).toEqual(['END', 'MN', ''])
      return lines.slice(0, -3)
    }
    expect(await shown('1 7')).toHaveLength(7)
    expect(await shown('2 7')).toEqual([])
    const lines = await shown('1 0')
    expect(lines).toContain('ITEM key-77 [2 b; 0 s]')
    const keys = lines.map((line) => /^ITEM (\S+) \[\d+ b; \d+ s\]$/.exec(line)?.[1])
    expect(new Set(keys).size).toBe(ITEMS)
    // A key with a blank or a control character could be read as something else.
    expect(keys.every((key) => key?.startsWith('key-'))).toBe(true)
  })

  it('waits for clients that do not read, in little memory, and serves others', async () => {
    const before = residentBytes(server.pid)
    const idle = Array.from({ length: 20 }, () => {
      const socket = connect(server.port, server.host).pause()
      socket.write('lru_crawler metadump all\r\n'.repeat(10))
      return socket
    })
    for (let i = 0; i < 20; i++) expect(await talk(server, 'get key-1\r\n')).toContain('hi')
    // All of their answers would be 500 MiB.
    expect(residentBytes(server.pid) - before).toBeLessThan(100 * MIB)
    for (const socket of idle) socket.destroy()
    expect(await talk(server, 'get key-1\r\n')).toContain('hi')
  })

  it('as stats cachedump ends with two mebibytes', async () => {
    const name = (i: number) => String(i).padStart(240, 'k')
    const sets = Array.from({ length: 10_000 }, (_, i) => `set ${name(i)} 0 0 2 noreply\r\nhi\r\n`)
    await talk(server, `${sets.join('')}version\r\n`)
    const { length } = (await talk(server, 'stats cachedump 1 0\r\n')).replace(/END\r\n$/, '')
    expect(length).toBeLessThanOrEqual(2 * MIB)
    expect(length).toBeGreaterThan(2 * MIB - 300)
  })
})

it('is refused with -X', async () => {
  const server = await start(segcache, ['-X'])
  const dumps = ['lru_crawler metadump all', 'lru_crawler mgdump all', 'stats cachedump 1 0']
  expect((await talk(server, `${dumps.join('\r\n')}\r\n`)).split('\r\n')).toEqual([
    'ERROR metadump not allowed',
    'ERROR key dump not allowed',
    'CLIENT_ERROR stats cachedump not allowed',
    '',
  ])
  await server.stop()
})
