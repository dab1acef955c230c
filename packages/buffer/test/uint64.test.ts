import { UINT64_DIGITS, Uint64 } from '@pelikan/buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const TWO_64 = 1n << 64n
const MAX = TWO_64 - 1n

/** Powers of ten and of two with their neighbours, and the corners of both words. */
const EDGES = [
  ...Array.from({ length: 20 }, (_, i) => 10n ** BigInt(i)),
  ...Array.from({ length: 65 }, (_, i) => 1n << BigInt(i)),
]
  .flatMap((edge) => [edge - 1n, edge, edge + 1n])
  .filter((edge) => edge <= MAX)

/** Numbers of every length, and the edges. */
const numbers = fc.oneof(
  fc
    .integer({ min: 0, max: 64 })
    .chain((bits) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })),
  fc.constantFrom(...EDGES),
)

function uint64(value: bigint): Uint64 {
  const made = new Uint64()
  made.set(Number(value >> 32n), Number(value & 0xffff_ffffn))
  return made
}

function bigint(value: Uint64): bigint {
  return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0)
}

/** What is parsed from a text that other digits surround; `undefined` where it is refused. */
function parsed(text: string): bigint | undefined {
  const bytes = Buffer.from(`9${text}9`, 'latin1')
  const value = uint64(0x1234_5678_9abc_def0n)
  return value.parse(bytes, 1, bytes.length - 1) ? bigint(value) : undefined
}

function expectWritten(value: bigint): void {
  const text = String(value)
  const bytes = Buffer.alloc(30, '#')
  const from = uint64(value)
  expect(from.digits()).toBe(text.length)
  expect(from.write(bytes, 4)).toBe(4 + text.length)
  expect(bytes.toString('latin1')).toBe(`####${text}`.padEnd(30, '#'))
  expect(bigint(from)).toBe(value)
}

function expectSmallIntegers(value: Uint64): void {
  expect([value.high, value.low]).toEqual([value.high | 0, value.low | 0])
}

describe('Uint64', () => {
  it('is 0 at first', () => {
    const value = new Uint64()
    expect(value.isZero()).toBe(true)
    expect(bigint(value)).toBe(0n)
  })

  it('keeps both words as signed 32-bit integers, whatever sets them', () => {
    const property = fc.property(numbers, numbers, (a, b) => {
      const value = uint64(a)
      expectSmallIntegers(value)
      value.add(uint64(b))
      expectSmallIntegers(value)
      value.subtract(uint64(a))
      expectSmallIntegers(value)
      value.setNumber(Number(a & 0x1f_ffff_ffff_ffffn))
      expectSmallIntegers(value)
      value.parse(Buffer.from(String(b)), 0, String(b).length)
      expectSmallIntegers(value)
    })
    fc.assert(property)
  })

  it('has at most UINT64_DIGITS digits', () => {
    expect(UINT64_DIGITS).toBe(String(MAX).length)
  })
})

describe('setNumber', () => {
  it('takes the edges up to 2^53 - 1', () => {
    const value = new Uint64()
    for (const edge of EDGES.filter((number) => number <= BigInt(Number.MAX_SAFE_INTEGER))) {
      value.setNumber(Number(edge))
      expect(bigint(value)).toBe(edge)
    }
  })

  it('takes any whole number', () => {
    const property = fc.property(fc.maxSafeNat(), (number) => {
      const value = uint64(MAX)
      value.setNumber(number)
      expect(bigint(value)).toBe(BigInt(number))
    })
    fc.assert(property)
  })
})

describe('copy and equals', () => {
  it('compare by value', () => {
    const property = fc.property(numbers, numbers, (a, b) => {
      expect(uint64(a).equals(uint64(b))).toBe(a === b)
      expect(uint64(a).isZero()).toBe(a === 0n)
      const copied = uint64(b)
      copied.copy(uint64(a))
      expect(copied.equals(uint64(a))).toBe(true)
    })
    fc.assert(property)
  })

  it('look at both words', () => {
    expect(uint64(1n).equals(uint64(1n << 32n))).toBe(false)
    expect(uint64(1n).equals(uint64((1n << 32n) | 1n))).toBe(false)
    expect(uint64(1n << 32n).equals(uint64((1n << 32n) | 1n))).toBe(false)
    expect(uint64(1n << 32n).isZero()).toBe(false)
    expect(uint64(1n).isZero()).toBe(false)
  })

  it('copy, and do not share', () => {
    const from = uint64(5n)
    const to = new Uint64()
    to.copy(from)
    from.setNumber(6)
    expect(bigint(to)).toBe(5n)
  })
})

