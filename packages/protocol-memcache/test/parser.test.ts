import { ByteBuffer } from '@pelikan/buffer'
import { ProtocolError } from '@pelikan/core'
import { MemcacheParser, type MemcacheRequest, Op, Part, REFUSED } from '@pelikan/protocol-memcache'
import { anyCuts, testProtocol } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeRequest } from './describe-request.ts'

const K250 = 'k'.repeat(250)
const K251 = 'k'.repeat(251)
const BAD = 'reject BadFormat'
/** `get` and 5242 keys: 172 bytes are left up to 1 MiB. */
const A199 = 'a'.repeat(199)
const MANY = `get ${`${A199} `.repeat(5242)}`

testProtocol<MemcacheRequest, string>(() => new MemcacheParser(), {
  record: describeRequest,
  cases: [
    { name: 'nothing', input: '', requests: [] },
    { name: 'get', input: 'get a\r\n', requests: ['get a'] },
    { name: 'a line feed ends a line', input: 'get a\nget b\n', requests: ['get a', 'get b'] },
    { name: 'an open line', input: 'get a\r', requests: [], rest: 6 },
    { name: 'keys', input: 'get a bb  c \r\n', requests: ['get a ..', 'get bb ..', 'get c'] },
    { name: 'gets', input: 'gets a b\r\n', requests: ['gets a ..', 'gets b'] },
    { name: 'gat', input: 'gat 10 a b\r\n', requests: ['gat 10 a ..', 'gat 10 b'] },
    { name: 'gats', input: 'gats -1 a\n', requests: ['gats -1 a'] },
    { name: 'the longest key', input: `get ${K250}\r\n`, requests: [`get ${K250}`] },
    {
      name: 'the longest keys',
      input: `get ${K250} ${K250}\n`,
      requests: [`get ${K250} ..`, `get ${K250}`],
    },
    { name: 'a key too long', input: `get ${K251}\r\nget a\r\n`, requests: [BAD, 'get a'] },
    {
      name: 'one of the keys too long',
      input: `get a ${K251} b\r\nget a\r\n`,
      requests: [BAD, 'get a'],
    },
    {
      name: 'a key in control bytes',
      input: 'get \x01\t\x00\x7f\xff\r\n',
      requests: ['get \x01\t\x00\x7f\xff'],
    },
    {
      name: 'a key with a carriage return',
      input: 'get a\rb\r\nget a\r\r\n',
      requests: ['get a\rb', 'get a\r'],
    },
    {
      name: 'no key',
      input: 'get\r\nget \r\ngets\r\ngat\r\ngat 0\r\ngat 0 \n',
      requests: [BAD, BAD, BAD, BAD, BAD, BAD],
    },
    {
      name: 'gat with no number',
      input: 'gat abc a\r\ngat 2147483648 a\r\n',
      requests: ['reject BadExptime', 'reject BadExptime'],
    },
    { name: 'noreply is a key', input: 'get a noreply\r\n', requests: ['get a ..', 'get noreply'] },

    { name: 'set', input: 'set a 1 2 3\r\nxyz\r\n', requests: ['set a 1 2 3 = xyz'] },
    {
      name: 'all six',
      input:
        'set a 0 0 1\r\n1\r\nadd a 0 0 1\r\n2\r\nreplace a 0 0 1\r\n3\r\nappend a 0 0 1\r\n4\r\nprepend a 0 0 1\r\n5\r\ncas a 0 0 1 9\r\n6\r\n',
      requests: [
        'set a 0 0 1 = 1',
        'add a 0 0 1 = 2',
        'replace a 0 0 1 = 3',
        'append a 0 0 1 = 4',
        'prepend a 0 0 1 = 5',
        'cas a 0 0 1 9 = 6',
      ],
    },
    { name: 'an empty value', input: 'set a 0 0 0\r\n\r\n', requests: ['set a 0 0 0 = '] },
    {
      name: 'a value of line ends',
      input: 'set a 0 0 4\r\n\r\n\r\n\r\nget a\r\n',
      requests: ['set a 0 0 4 = \r\n\r\n', 'get a'],
    },
    {
      name: 'noreply',
      input: 'set a 0 0 1 noreply\r\nx\r\ncas a 0 0 1 7 noreply \r\nx\r\n',
      requests: ['set a 0 0 1 = x noreply', 'cas a 0 0 1 7 = x noreply'],
    },
    { name: 'extra words', input: 'set a 0 0 1 b c\r\nx\r\n', requests: ['set a 0 0 1 = x'] },
    {
      name: 'signs and zeros',
      input: 'set a +1 +2 001\r\nx\r\nset a 0 -3 1\r\nx\r\n',
      requests: ['set a 1 2 1 = x', 'set a 0 -3 1 = x'],
    },
    {
      name: 'numbers cut to 32 bits',
      input:
        'set a 4294967297 4294967298 1\r\nx\r\nset a 18446744073709551615 -9223372036854775807 1\r\nx\r\n',
      requests: ['set a 1 2 1 = x', 'set a -1 1 1 = x'],
    },
    {
      name: 'the largest token',
      input: 'cas a 0 0 1 18446744073709551615\r\nx\r\n',
      requests: ['cas a 0 0 1 18446744073709551615 = x'],
    },
    { name: 'an open value', input: 'set a 0 0 5\r\nxyz', requests: [], rest: 16 },
    {
      name: 'a large value',
      input: `set ${K250} 0 0 20000 noreply\r\n${'v'.repeat(20_000)}\r\nget a\r\n`,
      requests: [`set ${K250} 0 0 20000 = ${'v'.repeat(20_000)} noreply`, 'get a'],
    },
    {
      name: 'a larger value',
      input: `add a 0 0 70000\r\n${'v'.repeat(70_000)}\r\nget a\r\n`,
      requests: [`add a 0 0 70000 = ${'v'.repeat(70_000)}`, 'get a'],
    },
    {
      name: 'a bad end',
      input: 'set a 0 0 1\r\nxyzget a\r\n',
      requests: ['reject BadDataChunk', 'get a'],
    },
    {
      name: 'a line feed at the end of a value',
      input: 'set a 0 0 1 noreply\r\nx\n?get a\r\n',
      requests: ['reject BadDataChunk noreply', 'get a'],
    },
    {
      name: 'a bad end of a large value',
      input: `set a 0 0 17000\r\n${'v'.repeat(17_000)}??get a\r\n`,
      requests: ['reject BadDataChunk', 'get a'],
    },
    {
      name: 'too few words',
      input: 'set\r\nset a\r\nset a 0 0\r\nset a 0 noreply\r\n',
      requests: [BAD, BAD, BAD, BAD],
    },
    {
      name: 'a length that is none',
      input:
        'set a 0 0 x\r\nset a 0 0 1x noreply\r\nset a 0 0 -1\r\nset a 0 0 +1\r\nset a 0 0 2147483646\r\nset a 0 0 000000000001\r\n',
      requests: [BAD, BAD, BAD, BAD, BAD, BAD],
    },
    {
      name: 'data that is dropped',
      input: `set a x 0 7\r\nget a\r\n\r\nset a 0 x 1 noreply\r\nx\r\nset ${K251} 0 0 3\r\nabc\r\ncas a 0 0 1\r\nx\r\ncas a 0 0 1 noreply\r\nx\r\ncas a 0 0 1 -1\r\nx\r\nget b\r\n`,
      requests: [BAD, `${BAD} noreply`, BAD, BAD, `${BAD} noreply`, BAD, 'get b'],
    },
    {
      name: 'much data that is dropped',
      input: `set a x 0 100000\r\n${'\n'.repeat(100_002)}get b\r\n`,
      requests: [BAD, 'get b'],
    },

    {
      name: 'delete',
      input: 'delete a\r\ndelete a 0\r\ndelete a noreply\r\ndelete a 10 b\r\n',
      requests: ['delete a', 'delete a', 'delete a noreply', 'delete a'],
    },
    {
      name: 'delete too little or too long',
      input: `delete\r\ndelete ${K251}\r\ndelete ${K251} noreply\r\n`,
      requests: [BAD, BAD, `${BAD} noreply`],
    },
    {
      name: 'incr and decr',
      input: 'incr a 1\r\ndecr a 18446744073709551615 noreply\r\nincr a +5 x\r\n',
      requests: ['incr a 1', 'decr a 18446744073709551615 noreply', 'incr a 5'],
    },
    {
      name: 'deltas that are none',
      input: 'incr a x\r\ndecr a -1\r\nincr a 18446744073709551616\r\nincr a noreply\r\nincr a\r\n',
      requests: [
        'reject BadDelta',
        'reject BadDelta',
        'reject BadDelta',
        'reject BadDelta noreply',
        BAD,
      ],
    },
    {
      name: 'touch',
      input: 'touch a 0\r\ntouch a -2147483648 noreply\r\n',
      requests: ['touch a 0', 'touch a -2147483648 noreply'],
    },
    {
      name: 'exptimes that are none',
      input:
        'touch a x\r\ntouch a 2147483648\r\ntouch a -2147483649 noreply\r\ntouch a\r\ntouch a -\r\n',
      requests: [
        'reject BadExptime',
        'reject BadExptime',
        'reject BadExptime noreply',
        BAD,
        'reject BadExptime',
      ],
    },

    {
      name: 'flush_all',
      input:
        'flush_all\r\nflush_all 5\r\nflush_all noreply\r\nflush_all -1 noreply\r\nflush_all 5 x\r\nflush_all x\r\nflush_all x noreply\r\n',
      requests: [
        'flush_all 0',
        'flush_all 5',
        'flush_all 0 noreply',
        'flush_all -1 noreply',
        'flush_all 5',
        'reject BadExptime',
        'reject BadExptime noreply',
      ],
    },
    {
      name: 'verbosity',
      input:
        'verbosity 1\r\nverbosity 4294967295 noreply\r\nverbosity\r\nverbosity x\r\nverbosity 4294967296\r\nverbosity noreply\r\n',
      requests: ['verbosity', 'verbosity noreply', BAD, BAD, BAD, `${BAD} noreply`],
    },
    {
      name: 'version, quit',
      input: 'version\r\nversion noreply\r\nquit\r\nquit x\r\n',
      requests: ['version', 'version', 'quit', 'quit'],
    },
    {
      name: 'stats',
      input: 'stats\r\nstats  items x\r\nstats noreply\r\n',
      requests: ['stats ', 'stats items x', 'stats noreply'],
    },

    {
      name: 'short lines',
      input: '\r\n\na\r\nab\n \r\nab\r\n',
      requests: [BAD, BAD, BAD, BAD, BAD, 'reject Error'],
    },
    {
      name: 'unknown commands',
      input: 'foo\r\nfoo noreply\r\nGET a\r\n get a\r\nget\ta\r\ngetsx a\r\nflush_al\r\n    \r\n',
      requests: [
        'reject Error',
        'reject Error noreply',
        'reject Error',
        'reject Error',
        'reject Error',
        'reject Error',
        'reject Error',
        'reject Error',
      ],
    },
    {
      name: 'HTTP',
      input: 'get a\r\nGET / HTTP/1.1\r\nget a\r\n',
      requests: ['get a'],
      closes: '',
    },
    {
      name: 'HTTP as a key',
      input: 'get HTTP/1.1\r\nHTTP/1.1\r\n',
      requests: ['get HTTP/1.1', 'reject Error'],
    },

    {
      name: 'its first byte, later',
      input: 'get a\r\n\x80abc\r\n',
      requests: ['get a', 'reject Error'],
    },

    { name: '2048 bytes without an end', input: 'x'.repeat(2048), requests: [], rest: 2048 },
    { name: '2049 bytes without an end', input: 'x'.repeat(2049), requests: [], closes: '' },
    { name: 'gat is no get', input: `gat 0 ${'x'.repeat(2049)}`, requests: [], closes: '' },
    {
      name: 'blanks before a get',
      input: `${' '.repeat(100)}get ${'a '.repeat(1500)}`,
      requests: [],
      rest: 3104,
    },
    {
      name: 'more blanks before a get',
      input: `${' '.repeat(101)}get ${'a '.repeat(1500)}`,
      requests: [],
      closes: '',
    },
    {
      name: 'a get of 20 KB',
      input: `gets ${`${'a'.repeat(199)} `.repeat(100)}\r\n`,
      requests: [
        ...Array.from({ length: 99 }, () => `gets ${'a'.repeat(199)} ..`),
        `gets ${'a'.repeat(199)}`,
      ],
    },
    {
      name: 'a line of 16 KiB',
      input: `foo ${'x'.repeat(16_378)}\r\n`,
      requests: ['reject Error'],
      whole: 'cut, it is waited for in vain',
    },
    {
      name: 'a longer line',
      input: `foo ${'x'.repeat(16_379)}\r\n`,
      requests: [],
      closes: '',
      whole: 'cut, it closes earlier',
    },
    {
      name: 'a get of 1 MiB',
      input: `${MANY}${'b'.repeat(170)}\r\n`,
      requests: [...Array.from({ length: 5242 }, () => `get ${A199} ..`), `get ${'b'.repeat(170)}`],
      whole: 'it is large',
    },
    {
      name: 'a longer get',
      input: `${MANY}${'b'.repeat(171)}\r\n`,
      requests: [],
      closes: 'CLIENT_ERROR line too long\r\n',
      whole: 'it is large',
    },
    {
      name: 'a longer get without an end',
      input: `get ${'a'.repeat(1_048_573)}`,
      requests: [],
      closes: 'CLIENT_ERROR line too long\r\n',
      whole: 'it is large',
    },
  ],
})

