import { ByteBuffer } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import { MAX_LINE_BYTES, PingOp, PingParser, type PingRequest } from '@pelikan/protocol-ping'
import { type ProtocolCase, testProtocol } from '@pelikan/testkit'
import { describe, expect, expectTypeOf, it } from 'vitest'

const { Ping, Quit } = PingOp

/** Inputs, and the requests in them. A connection that is closed is told nothing. */
const cases: readonly ProtocolCase<PingOp>[] = [
  { name: 'ping', input: 'ping\r\n', requests: [Ping] },
  { name: 'PING', input: 'PING\r\n', requests: [Ping] },
  { name: 'quit', input: 'quit\r\n', requests: [Quit] },
  { name: 'QUIT', input: 'QUIT\r\n', requests: [Quit] },
  { name: 'a line feed alone', input: 'ping\nPING\nquit\n', requests: [Ping, Ping, Quit] },
  { name: 'words behind the verb', input: 'ping a b\r\nquit now\r\n', requests: [Ping, Quit] },
  { name: 'blanks behind the verb', input: 'ping \r\nPING  \n', requests: [Ping, Ping] },
  // The original looks for the first blank in everything that has arrived, and closes.
  { name: 'a blank in the second line only', input: 'ping\r\nping x\r\n', requests: [Ping, Ping] },
  { name: 'many at once', input: 'PING\r\n'.repeat(50), requests: Array(50).fill(Ping) },
  { name: 'a request behind quit', input: 'quit\r\nping\r\n', requests: [Quit, Ping] },
  { name: 'binary words', input: 'ping \0\x80\xff\r\r\n', requests: [Ping] },
  { name: 'a carriage return in the middle', input: 'ping \r x\r\n', requests: [Ping] },

  { name: 'nothing', input: '', requests: [] },
  { name: 'half a verb', input: 'pi', requests: [], rest: 2 },
  { name: 'a verb without its line end', input: 'ping', requests: [], rest: 4 },
  { name: 'half a line end', input: 'ping\r', requests: [], rest: 5 },
  { name: 'a request and a half', input: 'PING\r\nPIN', requests: [Ping], rest: 3 },
  { name: 'what may still become a request', input: 'nonsense', requests: [], rest: 8 },

  ...[
    ['an empty line', '\r\n'],
    ['an empty line of one byte', '\n'],
    ['a carriage return alone', '\r\r\n'],
    ['Ping in mixed case', 'Ping\r\n'],
    ['pING in mixed case', 'pING\r\n'],
    ['Quit in mixed case', 'Quit\r\n'],
    ['half a verb and a line end', 'pin\r\n'],
    ['a longer verb', 'pings\r\n'],
    ['an unknown verb', 'pong\r\n'],
    ['a verb of another protocol', 'get a\r\n'],
    ['a blank before the verb', ' ping\r\n'],
    ['a tab behind the verb', 'ping\tx\r\n'],
    ['a zero byte behind the verb', 'ping\0\r\n'],
    ['a carriage return too many', 'ping\r\r\n'],
    ['bytes with the high bit', '\xf0\xe9\xee\xe7\r\n'],
  ].map(([name, input]) => ({ name, input, requests: [], closes: '' })),
  { name: 'nonsense behind a ping', input: 'ping\r\nx\r\nping\r\n', requests: [Ping], closes: '' },

  {
    name: 'the longest line',
    input: `${'ping'.padEnd(MAX_LINE_BYTES, ' x')}\nping\r\n`,
    requests: [Ping, Ping],
  },
  {
    name: 'the longest line, with a carriage return',
    input: `${'ping'.padEnd(MAX_LINE_BYTES - 1, ' x')}\r\n`,
    requests: [Ping],
  },
  {
    name: 'the longest line that is waited for',
    input: 'ping'.padEnd(MAX_LINE_BYTES, ' x'),
    requests: [],
    rest: MAX_LINE_BYTES,
  },
  { name: 'a line too long', input: 'x'.repeat(MAX_LINE_BYTES + 1), requests: [], closes: '' },
  {
    name: 'a line too long, with its end',
    input: `${'ping'.padEnd(MAX_LINE_BYTES + 1, ' x')}\nping\r\n`,
    requests: [],
    closes: '',
  },
  {
    name: 'a line too long behind a good one',
    input: `ping\r\n${'x'.repeat(MAX_LINE_BYTES + 1)}`,
    requests: [Ping],
    closes: '',
  },
]

function received(text: string): ByteBuffer {
  const buffer = new ByteBuffer({ initial: 64, limit: 1 << 16 })
  const bytes = Buffer.from(text, 'latin1')
  buffer.append(bytes, 0, bytes.length)
  return buffer
}

describe('PingParser', () => {
  testProtocol(() => new PingParser(), {
    record: (request, snapshots) => snapshots.push(request.op),
    cases,
  })

  it('takes a request off and leaves what is behind it', () => {
    const bytes = received('ping\r\nquit\r\n')
    new PingParser().parse(bytes)
    expect(bytes.length).toBe(6)
  })

  it('lends one request again and again', () => {
    const parser = new PingParser()
    const bytes = received('ping\r\nquit\r\n')
    const first = parser.parse(bytes)
    expect(parser.parse(bytes)).toBe(first)
    expect(first?.op).toBe(Quit)
  })

  it('never holds the front of a request, so that an end undoes nothing', () => {
    const parser: Parser<PingRequest> = new PingParser()
    parser.parse(received('pin'))
    expect(parser.partial).toBe(false)
    expect(parser.end()).toBeUndefined()
    expectTypeOf<PingParser['end']>().returns.toEqualTypeOf<undefined>()
  })

  it('says what is wrong', () => {
    const parse = (text: string) => () => new PingParser().parse(received(text))
    expect(parse('hello\r\n')).toThrow(new ProtocolError('the line is neither ping nor quit'))
    expect(parse('x'.repeat(MAX_LINE_BYTES + 1))).toThrow(new ProtocolError('the line is too long'))
  })
})
