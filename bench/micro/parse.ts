/** Bytes to requests: 16 that arrived together, as from a client that pipelines. */
import { equal } from 'node:assert/strict'
import { ByteBuffer } from '@pelikan/buffer'
import type { Parser } from '@pelikan/core'
import { MemcacheParser, type MemcacheRequest, Op } from '@pelikan/protocol-memcache'
import { PingOp, PingParser, type PingRequest } from '@pelikan/protocol-ping'
import type { BenchCase, BenchCases } from './bench-case.ts'

const PIPELINED = 16
const BATCHES = 16

export const parseCases: BenchCases = {
  'parse/ping x16/PingParser': () =>
    parsing<PingRequest>(
      new PingParser(),
      () => 'PING\r\n',
      ({ op }) => equal(op, PingOp.Ping),
    ),
  'parse/get x16/MemcacheParser': () =>
    parsing<MemcacheRequest>(
      new MemcacheParser(),
      (i) => `get bench:${12_345 + i}\r\n`,
      ({ key, keyEnd, keyStart, op }, i) => {
        equal(op, Op.Get)
        equal(key.toString('latin1', keyStart, keyEnd), `bench:${12_345 + i}`)
      },
    ),
  'parse/mg x16/MemcacheParser': () =>
    parsing<MemcacheRequest>(
      new MemcacheParser(),
      (i) => `mg bench:${12_345 + i} v\r\n`,
      ({ key, keyEnd, keyStart, meta, op }, i) => {
        equal(op, Op.MetaGet)
        equal(meta.value, true)
        equal(key.toString('latin1', keyStart, keyEnd), `bench:${12_345 + i}`)
      },
    ),
  'parse/binary get x16/MemcacheParser': () =>
    parsing<MemcacheRequest>(
      new MemcacheParser(),
      (i) => `\x80\0\0\x0b${'\0'.repeat(7)}\x0b${'\0'.repeat(12)}bench:${12_345 + i}`,
      ({ key, keyEnd, keyStart, op }, i) => {
        equal(op, Op.Binary)
        equal(key.toString('latin1', keyStart, keyEnd), `bench:${12_345 + i}`)
      },
    ),
  'parse/set 64 B x16/MemcacheParser': () =>
    parsing<MemcacheRequest>(
      new MemcacheParser(),
      (i) => `set bench:${12_345 + i} 0 0 64\r\n${'v'.repeat(64)}\r\n`,
      ({ op, value, valueEnd, valueStart }) => {
        equal(op, Op.Set)
        equal(value.toString('latin1', valueStart, valueEnd), 'v'.repeat(64))
      },
    ),
}

function parsing<Request>(
  parser: Parser<Request>,
  text: (i: number) => string,
  check: (request: Request, i: number) => void,
): BenchCase {
  const texts = Array.from({ length: PIPELINED }, (_, i) => text(i))
  const bytes = Buffer.from(texts.join(''), 'latin1')
  const input = new ByteBuffer({ initial: 4096, limit: 65_536 })
  return {
    operations: PIPELINED * BATCHES,
    check() {
      input.wrap(bytes, 0, bytes.length)
      for (let i = 0; i < PIPELINED; i++) {
        const request = parser.parse(input)
        if (request === undefined) throw new Error(`request ${i} is incomplete`)
        check(request, i)
      }
      equal(parser.parse(input), undefined)
      input.release()
    },
    run() {
      let parsed = 0
      for (let batch = 0; batch < BATCHES; batch++) {
        input.wrap(bytes, 0, bytes.length)
        while (parser.parse(input) !== undefined) parsed++
        input.release()
      }
      return parsed
    },
  }
}