/** Give `pieces` to `parser` and call `each` for every request. */
function feed(
  parser: MemcacheParser,
  pieces: Iterable<Buffer>,
  each: (request: MemcacheRequest) => void,
): ByteBuffer {
  const input = new ByteBuffer({ initial: 64, limit: 4 * 1024 * 1024 })
  for (const piece of pieces) {
    input.append(piece, 0, piece.length)
    for (;;) {
      const request = parser.parse(input)
      if (request === undefined) break
      each(request)
    }
  }
  return input
}

describe('a value in pieces', () => {
  const line = Buffer.from('set abc 5 6 20000 noreply\r\n')
  const body = Buffer.alloc(20_000, 'v')

  it('keeps the key after its line has gone', () => {
    const parts: Part[] = []
    const keys = new Set<string>()
    feed(
      new MemcacheParser(),
      [line, body.subarray(0, 5), body.subarray(5), Buffer.from('\r\n')],
      (request) => {
        parts.push(request.part)
        keys.add(request.key.toString('latin1', request.keyStart, request.keyEnd))
        expect(request.valueLength).toBe(20_000)
      },
    )
    expect(parts).toEqual([Part.Begin, Part.Chunk, Part.Chunk, Part.End])
    expect([...keys]).toEqual(['abc'])
  })

  it('is partial until it ends', () => {
    const parser = new MemcacheParser()
    expect(parser.partial).toBe(false)
    feed(parser, [line, body], () => {})
    expect(parser.partial).toBe(true)
    feed(parser, [Buffer.from('\r\n')], () => {})
    expect(parser.partial).toBe(false)
  })

  it('is dropped once the storage has refused it', () => {
    const parser = new MemcacheParser()
    const seen: [Op, Part][] = []
    const rest = Buffer.from('\r\nget a\r\n')
    feed(parser, [line, body.subarray(0, 5), body.subarray(5), rest], (request) => {
      if (request.op === Op.Set) request.reservation = REFUSED
      seen.push([request.op, request.part])
    })
    expect(seen.map(([op]) => op)).toEqual([Op.Set, Op.Get])
    expect(seen[0]?.[1]).toBe(Part.Begin)
  })

  it('is given up by the end of the connection, once', () => {
    const parser = new MemcacheParser()
    feed(parser, [line, body.subarray(0, 5)], (request) => (request.reservation = 7))
    const abort = parser.end()
    expect(abort?.part).toBe(Part.Abort)
    expect(abort?.reservation).toBe(7)
    expect(abort?.reply).toBe(0)
    expect(parser.end()).toBeUndefined()
  })

  it('leaves nothing to give up where nothing is reserved', () => {
    const parser = new MemcacheParser()
    expect(parser.end()).toBeUndefined()
    feed(parser, [line], () => {})
    expect(parser.end()).toBeUndefined()
    const refused = new MemcacheParser()
    feed(refused, [line], (request) => (request.reservation = REFUSED))
    expect(refused.end()).toBeUndefined()
  })
})

