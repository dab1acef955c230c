/** Copies within shared memory, by one call or by two through other memory: where do they meet? */
import { equal } from 'node:assert/strict'
import type { BenchCase, BenchCases } from './bench-case.ts'

const COUNT = 100
const MEMORY_BYTES = 2 ** 20
const SOURCE = 500_000

type Copy = (memory: Buffer, start: number, end: number, at: number) => void

export const sharedCopyCases: BenchCases = Object.fromEntries(
  [92, 512, 4096, 102_400].flatMap((length) =>
    [0, 4].flatMap((shift) => [
      [`shared/copy ${length} + ${shift}/Buffer.copy`, () => copying(straight, length, shift)],
      [`shared/copy ${length} + ${shift}/detour`, () => copying(around, length, shift)],
    ]),
  ),
)

const straight: Copy = (memory, start, end, at) => {
  memory.copy(memory, at, start, end)
}

const detour = Buffer.allocUnsafeSlow(16_384)

const around: Copy = (memory, start, end, at) => {
  for (let from = start, to = at; from < end; from += detour.length, to += detour.length) {
    const length = Math.min(end - from, detour.length)
    memory.copy(detour, 0, from, from + length)
    detour.copy(memory, to, 0, length)
  }
}

/** @param shift by how much source and target are further from a multiple of 8 */
function copying(copy: Copy, length: number, shift: number): BenchCase {
  const memory = Buffer.from(new SharedArrayBuffer(MEMORY_BYTES))
  const start = SOURCE + shift
  return {
    operations: COUNT,
    check() {
      memory.fill('pelikan', start, start + length)
      copy(memory, start, start + length, 0)
      equal(memory.compare(memory, start, start + length, 0, length), 0)
    },
    run() {
      for (let i = 0; i < COUNT; i++) copy(memory, start, start + length, 0)
      return memory[0]!
    },
  }
}
