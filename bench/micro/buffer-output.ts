/** Appending bytes to an output: `Output.write`, and the ways of which it chooses one. */
import { deepEqual } from 'node:assert/strict'
import { type Block, BlockPool, MemoryBudget, Output } from '@pelikan/buffer'
import type { BenchCase, BenchCases } from './bench-case.ts'
import { type RunLength, lengthsOf, showLength } from './run-length.ts'

const COUNT = 256
const BLOCK_BYTES = 16_384
const KEPT_BLOCKS = 64
/** Writes start at different places of the source, as values do in a storage. */
const PLACES = 8

type Append = (output: Output, source: Buffer, start: number, end: number) => void

const LENGTHS: readonly RunLength[] = [
  { least: 8, most: 8 },
  { least: 12, most: 12 },
  { least: 16, most: 16 },
  { least: 48, most: 48 },
  { least: 64, most: 64 },
  { least: 1024, most: 1024 },
  { least: 16, most: 32 },
  { least: 24, most: 40 },
  { least: 32, most: 48 },
]

export const outputCases: BenchCases = Object.fromEntries(
  LENGTHS.flatMap((length) => [
    [`buffer/write ${showLength(length)}/Output.write`, () => appending(write, length)],
    [`buffer/write ${showLength(length)}/loop`, () => appending(loop, length)],
    [`buffer/write ${showLength(length)}/Buffer.copy`, () => appending(copy, length)],
  ]),
)

const write: Append = (output, source, start, end) => output.write(source, start, end)

const loop: Append = (output, source, start, end) => {
  output.reserve(end - start)
  const bytes = output.bytes
  let at = output.at
  for (let i = start; i < end; i++) bytes[at++] = source[i]!
  output.at = at
}

const copy: Append = (output, source, start, end) => {
  output.reserve(end - start)
  source.copy(output.bytes, output.at, start, end)
  output.at += end - start
}

function appending(append: Append, runLength: RunLength): BenchCase {
  const lengths = lengthsOf(runLength, COUNT)
  const budget = new MemoryBudget(Infinity)
  const pool = new BlockPool(budget, BLOCK_BYTES, KEPT_BLOCKS)
  const output = new Output(pool)
  const source = Buffer.from(Array.from({ length: runLength.most + PLACES }, (_, i) => i & 255))
  const taken: Block[] = []
  const fill = (): number => {
    for (let i = 0; i < COUNT; i++) {
      append(output, source, i % PLACES, (i % PLACES) + lengths[i]!)
    }
    return output.length
  }
  const empty = (): void => {
    output.take(taken)
    for (const block of taken) pool.give(block)
    taken.length = 0
  }
  return {
    operations: COUNT,
    check() {
      const expected = Buffer.concat(
        Array.from(lengths, (length, i) => source.subarray(i % PLACES, (i % PLACES) + length)),
      )
      fill()
      output.take(taken)
      deepEqual(Buffer.concat(taken.map((block) => block.bytes.subarray(0, block.end))), expected)
      empty()
    },
    run() {
      const sum = fill()
      empty()
      return sum
    },
  }
}