describe('a value that is not wanted', () => {
  it.each([
    ['classic', 'set a 0 0 20000\r\n'],
    ['meta', 'ms a 20000\r\n'],
  ])('is no part of a request any more, so that the next one counts: %s', (_, head) => {
    const parser = new MemcacheParser()
    const input = new ByteBuffer({ initial: 64, limit: 65_536 })
    const arrive = (text: string): void => void input.append(Buffer.from(text), 0, text.length)
    arrive(head)
    const begin = parser.parse(input)
    expect([begin?.part, parser.partial]).toEqual([Part.Begin, true])
    if (begin !== undefined) begin.reservation = REFUSED
    expect(parser.partial).toBe(false)
    arrive('a'.repeat(20_000))
    expect([parser.parse(input), parser.partial]).toEqual([undefined, false])
    arrive('\r\nget b\r\n')
    expect([parser.parse(input)?.op, parser.partial]).toEqual([Op.Get, false])
  })
})

describe('between the keys of a line', () => {
  it('the rest stays in the input', () => {
    const parser = new MemcacheParser()
    const input = new ByteBuffer({ initial: 64, limit: 1024 })
    const bytes = Buffer.from('get a b c\r\nget d\r\n')
    input.append(bytes, 0, bytes.length)
    expect(parser.parse(input)?.last).toBe(false)
    expect(input.bytes.toString('latin1', input.start, input.end)).toBe('b c\r\nget d\r\n')
    input.append(bytes, 0, bytes.length)
    const keys: string[] = []
    for (;;) {
      const request = parser.parse(input)
      if (request === undefined) break
      keys.push(request.key.toString('latin1', request.keyStart, request.keyEnd))
    }
    expect(keys).toEqual(['b', 'c', 'd', 'a', 'b', 'c', 'd'])
  })
})

