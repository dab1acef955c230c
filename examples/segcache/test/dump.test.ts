/** `lru_crawler metadump` and `mgdump`: every key once, and a client that does not read costs little. */
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
})

it('is refused with -X', async () => {
  const server = await start(segcache, ['-X'])
  const answer = await talk(server, 'lru_crawler metadump all\r\nlru_crawler mgdump all\r\n')
  expect(answer).toBe('ERROR metadump not allowed\r\nERROR key dump not allowed\r\n')
  await server.stop()
})
