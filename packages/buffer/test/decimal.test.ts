import { NOT_DECIMAL, decimalLength, parseDecimal, writeDecimal } from '@pelikan/buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const MAX = Number.MAX_SAFE_INTEGER

/** Powers of ten and of two with their neighbours: where a digit, a sign bit or a word begins. */
const EDGES = [
  ...Array.from({ length: 16 }, (_, i) => 10 ** i),
  ...Array.from({ length: 54 }, (_, i) => 2 ** i),
]
  .flatMap((edge) => [edge - 1, edge, edge + 1])
  .filter((edge) => edge <= MAX)

/** Whole numbers of every length, not only long ones. */
const numbers = fc
  .integer({ min: 0, max: 53 })
  .chain((bits) => fc.integer({ min: 0, max: Math.min(2 ** bits, MAX) }))

function parse(text: string): number {
  const bytes = Buffer.from(`9${text}9`, 'latin1')
  return parseDecimal(bytes, 1, bytes.length - 1)
}

/** What is written between two marks, and where it ends. */
function written(value: number): { text: string; end: number; around: string } {
  const bytes = Buffer.alloc(24, '#')
  const end = writeDecimal(bytes, 3, value)
  const text = bytes.toString('latin1', 3, end)
  return { text, end, around: bytes.toString('latin1', 0, 3) + bytes.toString('latin1', end) }
}

describe('parseDecimal', () => {
  it('reads the edges', () => {
    for (const edge of EDGES) expect(parse(String(edge))).toBe(edge)
  })

  it('reads any whole number', () => {
    fc.assert(fc.property(numbers, (value) => parse(String(value)) === value))
  })

  it.each([
    ['0', 0],
    ['000', 0],
    ['007', 7],
    [`${'0'.repeat(100)}${MAX}`, MAX],
    ['9007199254740991', MAX],
  ])('reads %j', (text, value) => {
    expect(parse(text)).toBe(value)
  })

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '1.5',
    '1e3',
    '0x1',
    'abc',
    '12a',
    'a12',
    '1/',
    '1:',
    '1\0',
    '\xb1',
    '9007199254740992',
    '9007199254740993',
    '10000000000000000',
    '18446744073709551615',
    '9'.repeat(400),
  ])('refuses %j', (text) => {
    expect(parse(text)).toBe(NOT_DECIMAL)
  })

  it('refuses every byte that is no digit, at every place', () => {
    for (let byte = 0; byte < 256; byte++) {
      const isDigit = byte >= 0x30 && byte <= 0x39
      for (let at = 0; at < 3; at++) {
        const bytes = Buffer.from('555')
        bytes[at] = byte
        expect(parseDecimal(bytes, 0, 3) !== NOT_DECIMAL, `byte ${byte} at ${at}`).toBe(isDigit)
      }
    }
  })

  it('refuses a range that is empty or turned around', () => {
    const bytes = Buffer.from('123')
    expect(parseDecimal(bytes, 2, 2)).toBe(NOT_DECIMAL)
    expect(parseDecimal(bytes, 2, 1)).toBe(NOT_DECIMAL)
  })

  it('agrees with Number on short texts of digits and others', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789 -+.x')),
      maxLength: 12,
    })
    const property = fc.property(text, (digits) => {
      expect(parse(digits)).toBe(/^\d+$/.test(digits) ? Number(digits) : NOT_DECIMAL)
    })
    fc.assert(property, { numRuns: 500 })
  })
})

describe('decimalLength', () => {
  it('is the length of the text', () => {
    for (const edge of EDGES) expect(decimalLength(edge)).toBe(String(edge).length)
    fc.assert(fc.property(numbers, (value) => decimalLength(value) === String(value).length))
  })
})

describe('writeDecimal', () => {
  it('writes what String writes, and nothing around it', () => {
    const check = (value: number): void => {
      const text = String(value)
      expect(written(value)).toEqual({
        text,
        end: 3 + text.length,
        around: '#'.repeat(24 - text.length),
      })
    }
    EDGES.forEach(check)
    fc.assert(fc.property(numbers, check))
  })

  it('comes back through parseDecimal', () => {
    fc.assert(fc.property(numbers, (value) => parse(written(value).text) === value))
  })
})
