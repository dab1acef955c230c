import { describe, expect, it } from 'vitest'
import { INCOMPLETE, NO_MORE } from '../wire/codec.ts'
import { MemcacheCodec } from '../wire/memcache-codec.ts'

const LOAD = { keys: 3, valueBytes: 5, gets: 1, multiget: 2, zipf: 0 }

/** Both keys' sets, to know the values, then a get of two keys and its memo. */
function ask(): { codec: MemcacheCodec; memo: Int32Array; hits: readonly string[] } {
  const codec = new MemcacheCodec(LOAD)
  const memo = new Int32Array(codec.memoLength)
  const out = Buffer.alloc(codec.maxRequestBytes)
  const fill = codec.fill()
  const sets: string[] = []
  for (;;) {
    const end = fill.write(out, 0, memo, 0)
    if (end === NO_MORE) break
    sets.push(out.toString('latin1', 0, end))
  }
  expect(sets).toHaveLength(LOAD.keys)
  const end = codec.requests.write(out, 0, memo, 0)
  const names = out.toString('latin1', 0, end).trimEnd().split(' ').slice(1)
  const hits = names.map((name) => {
    const set = sets.find((text) => text.startsWith(`set ${name} 0 0 5\r\n`))!
    return `VALUE ${name} 0 5\r\n${set.slice(set.indexOf('\n') + 1)}`
  })
  return { codec, memo, hits }
}

describe('MemcacheCodec', () => {
  it.each([[[0, 1]], [[0]], [[1]], [[]]])('takes the hits %j', (which) => {
    const { codec, hits, memo } = ask()
    const reply = Buffer.from(`${which.map((i) => hits[i]).join('')}END\r\n`, 'latin1')
    const bytes = Buffer.concat([reply, Buffer.from('VALUE')])
    for (let end = 0; end < reply.length; end++) {
      expect(codec.check(bytes, 0, end, memo, 0)).toBe(INCOMPLETE)
    }
    expect(codec.counts).toEqual({ operations: 0, misses: 0 })
    expect(codec.check(bytes, 0, bytes.length, memo, 0)).toBe(reply.length)
    expect(codec.counts).toEqual({ operations: 2, misses: 2 - which.length })
  })

  it('refuses an answer in which any byte is another', () => {
    const { codec, hits, memo } = ask()
    const reply = Buffer.from(`${hits.join('')}END\r\n`, 'latin1')
    for (let i = 0; i < reply.length; i++) {
      const wrong = Buffer.from(reply)
      wrong[i]! ^= 1
      expect(() => codec.check(wrong, 0, wrong.length, memo, 0)).toThrow('expected')
    }
  })
})
