import { type Block, BlockPool, ByteBuffer, MemoryBudget, Output, Uint64 } from '@pelikan/buffer'
import { Item } from '@pelikan/core'
import { MemcacheParser, MemcacheResponse, Reply, replyLines } from '@pelikan/protocol-memcache'
import { beforeEach, describe, expect, it } from 'vitest'

const BLOCK_BYTES = 512

let output: Output
let response: MemcacheResponse

beforeEach(() => {
  output = new Output(new BlockPool(new MemoryBudget(1 << 20), BLOCK_BYTES, 4))
  response = new MemcacheResponse()
})

/** A binary `stat`. */
const BINARY_STAT = `\x80\x10${'\0'.repeat(22)}`

/** A binary answer to it, with the opcode and nothing else of the request. */
function binaryStat(status: number, key: string, value: string): string {
  const header = Buffer.alloc(24)
  header.set([0x81, 0x10, 0, key.length, 0, 0, 0, status])
  header.writeUInt32BE(key.length + value.length, 8)
  return `${header.toString('latin1')}${key}${value}`
}

/** Begin the answer to the request that `text` is. */
function begin(text: string): void {
  const input = new ByteBuffer({ initial: 64, limit: 4096 })
  const bytes = Buffer.from(text, 'latin1')
  input.append(bytes, 0, bytes.length)
  const request = new MemcacheParser().parse(input)
  if (request === undefined) throw new Error('the request is not complete')
  response.begin(request, output)
}

function written(): string {
  const blocks: Block[] = []
  output.take(blocks)
  return blocks.map(({ bytes, end }) => bytes.toString('latin1', 0, end)).join('')
}

function item(value: string, flags = 0): Item {
  const made = new Item()
  made.bytes = Buffer.from(`--${value}--`, 'latin1')
  made.start = 2
  made.end = 2 + value.length
  made.flags = flags
  made.cas.set(0xffff_ffff, 0xffff_fffe)
  return made
}

describe('MemcacheResponse', () => {
  it('writes a value as the request names it', () => {
    begin('get a\r\n')
    response.value(item('hi'))
    response.end()
    expect(written()).toBe('VALUE a 0 2\r\nhi\r\nEND\r\n')
    expect(response.hit).toBe(true)
    expect(response.valueLength).toBe(2)
  })

  it('writes the token for gets and gats', () => {
    for (const text of ['gets a\r\n', 'gats 0 a\r\n']) {
      begin(text)
      response.value(item('hi', -1))
      expect(written()).toBe('VALUE a 4294967295 2 18446744073709551614\r\nhi\r\n')
    }
    begin('gat 0 a\r\n')
    response.value(item('hi', 5))
    expect(written()).toBe('VALUE a 5 2\r\nhi\r\n')
  })

  it('spreads what does not fit a block', () => {
    const key = 'k'.repeat(250)
    const values = Array.from({ length: 20 }, (_, i) => 'v'.repeat(i * 60))
    begin(`gets ${key}\r\n`)
    for (const value of values) response.value(item(value))
    response.end()
    const expected = values.map(
      (value) => `VALUE ${key} 0 ${value.length} 18446744073709551614\r\n${value}\r\n`,
    )
    expect(written()).toBe(`${expected.join('')}END\r\n`)
  })

  it('takes a value back', () => {
    begin('get a\r\n')
    response.value(item('first'))
    const mark = response.mark()
    response.value(item('x'.repeat(2000)))
    response.rollback(mark)
    expect(response.hit).toBe(false)
    expect(response.valueLength).toBe(0)
    response.end()
    expect(written()).toBe('VALUE a 0 5\r\nfirst\r\nEND\r\n')
  })

  it('writes every fixed answer', () => {
    for (const reply of Object.values(Reply)) {
      if (reply === Reply.None) continue
      begin('version\r\n')
      response.reply(reply)
      const text = written()
      expect(text).toBe(replyLines[reply]?.toString('latin1'))
      expect(text).toMatch(/^[A-Z_]+( .+)?\r\n$/)
    }
  })

  it('writes numbers, lines of statistics and the version', () => {
    const number = new Uint64()
    number.set(-1, -1)
    begin('incr a 1\r\n')
    response.number(number)
    response.stat('pid', 5)
    response.version('1.2.3')
    expect(written()).toBe('18446744073709551615\r\nSTAT pid 5\r\nVERSION 1.2.3\r\n')
  })

  it('writes statistics as lines, or as an answer each', () => {
    for (const [text, expected] of [
      ['stats\r\n', 'STAT pid 5\r\nEND\r\n'],
      [BINARY_STAT, `${binaryStat(0, 'pid', '5')}${binaryStat(0, '', '')}`],
    ] as const) {
      begin(text)
      response.stat('pid', 5)
      response.statsReply(Reply.End)
      expect(written()).toBe(expected)
    }
    for (const [text, expected] of [
      ['stats detail dump\r\n', 'PREFIX a get 1\r\nEND\r\n'],
      [
        BINARY_STAT,
        `${binaryStat(0, 'detailed', 'PREFIX a get 1\r\nEND\r\n')}${binaryStat(0, '', '')}`,
      ],
    ] as const) {
      begin(text)
      response.statLines('detailed', 'PREFIX a get 1\r\nEND\r\n')
      expect(written()).toBe(expected)
    }
  })

  it('writes what else `stats` answers, where the binary dialect knows done and not found', () => {
    const done = binaryStat(0, '', '')
    const notFound = binaryStat(1, '', 'Not found')
    for (const [reply, text, binary] of [
      [Reply.Reset, 'RESET\r\n', done],
      [Reply.Ok, 'OK\r\n', done],
      [Reply.Error, 'ERROR\r\n', notFound],
    ] as const) {
      begin('stats a\r\n')
      response.statsReply(reply)
      expect(written()).toBe(text)
      begin(BINARY_STAT)
      response.statsReply(reply)
      expect(written()).toBe(binary)
    }
    begin('stats a\r\n')
    response.statsRefusal('CLIENT_ERROR bad command line')
    expect(written()).toBe('CLIENT_ERROR bad command line\r\n')
    begin(BINARY_STAT)
    response.statsRefusal('CLIENT_ERROR bad command line')
    expect(written()).toBe(notFound)
  })

  it('mutes what asks for no answer', () => {
    const number = new Uint64()
    begin('incr a 1 noreply\r\n')
    response.number(number)
    response.reply(Reply.NotFound)
    expect(output.length).toBe(0)
    begin('incr a 1\r\n')
    response.number(number)
    expect(written()).toBe('0\r\n')
  })

  it('hangs up until the next request', () => {
    begin('quit\r\n')
    expect(response.hangup).toBe(false)
    response.quit()
    expect(response.hangup).toBe(true)
    expect(output.length).toBe(0)
    begin('get a\r\n')
    expect(response.hangup).toBe(false)
  })
})
