/** Flags that change what clients are answered, on the server as it is composed. Their transcripts run over sockets. */
import { expect, it } from 'vitest'
import { SegcacheInProcess, isOver } from './in-process.ts'

const BINARY_NOOP = Buffer.alloc(24)
BINARY_NOOP.set([0x80, 0x0a])
const MN = Buffer.from('mn\r\n')

async function tell(flags: readonly string[], ...pieces: readonly Buffer[]) {
  const server = new SegcacheInProcess(flags)
  await server.listening
  const connection = server.connect()
  server.deliver(connection, pieces, Infinity)
  expect(server.failures).toEqual([])
  return connection
}

it('-B ascii hangs up on who speaks binary', async () => {
  expect((await tell(['-B', 'ascii'], MN)).sent).toBe('MN\r\n')
  const refused = await tell(['--protocol=ascii'], BINARY_NOOP)
  expect(isOver(refused)).toBe(true)
  expect(refused.sent).toBe('')
})

it('-B binary hangs up on who speaks text', async () => {
  expect((await tell(['-B', 'binary'], BINARY_NOOP)).sent).toHaveLength(24)
  const refused = await tell(['--protocol', 'binary'], MN)
  expect(isOver(refused)).toBe(true)
  expect(refused.sent).toBe('')
})

it('-B auto, and nothing, serve both', async () => {
  for (const flags of [[], ['-B', 'auto']]) {
    expect((await tell(flags, MN)).sent).toBe('MN\r\n')
    expect((await tell(flags, BINARY_NOOP)).sent).toHaveLength(24)
  }
})

it.each([
  ['-F', 'flush_all', 'CLIENT_ERROR flush_all not allowed'],
  ['-X', 'lru_crawler metadump all', 'ERROR metadump not allowed'],
  ['-W', 'watch', 'CLIENT_ERROR watch commands not allowed'],
  ['-C', 'ms a 0 c\r\n', 'HD c0'],
])('%s: %s is answered with %s', async (flag, line, answer) => {
  expect((await tell([flag], Buffer.from(`${line}\r\n`))).sent).toBe(`${answer}\r\n`)
})

it('-M refuses what has no room', async () => {
  const set = Buffer.from(`set k 0 0 100000\r\n${'v'.repeat(100_000)}\r\n`)
  const sets = Array.from({ length: 40 }, (_, i) =>
    Buffer.from(set.toString().replace('k', `k${i}`)),
  )
  expect((await tell(['-M'], ...sets)).sent).toMatch(
    /^(?:STORED\r\n)+(?:SERVER_ERROR out of memory storing object\r\n)+$/,
  )
  expect((await tell([], ...sets)).sent).toMatch(/^(?:STORED\r\n){40}$/)
})
