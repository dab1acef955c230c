import { ByteBuffer, MemoryBudget } from '@pelikan/buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ByteBufferModel, byteBufferCommands } from './byte-buffer-commands.ts'

function setUp(initial = 16, limit = 256) {
  const budget = new MemoryBudget(1 << 20)
  return { budget, buffer: new ByteBuffer({ initial, limit, budget }) }
}

function unread(buffer: ByteBuffer): string {
  return buffer.bytes.toString('latin1', buffer.start, buffer.end)
}

function append(buffer: ByteBuffer, text: string): boolean {
  const source = Buffer.from(`<${text}>`, 'latin1')
  return buffer.append(source, 1, source.length - 1)
}

describe('ByteBuffer', () => {
  it.each([
    { initial: 16, limit: 256 },
    { initial: 16, limit: 200 },
    { initial: 1, limit: 100 },
    { initial: 64, limit: 40 },
  ])(
    'does what a string would, with memory accounted for: $initial to $limit',
    ({ initial, limit }) => {
      const property = fc.property(byteBufferCommands(limit), (commands) => {
        const budget = new MemoryBudget(1 << 20)
        const model: ByteBufferModel = {
          unread: '',
          capacity: 0,
          wrapped: undefined,
          initial: Math.min(initial, limit),
          limit,
          budget,
        }
        const real = new ByteBuffer({ initial, limit, budget })
        fc.modelRun(() => ({ model, real }), commands)
      })
      fc.assert(property, { numRuns: 150 })
    },
  )

  it('owns nothing until something is appended', () => {
    const { budget, buffer } = setUp()
    expect([buffer.length, buffer.capacity, budget.used]).toEqual([0, 0, 0])
    append(buffer, 'x')
    expect([buffer.length, buffer.capacity, budget.used]).toEqual([1, 16, 16])
  })

  it('grows by doubling, up to the limit', () => {
    const { buffer } = setUp(16, 200)
    const capacities = Array.from({ length: 200 }, () => {
      append(buffer, 'x')
      return buffer.capacity
    })
    expect([...new Set(capacities)]).toEqual([16, 32, 64, 128, 200])
    expect(capacities.lastIndexOf(16)).toBe(15)
    expect(unread(buffer)).toBe('x'.repeat(200))
  })

  it('grows at once to what a long append needs', () => {
    const { buffer } = setUp()
    append(buffer, 'x'.repeat(65))
    expect(buffer.capacity).toBe(128)
  })

  it('refuses what the limit leaves no room for, and copies nothing', () => {
    const { budget, buffer } = setUp(16, 40)
    append(buffer, 'x'.repeat(30))
    const { bytes, start, end } = buffer
    const before = bytes.toString('latin1')
    expect(append(buffer, 'y'.repeat(11))).toBe(false)
    expect(buffer.reserve(11)).toBe(false)
    expect(buffer).toMatchObject({ start, end })
    expect(buffer.bytes).toBe(bytes)
    expect(bytes.toString('latin1')).toBe(before)
    expect(budget.used).toBe(32)
    expect(append(buffer, 'y'.repeat(10))).toBe(true)
    expect(unread(buffer)).toBe('x'.repeat(30) + 'y'.repeat(10))
    expect(budget.used).toBe(40)
  })

  it('takes what is unread, and not what was, into account for the limit', () => {
    const { buffer } = setUp(16, 16)
    append(buffer, 'abcdefghijklmnop')
    expect(append(buffer, 'q')).toBe(false)
    buffer.consume(1)
    expect(append(buffer, 'q')).toBe(true)
    expect(unread(buffer)).toBe('bcdefghijklmnopq')
  })

  it('slides to the front before it grows', () => {
    const { buffer } = setUp()
    append(buffer, 'abcdefghijklmnop')
    buffer.consume(10)
    const { bytes } = buffer
    append(buffer, '0123456789')
    expect(buffer.bytes).toBe(bytes)
    expect(buffer).toMatchObject({ start: 0, end: 16 })
    expect(unread(buffer)).toBe('klmnop0123456789')
  })

  it('moves nothing while there is room behind the write end', () => {
    const { buffer } = setUp()
    append(buffer, 'abcdefgh')
    buffer.consume(4)
    append(buffer, '12345678')
    expect(buffer).toMatchObject({ start: 4, end: 16 })
  })

  it('keeps its first memory when it runs empty', () => {
    const { buffer } = setUp()
    append(buffer, 'abc')
    const { bytes } = buffer
    buffer.consume(3)
    expect(buffer.bytes).toBe(bytes)
    expect(buffer).toMatchObject({ start: 0, end: 0, capacity: 16 })
  })

  it('gives back what it grew by with the first write after it ran empty', () => {
    const { budget, buffer } = setUp()
    append(buffer, 'x'.repeat(100))
    buffer.consume(99)
    append(buffer, 'y')
    expect(budget.used).toBe(128)
    buffer.consume(2)
    expect(buffer).toMatchObject({ start: 0, end: 0 })
    append(buffer, 'z')
    expect([unread(buffer), buffer.capacity, budget.used]).toEqual(['z', 16, 16])
  })

  it('leaves what was read where it is until something is written', () => {
    const { buffer } = setUp()
    append(buffer, `${'x'.repeat(20)}last`)
    const { bytes } = buffer
    buffer.consume(24)
    expect(bytes.toString('latin1', 20, 24)).toBe('last')
  })

  it('frees the memory itself, at once', () => {
    const { buffer } = setUp()
    append(buffer, 'x')
    const first = buffer.bytes
    append(buffer, 'x'.repeat(16))
    expect(first.buffer.byteLength).toBe(0)
    const second = buffer.bytes
    buffer.release()
    expect(second.buffer.byteLength).toBe(0)
  })

  it('does not free what is not its own', () => {
    const { buffer } = setUp()
    const theirs = Buffer.from('abcdef')
    buffer.wrap(theirs, 0, 3)
    append(buffer, 'x')
    buffer.release()
    buffer.wrap(theirs, 0, 3)
    buffer.consume(3)
    buffer.wrap(theirs, 3, 6)
    buffer.release()
    expect(theirs.toString()).toBe('abcdef')
  })

  it('has room where reserve says so', () => {
    const { buffer } = setUp()
    append(buffer, 'ab')
    expect(buffer.reserve(20)).toBe(true)
    for (const byte of Buffer.from('0123456789abcdefghij')) buffer.bytes[buffer.end++] = byte
    expect(unread(buffer)).toBe('ab0123456789abcdefghij')
  })

  it('works without a budget', () => {
    const buffer = new ByteBuffer({ initial: 16, limit: 64 })
    append(buffer, 'x'.repeat(40))
    buffer.consume(40)
    append(buffer, 'x')
    expect(buffer.capacity).toBe(16)
    buffer.release()
    expect(buffer.capacity).toBe(0)
  })

  it('releases everything, unread bytes included', () => {
    const { budget, buffer } = setUp()
    append(buffer, 'abc')
    buffer.release()
    expect([buffer.length, buffer.capacity, budget.used]).toEqual([0, 0, 0])
    append(buffer, 'def')
    expect(unread(buffer)).toBe('def')
  })

  it('shares one budget with others', () => {
    const budget = new MemoryBudget(100)
    const [a, b] = [16, 64].map((initial) => new ByteBuffer({ initial, limit: 256, budget }))
    append(a, 'x')
    append(b, 'x')
    expect(budget.used).toBe(80)
    a.release()
    expect(budget.used).toBe(64)
  })
})

