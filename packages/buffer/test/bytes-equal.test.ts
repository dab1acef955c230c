import { bytesEqual } from '@pelikan/buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Lengths on both sides of where the comparison changes from a loop to a native call. */
const LENGTHS = [0, 1, 2, 79, 80, 81, 82, 200]

/** Bytes `0, 1, 2, ...` behind `offset` others. */
function ramp(offset: number, length: number): Buffer {
  return Buffer.from([
    ...Array<number>(offset).fill(0xee),
    ...Array.from({ length }, (_, i) => i),
    0xdd,
  ])
}

describe('bytesEqual', () => {
  it.each(LENGTHS)('finds ranges of %d bytes equal wherever they lie', (length) => {
    const a = ramp(3, length)
    const b = ramp(7, length)
    expect(bytesEqual(a, 3, 3 + length, b, 7, 7 + length)).toBe(true)
  })

  it.each(LENGTHS)('sees one different byte of %d, wherever it is', (length) => {
    const a = ramp(3, length)
    for (let i = 0; i < length; i++) {
      const b = ramp(7, length)
      b[7 + i] ^= 0x80
      expect(bytesEqual(a, 3, 3 + length, b, 7, 7 + length), `byte ${i}`).toBe(false)
    }
  })

  it.each(LENGTHS)('looks at nothing outside of %d bytes', (length) => {
    const a = Buffer.alloc(length + 2, 'x')
    const b = Buffer.alloc(length + 2, 'x')
    a[0] = a[length + 1] = 1
    b[0] = b[length + 1] = 2
    expect(bytesEqual(a, 1, 1 + length, b, 1, 1 + length)).toBe(true)
  })

  it.each(LENGTHS)('refuses %d bytes and one more', (length) => {
    const bytes = Buffer.alloc(length + 1)
    expect(bytesEqual(bytes, 0, length, bytes, 0, length + 1)).toBe(false)
    expect(bytesEqual(bytes, 0, length + 1, bytes, 0, length)).toBe(false)
  })

  it('agrees with Buffer.equals', () => {
    const few = fc.uint8Array({ max: 1, maxLength: 4 })
    const property = fc.property(few, few, fc.nat(100), (a, b, same) => {
      const left = Buffer.from([...a, ...Array<number>(same).fill(7)])
      const right = Buffer.from([...b, ...Array<number>(same).fill(7)])
      expect(bytesEqual(left, 0, left.length, right, 0, right.length)).toBe(left.equals(right))
    })
    fc.assert(property)
  })
})
