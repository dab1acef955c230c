import { Block, BlockPool, MemoryBudget } from '@pelikan/buffer'
import { describe, expect, it } from 'vitest'

function pool(keep: number) {
  const budget = new MemoryBudget(1 << 20)
  const made: Buffer[] = []
  const blocks = new BlockPool(budget, 16, keep, (bytes) => {
    const buffer = Buffer.alloc(bytes)
    made.push(buffer)
    return new Block(buffer)
  })
  return { blocks, budget, made }
}

describe('BlockPool', () => {
  it('gives blocks of its size, empty, in memory of their own', () => {
    const blocks = new BlockPool(new MemoryBudget(1024), 16, 1)
    const block = blocks.take()
    expect(block).toBeInstanceOf(Block)
    expect(block.end).toBe(0)
    expect(block.bytes.length).toBe(blocks.blockSize)
    expect(block.bytes.buffer.byteLength).toBe(16)
  })

  it('charges blocks while they are out, kept ones not', () => {
    const { blocks, budget } = pool(8)
    const first = blocks.take()
    const second = blocks.take()
    expect(budget.used).toBe(32)
    blocks.give(first)
    expect(budget.used).toBe(16)
    blocks.give(second)
    expect(budget.used).toBe(0)
    blocks.take()
    expect(budget.used).toBe(16)
  })

  it('hands out the last block that came back first', () => {
    const { blocks } = pool(8)
    const [a, b, c] = [blocks.take(), blocks.take(), blocks.take()]
    for (const block of [a, c, b]) blocks.give(block)
    expect(
      [blocks.take(), blocks.take(), blocks.take()].map((block) => [a, b, c].indexOf(block)),
    ).toEqual([1, 2, 0])
  })

  it('takes a block back as empty', () => {
    const { blocks } = pool(8)
    const block = blocks.take()
    block.end = 16
    blocks.give(block)
    expect(blocks.take()).toBe(block)
    expect(block.end).toBe(0)
  })

  it.each([0, 1, 2])(
    'keeps %d free blocks and leaves the rest to the garbage collector',
    (keep) => {
      const { blocks, budget, made } = pool(keep)
      const out = [blocks.take(), blocks.take(), blocks.take()]
      expect(made).toHaveLength(3)
      for (const block of out) blocks.give(block)
      expect(budget.used).toBe(0)
      const again = out.map(() => blocks.take())
      expect(again.filter((block) => out.includes(block))).toHaveLength(keep)
      expect(made).toHaveLength(6 - keep)
      expect(budget.used).toBe(48)
    },
  )
})