describe('a wrapped ByteBuffer', () => {
  it('reads in place and owns nothing', () => {
    const { budget, buffer } = setUp()
    const theirs = Buffer.from('..abc..')
    buffer.wrap(theirs, 2, 5)
    expect(buffer.bytes).toBe(theirs)
    expect(unread(buffer)).toBe('abc')
    expect([buffer.length, buffer.capacity, budget.used]).toEqual([3, 0, 0])
  })

  it('lets go when everything is read', () => {
    const { budget, buffer } = setUp()
    const theirs = Buffer.from('abc')
    buffer.wrap(theirs, 0, 3)
    buffer.consume(3)
    expect(buffer.bytes).not.toBe(theirs)
    expect([buffer.length, buffer.capacity, budget.used]).toEqual([0, 0, 0])
  })

  it('copies what is unread when it is written to', () => {
    const { budget, buffer } = setUp()
    const theirs = Buffer.from('..abc..')
    buffer.wrap(theirs, 2, 5)
    buffer.consume(1)
    append(buffer, 'def')
    expect(unread(buffer)).toBe('bcdef')
    expect(theirs.toString()).toBe('..abc..')
    expect([buffer.capacity, budget.used]).toEqual([16, 16])
  })

  it('is held to the limit by what is unread', () => {
    const { buffer } = setUp(16, 16)
    const theirs = Buffer.alloc(100, 'x')
    buffer.wrap(theirs, 0, 100)
    expect(buffer.reserve(1)).toBe(false)
    buffer.consume(84)
    expect(buffer.reserve(0)).toBe(true)
    expect(buffer.reserve(1)).toBe(false)
    expect(unread(buffer)).toBe('x'.repeat(16))
  })

  it('gives the memory back that it owned before', () => {
    const { budget, buffer } = setUp()
    append(buffer, 'abc')
    buffer.consume(3)
    expect(budget.used).toBe(16)
    buffer.wrap(Buffer.from('def'), 0, 3)
    expect(budget.used).toBe(0)
    buffer.wrap(Buffer.from('ghi'), 0, 3)
    expect(unread(buffer)).toBe('ghi')
    buffer.release()
    expect([buffer.length, budget.used]).toEqual([0, 0])
  })
})
