/** 64-bit decimals: two words, or a bigint. */
import { equal } from 'node:assert/strict'
import { Uint64 } from '@pelikan/buffer'
import type { BenchCase, BenchCases } from './bench-case.ts'

const COUNT = 500
const ROOM = 20
const MASK = 0xffff_ffff_ffff_ffffn
const STEP = 0x9e37_79b9_7f4a_7c15n

export const uint64Cases: BenchCases = {
  'buffer/uint64 parse, 19 digits/Uint64': () => parse(STEP),
  'buffer/uint64 parse, 19 digits/bigint': () => parseBigint(STEP),
  'buffer/uint64 parse, 9 digits/Uint64': () => parse(1_234_567n),
  'buffer/uint64 parse, 9 digits/bigint': () => parseBigint(1_234_567n),
  'buffer/uint64 write, 19 digits/Uint64': () => write(STEP),
  'buffer/uint64 write, 19 digits/bigint': () => writeBigint(STEP),
  'buffer/uint64 write, 9 digits/Uint64': () => write(1_234_567n),
  'buffer/uint64 write, 9 digits/bigint': () => writeBigint(1_234_567n),
}

function numbers(step: bigint): readonly bigint[] {
  return Array.from({ length: COUNT }, (_, i) => (BigInt(i + 1) * step) & MASK)
}

/** Each number in a field of {@link ROOM} bytes, and where it ends. */
function fields(values: readonly bigint[]): { bytes: Buffer; ends: Int32Array } {
  const bytes = Buffer.alloc(COUNT * ROOM)
  const ends = Int32Array.from(
    values,
    (value, i) => i * ROOM + bytes.write(String(value), i * ROOM, 'latin1'),
  )
  return { bytes, ends }
}

function parse(step: bigint): BenchCase {
  const values = numbers(step)
  const { bytes, ends } = fields(values)
  const into = new Uint64()
  const at = (i: number): boolean => into.parse(bytes, i * ROOM, ends[i]!)
  return {
    operations: COUNT,
    check() {
      for (const [i, value] of values.entries()) {
        equal(at(i), true)
        equal((BigInt(into.high >>> 0) << 32n) | BigInt(into.low >>> 0), value)
      }
    },
    run() {
      let sum = 0
      for (let i = 0; i < COUNT; i++) if (at(i)) sum ^= into.low
      return sum
    },
  }
}

function parseBigint(step: bigint): BenchCase {
  const values = numbers(step)
  const { bytes, ends } = fields(values)
  const at = (i: number): bigint => BigInt(bytes.toString('latin1', i * ROOM, ends[i]))
  return {
    operations: COUNT,
    check() {
      for (const [i, value] of values.entries()) equal(at(i), value)
    },
    run() {
      let sum = 0
      for (let i = 0; i < COUNT; i++) if (at(i) > 0n) sum++
      return sum
    },
  }
}

function write(step: bigint): BenchCase {
  const values = numbers(step).map((value) => {
    const number = new Uint64()
    number.set(Number(value >> 32n), Number(value & 0xffff_ffffn))
    return number
  })
  return writing(step, (bytes, i) => values[i]!.write(bytes, 0))
}

function writeBigint(step: bigint): BenchCase {
  const values = numbers(step)
  return writing(step, (bytes, i) => bytes.write(String(values[i]), 0, 'latin1'))
}

function writing(step: bigint, at: (bytes: Buffer, i: number) => number): BenchCase {
  const bytes = Buffer.alloc(ROOM)
  return {
    operations: COUNT,
    check() {
      for (const [i, value] of numbers(step).entries()) {
        equal(bytes.toString('latin1', 0, at(bytes, i)), String(value))
      }
    },
    run() {
      let sum = 0
      for (let i = 0; i < COUNT; i++) sum += at(bytes, i)
      return sum
    },
  }
}
