import {
  MAX_LINE_BYTES,
  MAX_WORD_BYTES,
  MAX_WORDS,
  Op,
  RespParser,
  type RespRequest,
} from '@pelikan/example-custom-protocol'
import { type ProtocolCase, testProtocol } from '@pelikan/testkit'
import { describe } from 'vitest'

/** What a request says: the command, then its words as the client wrote them. */
type Snapshot = readonly [op: Op, ...words: string[]]

/** The request is lent until the next call, so all of it is copied. */
function snapshot({ bytes, count, ends, op, starts }: RespRequest): Snapshot {
  const words = Array.from({ length: count }, (_, i) =>
    bytes.toString('latin1', starts[i], ends[i]),
  )
  return [op, ...words]
}

function array(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}

function broken(mistake: string): { requests: []; closes: string } {
  return { requests: [], closes: `-ERR Protocol error: ${mistake}\r\n` }
}

const { Del, Get, Ping, Quit, Set, Unknown } = Op
const longWord = 'x'.repeat(MAX_WORD_BYTES)
const manyWords = Array.from({ length: MAX_WORDS }, (_, i) => `k${i}`)

/** The suite gives each to a parser whole, byte by byte, cut at every position, and cut at random. */
const cases: readonly ProtocolCase<Snapshot>[] = [
  { name: 'a line', input: 'PING\r\n', requests: [[Ping, 'PING']] },
  { name: 'a line with a line feed alone', input: 'PING\n', requests: [[Ping, 'PING']] },
  {
    name: 'small letters',
    input: 'get a\r\nQuIt\r\n',
    requests: [
      [Get, 'get', 'a'],
      [Quit, 'QuIt'],
    ],
  },
  { name: 'blanks', input: '  SET  a b  \r\n', requests: [[Set, 'SET', 'a', 'b']] },
  { name: 'an array', input: array('DEL', 'a', 'b'), requests: [[Del, 'DEL', 'a', 'b']] },
  {
    name: 'words of any bytes, and of none',
    input: array('SET', '\r\n$3\0\xff', ''),
    requests: [[Set, 'SET', '\r\n$3\0\xff', '']],
  },
  {
    name: 'both forms in one pipeline',
    input: `PING\r\n${array('GET', 'a')}QUIT\r\n`,
    requests: [
      [Ping, 'PING'],
      [Get, 'GET', 'a'],
      [Quit, 'QUIT'],
    ],
  },
  { name: 'empty lines and arrays', input: '\r\n*0\r\n\nPING\r\n', requests: [[Ping, 'PING']] },
  { name: 'an unknown command', input: 'FLY away\r\n', requests: [[Unknown, 'FLY', 'away']] },
  { name: 'a name that is not quite one', input: '@ET a\r\n', requests: [[Unknown, '@ET', 'a']] },
  { name: 'no name', input: array(''), requests: [[Unknown, '']] },
  { name: 'most words', input: array(...manyWords), requests: [[Unknown, ...manyWords]] },
  {
    name: 'most words in a line',
    input: `${manyWords.join(' ')}\n`,
    requests: [[Unknown, ...manyWords]],
  },
  { name: 'the longest word', input: array('GET', longWord), requests: [[Get, 'GET', longWord]] },

  { name: 'nothing', input: '', requests: [] },
  { name: 'half a line', input: 'PING\r\nPIN', requests: [[Ping, 'PING']], rest: 3 },
  { name: 'half an array', input: '*2\r\n$3\r\nGET\r\n', requests: [], rest: 13 },
  { name: 'half a line end', input: '*1\r\n$4\r\nPING\r', requests: [], rest: 13 },
  {
    name: 'the longest line',
    input: 'x'.repeat(MAX_LINE_BYTES),
    requests: [],
    rest: MAX_LINE_BYTES,
  },

  { name: 'a count that is no number', input: '*x\r\n', ...broken('invalid multibulk length') },
  { name: 'too many words', input: `*${MAX_WORDS + 1}\r\n`, ...broken('invalid multibulk length') },
  {
    name: 'too many words in a line',
    input: `${manyWords.join(' ')} x\n`,
    ...broken('too many words'),
  },
  { name: 'no length', input: '*1\r\n+PING\r\n', ...broken("expected '$'") },
  { name: 'an empty length', input: '*1\r\n$\r\n', ...broken('invalid bulk length') },
  {
    name: 'a word too long',
    input: `*1\r\n$${MAX_WORD_BYTES + 1}\r\n`,
    ...broken('invalid bulk length'),
  },
  {
    name: 'a word that is longer than it said',
    input: '*1\r\n$4\r\nPINGS\r\n',
    ...broken('bad line end'),
  },
  { name: 'a line too long', input: 'x'.repeat(MAX_LINE_BYTES + 1), ...broken('line too long') },
  {
    name: 'a mistake behind a request',
    input: 'PING\r\n*x\r\nPING\r\n',
    requests: [[Ping, 'PING']],
    closes: '-ERR Protocol error: invalid multibulk length\r\n',
  },
]

describe('RespParser', () => {
  testProtocol(() => new RespParser(), {
    record: (request, snapshots) => snapshots.push(snapshot(request)),
    cases,
  })
})
