/** An item to `VALUE ...` and `END`. */
import { equal } from 'node:assert/strict'
import { type Block, BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import { Item } from '@pelikan/core'
import { MemcacheParser, MemcacheResponse } from '@pelikan/protocol-memcache'
import type { BenchCase, BenchCases } from './bench-case.ts'

const COUNT = 256
const BLOCK_BYTES = 16_384
const KEPT_BLOCKS = 64
const KEY = 'bench:12345'

export const composeCases: BenchCases = Object.fromEntries(
  [64, 1024].map((length) => [
    `compose/VALUE and END, ${length} B/MemcacheResponse`,
    () => composing(length),
  ]),
)

function composing(valueLength: number): BenchCase {
  const bytes = Buffer.from(`get ${KEY}\r\n`, 'latin1')
  const input = new ByteBuffer({ initial: 4096, limit: 65_536 })
  input.wrap(bytes, 0, bytes.length)
  const request = new MemcacheParser().parse(input)
  if (request === undefined) throw new Error('the request is incomplete')
  const item = new Item()
  item.bytes = Buffer.alloc(valueLength, 'v')
  item.end = valueLength
  const response = new MemcacheResponse()
  const pool = new BlockPool(new MemoryBudget(Infinity), BLOCK_BYTES, KEPT_BLOCKS)
  const output = new Output(pool)
  const taken: Block[] = []
  const compose = (): void => {
    response.begin(request, output)
    response.value(item)
    response.end()
  }
  const empty = (): void => {
    output.take(taken)
    for (const block of taken) pool.give(block)
    taken.length = 0
  }
  return {
    operations: COUNT,
    check() {
      compose()
      output.take(taken)
      const text = taken.map((block) => block.bytes.toString('latin1', 0, block.end)).join('')
      equal(text, `VALUE ${KEY} 0 ${valueLength}\r\n${'v'.repeat(valueLength)}\r\nEND\r\n`)
      empty()
    },
    run() {
      for (let i = 0; i < COUNT; i++) compose()
      const { length } = output
      empty()
      return length
    },
  }
}
