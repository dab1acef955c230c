import { NOWHERE, type Block, Output } from '@pelikan/buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CheckedPool } from './checked-pool.ts'
import { outputCommands } from './output-commands.ts'

const BLOCK = 16

function setUp() {
  const pool = new CheckedPool(BLOCK)
  return { pool, output: new Output(pool) }
}

function write(output: Output, text: string): void {
  const source = Buffer.from(`<${text}>`, 'latin1')
  output.write(source, 1, source.length - 1)
}

/** Write as answers do: straight into the block. */
function put(output: Output, text: string): void {
  output.reserve(text.length)
  for (const byte of Buffer.from(text, 'latin1')) output.bytes[output.at++] = byte
}

/** Take everything and give the blocks back. */
function drain(output: Output, pool: CheckedPool): string[] {
  const blocks: Block[] = []
  output.take(blocks)
  return blocks.map((block) => {
    const text = block.bytes.toString('latin1', 0, block.end)
    pool.give(block)
    return text
  })
}

describe('Output', () => {
  it('does what a plain string would, and gives every block back once', () => {
    const property = fc.property(outputCommands(BLOCK), (commands) => {
      const pool = new CheckedPool(BLOCK)
      const real = new Output(pool)
      const model = { written: '', marks: [], inFlight: [], pool }
      fc.modelRun(() => ({ model, real }), commands)
      real.clear()
      expect(pool.out.size).toBe(model.inFlight.length)
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('holds no memory at first', () => {
    const { output, pool } = setUp()
    expect(output.length).toBe(0)
    expect(output.bytes.length).toBe(0)
    write(output, '')
    output.reserve(0)
    expect(drain(output, pool)).toEqual([])
    output.clear()
    expect(pool.used).toBe(0)
  })

  it.each([0, 1, 11, 12, 13, 15, 16])('copies a run of %d bytes into one block', (length) => {
    const { output, pool } = setUp()
    put(output, '')
    output.reserve(BLOCK)
    const text = 'abcdefghijklmnop'.slice(0, length)
    write(output, text)
    expect(output.length).toBe(length)
    expect(drain(output, pool)).toEqual(length === 0 ? [] : [text])
    expect(pool.used).toBe(0)
  })

  it('spreads long runs over full blocks', () => {
    const { output, pool } = setUp()
    const text = Array.from({ length: 1000 }, (_, i) => String.fromCharCode(i & 0xff)).join('')
    write(output, 'abc')
    write(output, text)
    expect(output.length).toBe(1003)
    expect(pool.used).toBe(Math.ceil(1003 / BLOCK) * BLOCK)
    const blocks = drain(output, pool)
    expect(blocks.join('')).toBe(`abc${text}`)
    expect(blocks.slice(0, -1).map((block) => block.length)).toEqual(
      blocks.slice(1).map(() => BLOCK),
    )
    expect(pool.used).toBe(0)
  })

  it('leaves a block that is too full where it ends', () => {
    const { output, pool } = setUp()
    put(output, '0123456789')
    put(output, 'abcdefg')
    put(output, 'hij')
    expect(output.length).toBe(20)
    expect(drain(output, pool)).toEqual(['0123456789', 'abcdefghij'])
  })

  it('uses a block up to its last byte', () => {
    const { output, pool } = setUp()
    put(output, '0123456789')
    put(output, 'abcdef')
    expect(pool.used).toBe(BLOCK)
    put(output, 'g')
    expect(drain(output, pool)).toEqual(['0123456789abcdef', 'g'])
  })

  it('is empty after everything was taken, while the blocks are on their way', () => {
    const { output, pool } = setUp()
    write(output, 'x'.repeat(40))
    const blocks: Block[] = []
    output.take(blocks)
    expect(output.length).toBe(0)
    expect(output.mark()).toBe(0)
    expect(output.bytes.length).toBe(0)
    write(output, 'y'.repeat(40))
    expect(pool.used).toBe(6 * BLOCK)
    expect(blocks.map((block) => block.bytes.toString('latin1', 0, block.end)).join('')).toBe(
      'x'.repeat(40),
    )
    output.take(blocks)
    expect(blocks).toHaveLength(6)
    expect(new Set(blocks).size).toBe(6)
  })

  it('gives a block back that nothing was written to', () => {
    const { output, pool } = setUp()
    output.reserve(5)
    expect(pool.used).toBe(BLOCK)
    expect(drain(output, pool)).toEqual([])
    expect(pool.used).toBe(0)
  })

  it('drops everything', () => {
    const { output, pool } = setUp()
    write(output, 'x'.repeat(40))
    output.clear()
    expect([output.length, pool.used]).toEqual([0, 0])
    write(output, 'again')
    expect(drain(output, pool)).toEqual(['again'])
  })
})

describe('rollback', () => {
  it('takes back what was written since the mark, across blocks', () => {
    const { output, pool } = setUp()
    write(output, 'kept')
    const mark = output.mark()
    write(output, 'x'.repeat(100))
    output.rollback(mark)
    expect(output.length).toBe(4)
    expect(pool.used).toBe(BLOCK)
    write(output, ', and more')
    expect(drain(output, pool)).toEqual(['kept, and more'])
  })

  it('goes back to the end of a block that was left too full', () => {
    const { output, pool } = setUp()
    put(output, '0123456789')
    const mark = output.mark()
    put(output, 'abcdefg')
    output.rollback(mark)
    put(output, 'ABC')
    expect(output.length).toBe(13)
    expect(drain(output, pool).join('')).toBe('0123456789ABC')
  })

  it('goes back to the end of a full block', () => {
    const { output, pool } = setUp()
    write(output, '0123456789abcdef')
    const mark = output.mark()
    write(output, 'x')
    output.rollback(mark)
    expect(output.length).toBe(16)
    expect(drain(output, pool)).toEqual(['0123456789abcdef'])
    expect(pool.used).toBe(0)
  })

  it('goes back to nothing', () => {
    const { output, pool } = setUp()
    const mark = output.mark()
    write(output, 'x'.repeat(40))
    output.rollback(mark)
    expect(output.length).toBe(0)
    expect(drain(output, pool)).toEqual([])
    expect(pool.used).toBe(0)
  })

  it('changes nothing where nothing was written', () => {
    const { output, pool } = setUp()
    output.rollback(output.mark())
    expect(pool.used).toBe(0)
    write(output, 'abc')
    output.rollback(output.mark())
    expect(drain(output, pool)).toEqual(['abc'])
  })

  it('can be done again, to the same mark and to an earlier one', () => {
    const { output, pool } = setUp()
    write(output, 'a')
    const first = output.mark()
    write(output, 'b'.repeat(20))
    const second = output.mark()
    write(output, 'c'.repeat(20))
    output.rollback(second)
    write(output, 'd'.repeat(20))
    output.rollback(second)
    expect(output.length).toBe(21)
    output.rollback(first)
    expect(drain(output, pool)).toEqual(['a'])
  })
})

describe('NOWHERE', () => {
  it('can be written to in no way', () => {
    const nothing = new TypeError('no request has begun')
    expect(() => NOWHERE.reserve(1)).toThrow(nothing)
    expect(() => NOWHERE.write(Buffer.from('x'), 0, 1)).toThrow(nothing)
    expect(NOWHERE.mark()).toBe(0)
  })
})
