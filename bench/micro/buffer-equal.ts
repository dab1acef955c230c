/** Whether two runs are the same, by a loop or by one native call: where do they meet? */
import { equal } from 'node:assert/strict'
import { bytesEqual } from '@pelikan/buffer'
import type { BenchCase, BenchCases } from './bench-case.ts'
import { type RunLength, lengthsOf, showLength } from './run-length.ts'

const COUNT = 500
/** Runs lie at different places, as keys in a segment do. */
const PLACES = 64
const GAP = 3

type Equal = typeof bytesEqual

const LENGTHS: readonly RunLength[] = [
  { least: 16, most: 16 },
  { least: 64, most: 64 },
  { least: 128, most: 128 },
  { least: 250, most: 250 },
  { least: 72, most: 88 },
  { least: 88, most: 104 },
  { least: 104, most: 120 },
]

export const equalCases: BenchCases = Object.fromEntries(
  LENGTHS.flatMap((length) => [
    [`buffer/equal ${showLength(length)}/bytesEqual`, () => comparing(bytesEqual, length)],
    [`buffer/equal ${showLength(length)}/loop`, () => comparing(loop, length)],
    [`buffer/equal ${showLength(length)}/Buffer.compare`, () => comparing(native, length)],
  ]),
)

const loop: Equal = (a, aStart, aEnd, b, bStart, bEnd) => {
  const length = aEnd - aStart
  if (length !== bEnd - bStart) return false
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}

const native: Equal = (a, aStart, aEnd, b, bStart, bEnd) =>
  a.compare(b, bStart, bEnd, aStart, aEnd) === 0

function comparing(same: Equal, runLength: RunLength): BenchCase {
  const { most } = runLength
  const lengths = lengthsOf(runLength, COUNT)
  const key = Buffer.alloc(most, 'pelikan')
  const stored = Buffer.alloc(PLACES * (most + GAP))
  for (let place = 0; place < PLACES; place++) key.copy(stored, place * (most + GAP))
  const at = (i: number): boolean => {
    const length = lengths[i]!
    const start = (i % PLACES) * (most + GAP)
    return same(key, 0, length, stored, start, start + length)
  }
  return {
    operations: COUNT,
    check() {
      for (let i = 0; i < COUNT; i++) {
        equal(at(i), true)
        key[lengths[i]! - 1]! ^= 1
        equal(at(i), false)
        key[lengths[i]! - 1]! ^= 1
      }
    },
    run() {
      let sum = 0
      for (let i = 0; i < COUNT; i++) if (at(i)) sum++
      return sum
    },
  }
}
