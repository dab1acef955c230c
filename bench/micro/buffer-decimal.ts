/** A number to digits: by division, or through a string. */
import { equal } from 'node:assert/strict'
import { writeDecimal } from '@pelikan/buffer'
import type { BenchCase, BenchCases } from './bench-case.ts'

const COUNT = 1000
const ROOM = 20

type WriteNumber = (bytes: Buffer, at: number, value: number) => number

export const decimalCases: BenchCases = {
  'buffer/decimal 1-7 digits/writeDecimal': () => decimal(writeDecimal),
  'buffer/decimal 1-7 digits/latin1Write': () =>
    decimal((bytes, at, value) => at + bytes.write(String(value), at, 'latin1')),
}

function decimal(write: WriteNumber): BenchCase {
  // As many of each length, in no order.
  const values = Array.from({ length: COUNT }, (_, i) => Math.floor(10 ** ((i * 7919) % 7) * 1.234))
  const bytes = Buffer.alloc(ROOM)
  return {
    operations: COUNT,
    check() {
      for (const value of values) {
        equal(bytes.toString('latin1', 0, write(bytes, 0, value)), String(value))
      }
    },
    run() {
      let sum = 0
      for (let i = 0; i < COUNT; i++) sum += write(bytes, 0, values[i]!)
      return sum
    },
  }
}
