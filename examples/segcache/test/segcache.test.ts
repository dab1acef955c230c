/** What only segcache has: the settings of its storage, on the real program. The rest is in ../../twemcache/test. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startServer } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const VALUE = 'x'.repeat(100_000)

/** Start it with `flags` and say `text`: what it answers until it closes, and what it printed. */
async function conversation(
  text: string,
  ...flags: string[]
): Promise<{ answer: string; output: string }> {
  const server = await startServer({
    command: process.execPath,
    args: (port) => [MAIN, '-p', String(port), ...flags],
    ready: /lists all settings/,
    startTimeoutMs: 18_000,
  })
  try {
    const socket = connect(server.port, server.host)
    await once(socket, 'connect')
    socket.end(`${text}quit\r\n`)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    return { answer, output: server.output() }
  } finally {
    await server.stop('SIGKILL')
  }
}

async function answerTo(text: string, ...flags: string[]): Promise<string> {
  return (await conversation(text, ...flags)).answer
}

// Beside each other: most of each is the start of a server.
describe.concurrent('eviction', () => {
  const fill = Array.from(
    { length: 200 },
    (_, i) => `set k${i} 0 0 ${VALUE.length} noreply\r\n${VALUE}\r\n`,
  ).join('')
  const policies = ['Random', 'RandomFifo', 'Fifo', 'Cte', 'Util', 'Merge', 'S3Fifo']
  for (const policy of policies) {
    it(`${policy} makes room for 20 MB in 8 MB`, async () => {
      const answer = await answerTo(
        `${fill}set last 0 0 1\r\ny\r\nget last\r\nstats\r\n`,
        '-m8',
        `--seg-eviction=${policy}`,
      )
      expect(answer).toMatch(/^STORED\r\nVALUE last 0 1\r\ny\r\nEND\r\n/)
      expect(Number(/STAT evictions (\d+)/.exec(answer)?.[1])).toBeGreaterThan(100)
      expect(Number(/STAT curr_items (\d+)/.exec(answer)?.[1])).toBeLessThan(80)
    })
  }

  it('None refuses what has no room', async () => {
    const answer = await answerTo(
      `${fill}set last 0 0 ${VALUE.length}\r\n${VALUE}\r\nget k0\r\n`,
      '-m8',
      '-M',
    )
    expect(answer).toBe(
      `SERVER_ERROR out of memory storing object\r\nVALUE k0 0 ${VALUE.length}\r\n${VALUE}\r\nEND\r\n`,
    )
  })
})

describe('memory', () => {
  it('that the table and two segments do not fit into is refused in a line', () => {
    const flags = ['-p', '0', '-m', '2', '--seg-segment-size', '1m']
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...flags], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^segcache: heapBytes is 2097152; 2 segments of .+\n$/)
  })

  it('for a table that is too small is said to be so', async () => {
    const { output } = await conversation('', '-m', '256', '--seg-hash-power', '10')
    expect(output).toContain('hashPower 10 makes a table of')
  })
})

it('counts under names that memcached has', async () => {
  const answer = await answerTo('set a 0 0 1\r\nx\r\nget a\r\nstats\r\n')
  const names = [...answer.matchAll(/^STAT (\S+)/gm)].map((match) => match[1])
  expect(names).toEqual(
    expect.arrayContaining([
      ...['max_connections', 'curr_connections', 'total_connections', 'rejected_connections'],
      ...['cmd_get', 'get_hits', 'bytes_read', 'bytes_written', 'limit_maxbytes', 'threads'],
      ...['bytes', 'curr_items', 'total_items', 'evictions'],
    ]),
  )
  expect(answer).toContain('STAT curr_items 1\r\n')
  expect(answer).toContain('STAT total_items 1\r\n')
  expect(answer).toContain('STAT curr_connections 1\r\n')
})