describe('add and subtract', () => {
  it('wrap at 2^64', () => {
    const property = fc.property(numbers, numbers, (a, b) => {
      const sum = uint64(a)
      sum.add(uint64(b))
      expect(bigint(sum)).toBe((a + b) % TWO_64)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('stop at 0', () => {
    const property = fc.property(numbers, numbers, (a, b) => {
      const difference = uint64(a)
      difference.subtract(uint64(b))
      expect(bigint(difference)).toBe(a > b ? a - b : 0n)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it.each<[bigint, bigint]>([
    [MAX, 1n],
    [MAX, MAX],
    [0xffff_ffffn, 1n],
    [0x7fff_ffff_ffff_ffffn, 1n],
    [0x8000_0000_0000_0000n, 0x8000_0000_0000_0000n],
    [0x1_0000_0000n, 1n],
    [0n, 1n],
    [0n, MAX],
    [7n, 7n],
  ])('are exact for %d and %d', (a, b) => {
    const sum = uint64(a)
    sum.add(uint64(b))
    expect(bigint(sum)).toBe(BigInt.asUintN(64, a + b))
    const difference = uint64(a)
    difference.subtract(uint64(b))
    expect(bigint(difference)).toBe(a > b ? a - b : 0n)
  })

  it('may use one number for both sides', () => {
    const value = uint64(0xffff_ffffn)
    value.add(value)
    expect(bigint(value)).toBe(0x1_ffff_fffen)
    value.subtract(value)
    expect(value.isZero()).toBe(true)
  })
})

describe('parse', () => {
  it('reads the edges', () => {
    for (const edge of EDGES) expect(parsed(String(edge))).toBe(edge)
  })

  it('reads any number, with any number of leading zeros', () => {
    const property = fc.property(numbers, fc.nat(40), (value, zeros) => {
      expect(parsed('0'.repeat(zeros) + String(value))).toBe(value)
    })
    fc.assert(property)
  })

  it.each([
    ['0', 0n],
    ['00000000000000000000', 0n],
    ['007', 7n],
    ['000000000000000000000000000000000000000000007', 7n],
    ['18446744073709551615', MAX],
    [`${'0'.repeat(100)}18446744073709551615`, MAX],
    ['9999999999999999999', 9_999_999_999_999_999_999n],
    ['10000000000000000000', 10_000_000_000_000_000_000n],
  ])('reads %j', (text, value) => {
    expect(parsed(text)).toBe(value)
  })

  it.each([
    '',
    ' ',
    '+1',
    '-1',
    '1 ',
    '12abc',
    '1.5',
    '18446744073709551616',
    '18446744073709551620',
    '18446744073709551700',
    '18446744078000000000',
    '20000000000000000000',
    '99999999999999999999',
    '184467440737095516150',
    '100000000000000000000',
    '9'.repeat(400),
    `${'0'.repeat(100)}18446744073709551616`,
    '1844674407370955161x',
    '184467440737095516 5',
    'x8446744073709551615',
    '-8446744073709551615',
    '1844674407370955161:',
    '1844674407370955161/',
  ])('refuses %j', (text) => {
    expect(parsed(text)).toBeUndefined()
  })

  it('refuses whatever is above 2^64 - 1', () => {
    const above = fc.bigInt({ min: TWO_64, max: TWO_64 * TWO_64 })
    fc.assert(fc.property(above, (value) => parsed(String(value)) === undefined))
    for (let i = 0n; i < 1000n; i++) expect(parsed(String(TWO_64 + i))).toBeUndefined()
  })
})

describe('digits and write', () => {
  it('write the edges', () => {
    EDGES.forEach(expectWritten)
  })

  it('write any number', () => {
    fc.assert(fc.property(numbers, expectWritten), { numRuns: 1000 })
  })

  it('write zeros inside of a number', () => {
    for (const value of [2n ** 53n, 9_007_199_255_000_000n, 10n ** 19n + 1n, 10n ** 18n])
      expectWritten(value)
  })

  it('do not disturb another number that is written in between', () => {
    const a = uint64(MAX)
    const b = uint64(10n ** 19n)
    const bytes = Buffer.alloc(40)
    a.digits()
    const end = b.write(bytes, a.write(bytes, 0))
    expect(bytes.toString('latin1', 0, end)).toBe(`${MAX}${10n ** 19n}`)
  })
})
