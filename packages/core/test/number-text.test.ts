import { Uint64 } from '@pelikan/buffer'
import { parseNumberText } from '@pelikan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** The number that a value is, with other digits around it; `undefined` where it is none. */
function number(text: string): bigint | undefined {
  const bytes = Buffer.from(`9${text}9`, 'latin1')
  const into = new Uint64()
  if (!parseNumberText(bytes, 1, bytes.length - 1, into)) return undefined
  return (BigInt(into.high >>> 0) << 32n) | BigInt(into.low >>> 0)
}

describe('parseNumberText', () => {
  it.each([
    ['0', 0n],
    ['5', 5n],
    ['007', 7n],
    ['+5', 5n],
    ['+007', 7n],
    [' 5', 5n],
    ['   5', 5n],
    ['5 ', 5n],
    ['9   ', 9n],
    ['  +5  ', 5n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['  +00018446744073709551615  ', 18_446_744_073_709_551_615n],
  ])('%j is a number', (text, value) => {
    expect(number(text)).toBe(value)
  })

  it.each([
    '',
    ' ',
    '   ',
    '+',
    ' + ',
    '+ 5',
    '++5',
    '+-5',
    '-1',
    ' -1',
    '12abc',
    'abc',
    '1.5',
    '1e3',
    '0x10',
    '18446744073709551616',
    '99999999999999999999',
    '184467440737095516150',
  ])('%j is none', (text) => {
    expect(number(text)).toBeUndefined()
  })

  it.each([
    ['1 2', 1n],
    ['12 abc', 12n],
    ['5\n', 5n],
    ['5\tx', 5n],
    ['\t\r\n5', 5n],
  ])('%j ends at white space', (text, value) => {
    expect(number(text)).toBe(value)
  })

  // memcached (1.6.18, tried) takes these.
  it.each(['-0', '5\0'])('%j is none', (text) => {
    expect(number(text)).toBeUndefined()
  })

  it('agrees with its rule for any text', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('00123456789   ++-a')),
      maxLength: 8,
    })
    const property = fc.property(text, (value) => {
      const digits = /^ *\+?(\d+)(?: .*)?$/.exec(value)?.[1]
      expect(number(value)).toBe(digits === undefined ? undefined : BigInt(digits))
    })
    fc.assert(property, { numRuns: 1000 })
  })
})