describe('the keys of a line', () => {
  /** What of a line is announced, request by request. */
  function announced(...pieces: readonly string[]): readonly string[][] {
    const parser = new MemcacheParser()
    const input = new ByteBuffer({ initial: 64, limit: 65_536 })
    const lists: string[][] = []
    for (const piece of pieces) {
      const bytes = Buffer.from(piece)
      input.append(bytes, 0, bytes.length)
      for (let request = parser.parse(input); request; request = parser.parse(input)) {
        const { announced: count, key, places } = request
        const at = (i: number): string => key.toString('latin1', places[2 * i], places[2 * i + 1])
        lists.push(Array.from({ length: count }, (_, i) => at(i)))
      }
    }
    return lists
  }

  it('are announced with the first of them', () => {
    expect(announced('gets a  bb c \r\n')).toEqual([['a', 'bb', 'c'], [], []])
    expect(announced('gat 0 a b\r\n', 'get c d\n')).toEqual([['a', 'b'], [], ['c', 'd'], []])
  })

  it('are not where there is one', () => {
    expect(announced('get a\r\nget a \r\nget b c\r\nget a\r\n')).toEqual([
      ...[[], []],
      ...[['b', 'c'], []],
      [],
    ])
  })

  it('are announced in parts where there are many', () => {
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`)
    const lists = announced(`get ${keys.join(' ')}\r\n`)
    expect(lists).toHaveLength(40)
    expect(lists[0]).toEqual(keys.slice(0, 16))
    expect(lists[16]).toEqual(keys.slice(16, 32))
    expect(lists[32]).toEqual(keys.slice(32))
    expect(lists.filter((list) => list.length > 0)).toHaveLength(3)
  })
})

/** Words, line ends and data from which almost right requests are made. */
const FRAGMENTS = [
  ...['get ', 'gets ', 'gat ', 'gats ', 'set ', 'add ', 'cas ', 'append ', 'incr ', 'decr '],
  ...[
    'touch ',
    'delete ',
    'flush_all',
    'stats',
    'version',
    'verbosity ',
    'noreply',
    ' noreply\r\n',
  ],
  ...[
    'a',
    'bb',
    ' ',
    '  ',
    '\r\n',
    '\n',
    '\r',
    '0 ',
    '1 ',
    '-1 ',
    '99999999999 ',
    '0 0 3\r\nxyz\r\n',
  ],
  ...[
    'a 0 0 2\r\nhi\r\n',
    'a 0 0 5\r\nhi\r\n',
    `a 0 0 17000\r\n${'x'.repeat(17_000)}\r\n`,
    K251,
    '\0',
  ],
]

describe('any input', () => {
  it('gives the same requests however it is cut', () => {
    const input = fc
      .array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 })
      .map((fragments) => Buffer.from(fragments.join(''), 'latin1'))
    const cut = input.chain((bytes) => fc.tuple(fc.constant(bytes), anyCuts(bytes)))
    fc.assert(
      fc.property(cut, ([bytes, pieces]) => {
        expect(outcome(pieces)).toEqual(outcome([bytes]))
      }),
      { numRuns: 500 },
    )
  })

  it('never throws anything but a ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        outcome([Buffer.from(bytes)])
      }),
    )
  })
})

/** What is parsed from `pieces`, up to where the parser gives up. Lines stay below the lengths that matter. */
function outcome(pieces: Iterable<Buffer>): readonly string[] {
  const lines: string[] = []
  try {
    const input = feed(new MemcacheParser(), pieces, (request) => describeRequest(request, lines))
    lines.push(`${input.length} left`)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    lines.push('closed')
  }
  return lines
}
