/** What can be done to a ByteBuffer, and what a plain string makes of it. */
import type { ByteBuffer, MemoryBudget } from '@pelikan/buffer'
import fc from 'fast-check'
import { expect } from 'vitest'

export interface ByteBufferModel {
  /** A character per byte. */
  unread: string
  /** Bytes that the buffer owns. */
  capacity: number
  /** What is read in place, and a copy of it from when that began. */
  wrapped: { readonly bytes: Buffer; readonly copy: Buffer } | undefined
  readonly initial: number
  readonly limit: number
  readonly budget: MemoryBudget
}

type Command = fc.Command<ByteBufferModel, ByteBuffer>

/** Any sequence of calls that the contract allows. */
export function byteBufferCommands(limit: number): fc.Arbitrary<Iterable<Command>> {
  const bytes = fc
    .uint8Array({ maxLength: Math.ceil(limit / 3) })
    .map((array) => Buffer.from(array))
  const count = fc.nat(Math.ceil(limit / 2))
  return fc.commands(
    [
      bytes.map((source) => append(source)),
      bytes.map((source) => fill(source)),
      count.map((length) => reserve(length)),
      fc.nat(100).map((percent) => consume(percent)),
      fc.constant(consume(100)),
      bytes.map((source) => wrap(source)),
      fc.constant(release()),
    ],
    { size: '+1' },
  )
}

function append(source: Buffer): Command {
  return command(`append(${source.length})`, (model, real) => {
    const padded = Buffer.concat([Buffer.from('<'), source, Buffer.from('>')])
    const fits = makeRoom(model, source.length)
    expect(real.append(padded, 1, padded.length - 1)).toBe(fits)
    if (fits) model.unread += source.toString('latin1')
  })
}

function reserve(length: number): Command {
  return command(`reserve(${length})`, (model, real) => {
    const fits = makeRoom(model, length)
    expect(real.reserve(length)).toBe(fits)
    if (fits) expect(real.bytes.length - real.end).toBeGreaterThanOrEqual(length)
  })
}

/** Reserve, then write by hand. */
function fill(source: Buffer): Command {
  return command(`fill(${source.length})`, (model, real) => {
    const fits = makeRoom(model, source.length)
    expect(real.reserve(source.length)).toBe(fits)
    if (!fits) return
    for (const byte of source) real.bytes[real.end++] = byte
    model.unread += source.toString('latin1')
  })
}

/** Read from the front; what was read must stay where it was. */
function consume(percent: number): Command {
  return command(`consume(${percent} %)`, (model, real) => {
    const count = Math.floor((model.unread.length * percent) / 100)
    const { bytes, start } = real
    real.consume(count)
    expect(bytes.toString('latin1', start, start + count)).toBe(model.unread.slice(0, count))
    model.unread = model.unread.slice(count)
    if (model.unread !== '') return
    model.wrapped = undefined
    expect(real).toMatchObject({ start: 0, end: 0 })
  })
}

function wrap(source: Buffer): Command {
  const run = (model: ByteBufferModel, real: ByteBuffer): void => {
    const bytes = Buffer.concat([Buffer.from('<<'), source, Buffer.from('>>')])
    real.wrap(bytes, 2, bytes.length - 2)
    expect(real.bytes).toBe(bytes)
    model.unread = source.toString('latin1')
    model.capacity = 0
    model.wrapped = { bytes, copy: Buffer.from(bytes) }
  }
  return command(`wrap(${source.length})`, run, (model) => model.unread === '')
}

function release(): Command {
  return command('release', (model, real) => {
    real.release()
    model.unread = ''
    model.capacity = 0
    model.wrapped = undefined
  })
}

/** A command that is followed by a look at everything. */
function command(
  name: string,
  run: (model: ByteBufferModel, real: ByteBuffer) => void,
  allowed: (model: Readonly<ByteBufferModel>) => boolean = () => true,
): Command {
  return {
    check: allowed,
    toString: () => name,
    run(model, real) {
      const before = model.wrapped
      run(model, real)
      expect(real.length).toBe(model.unread.length)
      expect(real.bytes.toString('latin1', real.start, real.end)).toBe(model.unread)
      expect(real.capacity).toBe(model.capacity)
      expect(model.budget.used).toBe(model.capacity)
      expect(real.capacity).toBeLessThanOrEqual(model.limit)
      expect(before === undefined || before.bytes.equals(before.copy)).toBe(true)
    },
  }
}

/** What the capacity becomes when there must be room for `count` bytes; false where the limit is in the way. */
function makeRoom(model: ByteBufferModel, count: number): boolean {
  const needed = model.unread.length + count
  if (needed > model.limit) return false
  if (model.unread === '' && model.capacity > model.initial) model.capacity = 0
  if (model.wrapped !== undefined || needed > model.capacity) {
    let capacity = Math.max(model.initial, model.capacity)
    while (capacity < needed) capacity *= 2
    model.capacity = Math.min(capacity, model.limit)
  }
  model.wrapped = undefined
  return true
}
