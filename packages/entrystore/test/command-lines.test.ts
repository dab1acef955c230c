/** The lines of the command log, for every command of the three dialects. */
import { ByteBuffer } from '@pelikan/buffer'
import { memcacheCommandLine, pingCommandLine } from '@pelikan/entrystore'
import { PingParser } from '@pelikan/protocol-ping'
import { beforeEach, describe, expect, it } from 'vitest'
import { InProcessServer } from './in-process.ts'

const line = Buffer.alloc(2048)
let lines: (string | undefined)[]
const server = new InProcessServer([], (bytes) => [bytes])
server.executed = (request, response) => {
  const end = memcacheCommandLine(request, response, line, 5)
  lines.push(end === 5 ? undefined : line.toString('latin1', 5, end))
}
beforeEach(async () => {
  lines = []
  await server.ask('flush_all\r\nset a 7 0 5\r\nhello\r\nset n 0 0 1\r\n5\r\n')
})

/** The lines of what `text` asks, one for each request. */
async function log(text: string): Promise<(string | undefined)[]> {
  lines = []
  await server.ask(text)
  return lines
}

const LARGE = 300_000

describe('the classic dialect', () => {
  it.each([
    ['get a\r\n', ['"get a" 4 5']],
    ['get x\r\n', ['"get x" 0 0']],
    ['get a x n\r\n', ['"get a" 4 5', '"get x" 0 0', '"get n" 4 1']],
    ['gets a\r\n', ['"gets a" 4 5']],
    ['gat 100 a\r\n', ['"gat a" 4 5']],
    ['gats 100 x\r\n', ['"gats x" 0 0']],
    ['set b 42 100 3\r\nabc\r\n', ['"set b 42 100 3" 5 8']],
    ['set b 4294967295 -1 0 noreply\r\n\r\n', ['"set b 4294967295 -1 0" 5 0']],
    ['add a 0 0 1\r\nx\r\n', ['"add a 0 0 1" 9 12']],
    ['add b 0 0 1\r\nx\r\n', ['"add b 0 0 1" 5 8']],
    ['replace x 0 0 1\r\nx\r\n', ['"replace x 0 0 1" 9 12']],
    ['append a 0 0 2\r\nyz\r\n', ['"append a 0 0 2" 5 8']],
    ['prepend x 0 0 1\r\nx\r\n', ['"prepend x 0 0 1" 9 12']],
    ['cas a 1 2 1 999\r\nx\r\n', ['"cas a 1 2 1 999" 6 8']],
    ['cas x 1 2 1 999\r\nx\r\n', ['"cas x 1 2 1 999" 8 11']],
    ['delete a\r\n', ['"delete a" 7 9']],
    ['delete x\r\n', ['"delete x" 8 11']],
    ['incr n 2\r\n', ['"incr n" 5 3']],
    ['incr x 2\r\n', ['"incr x" 8 11']],
    ['decr n 2\r\n', ['"decr n" 5 3']],
    ['decr x 2\r\n', ['"decr x" 8 11']],
    ['touch a 100\r\n', ['"touch a" 4 9']],
    ['touch x 100\r\n', ['"touch x" 8 11']],
  ])('%j', async (text, expected) => {
    expect(await log(text)).toEqual(expected)
  })

  it.each([
    'incr a 1\r\n',
    'version\r\n',
    'stats\r\n',
    'flush_all\r\n',
    'nonsense\r\n',
    'set a 0 0 5\r\nhello, world\r\n',
    'get\r\n',
  ])('%j has none', async (text) => {
    for (const each of await log(text)) expect(each).toBeUndefined()
    expect(lines).not.toEqual([])
  })

  it('has one line for a value that comes in pieces', async () => {
    const value = 'v'.repeat(LARGE)
    expect(await log(`set big 1 2 ${LARGE}\r\n${value}\r\nget big\r\n`)).toEqual([
      `"set big 1 2 ${LARGE}" 5 8`,
      `"get big" 4 ${LARGE}`,
    ])
  })

  it('has none for a value that is too large', async () => {
    const length = 2_000_000
    const text = `set big 0 0 ${length}\r\n${'v'.repeat(length)}\r\nget a\r\n`
    expect((await log(text)).filter((each) => each !== undefined)).toEqual(['"get a" 4 5'])
  })

  it('keeps lines apart whatever a key is made of', async () => {
    const key = 'a"b\\c\x7fd\x01é'
    expect(await log(`get ${key}\r\n`)).toEqual([String.raw`"get a\x22b\x5cc\x7fd\x01` + 'é" 0 0'])
  })

  it('has room for the longest line', async () => {
    const key = '\x01'.repeat(250)
    const cas = '18446744073709551615'
    const [longest] = await log(`cas ${key} 4294967295 -2147483648 1 ${cas}\r\nx\r\n`)
    expect(longest).toBe(
      `"cas ${String.raw`\x01`.repeat(250)} 4294967295 -2147483648 1 ${cas}" 8 11`,
    )
  })
})

