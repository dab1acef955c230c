/** What can be done to an Output, and what a plain string makes of it. */
import type { Block, Output } from '@pelikan/buffer'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { CheckedPool } from './checked-pool.ts'

export interface OutputModel {
  /** A character per byte. */
  written: string
  /** Marks that are still valid, the oldest first. */
  marks: number[]
  /** Blocks that were taken, with what they must still hold. */
  inFlight: { readonly block: Block; readonly copy: string }[]
  readonly pool: CheckedPool
}

type Command = fc.Command<OutputModel, Output>

/** Any sequence of calls that the contract allows, over blocks of `blockSize` bytes. */
export function outputCommands(blockSize: number): fc.Arbitrary<Iterable<Command>> {
  const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
    fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
  return fc.commands(
    [
      bytes(blockSize * 5).map((source) => write(source)),
      bytes(blockSize).map((source) => write(source)),
      bytes(blockSize).map((source) => put(source)),
      fc.constant(mark()),
      fc.nat(100).map((percent) => rollback(percent)),
      fc.constant(take()),
      fc.constant(sent()),
      fc.constant(clear()),
    ],
    { size: '+1' },
  )
}

function write(source: Buffer): Command {
  return command(`write(${source.length})`, (model, real) => {
    const padded = Buffer.concat([Buffer.from('<'), source, Buffer.from('>')])
    real.write(padded, 1, padded.length - 1)
    model.written += source.toString('latin1')
  })
}

/** Reserve, then write by hand. */
function put(source: Buffer): Command {
  return command(`put(${source.length})`, (model, real) => {
    real.reserve(source.length)
    for (const byte of source) real.bytes[real.at++] = byte
    model.written += source.toString('latin1')
  })
}

function mark(): Command {
  return command('mark', (model, real) => {
    model.marks.push(real.mark())
  })
}

/** Go back to one of the marks; those behind it are gone. */
function rollback(percent: number): Command {
  const run = (model: OutputModel, real: Output): void => {
    const index = Math.floor(((model.marks.length - 1) * percent) / 100)
    const to = model.marks[index]
    real.rollback(to)
    model.written = model.written.slice(0, to)
    model.marks.length = index + 1
  }
  return command(`rollback(${percent} %)`, run, (model) => model.marks.length > 0)
}

function take(): Command {
  return command('take', (model, real) => {
    const blocks: Block[] = []
    real.take(blocks)
    const taken = blocks.map(({ bytes, end }) => bytes.toString('latin1', 0, end))
    expect(taken.join('')).toBe(model.written)
    for (const [i, block] of blocks.entries()) {
      expect(block.end).toBeGreaterThan(0)
      model.inFlight.push({ block, copy: taken[i] })
    }
    expect(model.pool.out.size).toBe(model.inFlight.length)
    model.written = ''
    model.marks = []
  })
}

/** The kernel is done with the block that was taken first, which nobody has touched meanwhile. */
function sent(): Command {
  const run = (model: OutputModel): void => {
    const { block, copy } = model.inFlight.shift()!
    expect(block.bytes.toString('latin1', 0, block.end)).toBe(copy)
    model.pool.give(block)
  }
  return command('sent', run, (model) => model.inFlight.length > 0)
}

function clear(): Command {
  return command('clear', (model, real) => {
    real.clear()
    expect(model.pool.out.size).toBe(model.inFlight.length)
    model.written = ''
    model.marks = []
  })
}

/** A command that is followed by a look at everything that shows from outside. */
function command(
  name: string,
  run: (model: OutputModel, real: Output) => void,
  allowed: (model: Readonly<OutputModel>) => boolean = () => true,
): Command {
  return {
    check: allowed,
    toString: () => name,
    run(model, real) {
      run(model, real)
      expect(real.length).toBe(model.written.length)
      expect(real.mark()).toBe(model.written.length)
      expect(model.pool.used).toBe(model.pool.out.size * model.pool.blockSize)
    },
  }
}