describe('the meta dialect', () => {
  it.each([
    ['mg a v\r\n', ['"mg a" 4 5']],
    ['mg a\r\n', ['"mg a" 4 0']],
    ['mg x v q\r\n', ['"mg x" 0 0']],
    ['me a\r\n', ['"me a" 4 0']],
    ['me x\r\n', ['"me x" 0 0']],
    ['ms b 3 F9 T60\r\nabc\r\n', ['"ms b 9 60 3" 5 4']],
    ['ms b 3 q\r\nabc\r\n', ['"ms b 0 0 3" 5 0']],
    ['ms a 1 ME\r\nx\r\n', ['"ms a 0 0 1" 9 4']],
    ['ms a 1 C999\r\nx\r\n', ['"ms a 0 0 1 999" 6 4']],
    ['ms x 1 C999\r\nx\r\n', ['"ms x 0 0 1 999" 8 4']],
    ['md a\r\n', ['"md a" 7 4']],
    ['md x\r\n', ['"md x" 8 4']],
    ['md a C999\r\n', ['"md a" 6 4']],
    ['ma n\r\n', ['"ma n" 5 4']],
    ['ma x\r\n', ['"ma x" 8 4']],
    ['mg CgEi b v\r\n', [String.raw`"mg \x0a\x01\x22" 0 0`]],
    ['mn\r\n', [undefined]],
  ])('%j', async (text, expected) => {
    expect(await log(text)).toEqual(expected)
  })

  it('has one line for a value that comes in pieces', async () => {
    const value = 'v'.repeat(LARGE)
    expect(await log(`ms big ${LARGE} T9\r\n${value}\r\n`)).toEqual([`"ms big 0 9 ${LARGE}" 5 4`])
  })
})

/** A request of the binary dialect. */
function binary(
  opcode: number,
  {
    cas = 0,
    extras = '',
    key = '',
    value = '',
  }: {
    cas?: number
    extras?: string
    key?: string
    value?: string
  },
): string {
  const head = Buffer.alloc(24)
  head[0] = 0x80
  head[1] = opcode
  head.writeUInt16BE(key.length, 2)
  head[4] = extras.length / 2
  head.writeUInt32BE(extras.length / 2 + key.length + value.length, 8)
  head.writeUInt32BE(cas, 20)
  return head.toString('latin1') + Buffer.from(extras, 'hex').toString('latin1') + key + value
}

const STORE = '0000000900000064'
const COUNT = '00000000000000010000000000000000'

describe('the binary dialect', () => {
  it.each([
    ['get', binary(0x00, { key: 'a' }), '"get a" 4 5'],
    ['a missing key', binary(0x00, { key: 'x' }), '"get x" 0 0'],
    ['a quiet get', binary(0x09, { key: 'x' }), '"get x" 0 0'],
    ['getk', binary(0x0c, { key: 'a' }), '"get a" 4 5'],
    ['gat', binary(0x1d, { extras: '00000064', key: 'a' }), '"gat a" 4 5'],
    ['touch', binary(0x1c, { extras: '00000064', key: 'x' }), '"touch x" 8 33'],
    ['set', binary(0x01, { extras: STORE, key: 'b', value: 'xyz' }), '"set b 9 100 3" 5 24'],
    ['a quiet set', binary(0x11, { extras: STORE, key: 'b', value: 'xyz' }), '"set b 9 100 3" 5 0'],
    [
      'set with a token',
      binary(0x01, { cas: 999, extras: STORE, key: 'a', value: 'x' }),
      '"cas a 9 100 1 999" 6 44',
    ],
    ['add', binary(0x02, { extras: STORE, key: 'a', value: 'x' }), '"add a 9 100 1" 9 44'],
    ['append', binary(0x0e, { key: 'a', value: 'x' }), '"append a 0 0 1" 5 24'],
    ['delete', binary(0x04, { key: 'a' }), '"delete a" 7 24'],
    ['delete of a missing key', binary(0x04, { key: 'x' }), '"delete x" 8 33'],
    ['incr', binary(0x05, { extras: `${COUNT}ffffffff`, key: 'n' }), '"incr n" 5 32'],
    ['decr', binary(0x06, { extras: `${COUNT}ffffffff`, key: 'x' }), '"decr x" 8 33'],
    ['noop', binary(0x0a, {}), undefined],
    ['an unknown command', binary(0x77, {}), undefined],
  ])('%s', async (_, text, expected) => {
    expect(await log(text)).toEqual([expected])
  })

  it('has one line for a value that comes in pieces', async () => {
    const value = 'v'.repeat(LARGE)
    expect(await log(binary(0x01, { extras: STORE, key: 'big', value }))).toEqual([
      `"set big 9 100 ${LARGE}" 5 24`,
    ])
  })
})

describe('pings', () => {
  it.each([
    ['ping\r\n', 'ping 6'],
    ['quit\r\n', ''],
  ])('%j', (text, expected) => {
    const input = new ByteBuffer({ initial: 64, limit: 64 })
    input.append(Buffer.from(text), 0, text.length)
    const request = new PingParser().parse(input)!
    const end = pingCommandLine(request, undefined, line, 3)
    expect(line.toString('latin1', 3, end)).toBe(expected)
  })
})
