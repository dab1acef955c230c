import { formatSize, readSize } from '@pelikan/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['1024', 1024],
    [1024, 1024],
    ['1k', 1024],
    ['1KB', 1024],
    ['1KiB', 1024],
    ['64MB', 67_108_864],
    ['64 MB', 67_108_864],
    [' 64mb ', 67_108_864],
    ['1MiB', 1_048_576],
    ['1g', 1_073_741_824],
    ['7B', 7],
  ])('%j is %d bytes', (written, bytes) => {
    expect(readSize(written)).toBe(bytes)
  })

  it.each([
    '',
    'MB',
    '1.5GB',
    '-1',
    '1e3',
    '64XB',
    '1 2',
    '0x10',
    '99999999999999999999',
    '9999999999g',
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    undefined,
    [1],
  ])('%j is none', (written) => {
    expect(readSize(written)).toBeUndefined()
  })

  it('come back from their text', () => {
    const bytes = fc.oneof(
      fc.maxSafeNat(),
      fc
        .tuple(fc.nat(4096), fc.constantFrom(2 ** 10, 2 ** 20, 2 ** 30))
        .map(([n, unit]) => n * unit),
    )
    fc.assert(fc.property(bytes, (size) => readSize(formatSize(size)) === size))
  })

  it('count every spelling of a unit in 1024s', () => {
    const units = fc.constantFrom<[string, number]>(['k', 1], ['m', 2], ['g', 3])
    const spelling = fc.constantFrom('', 'b', 'B', 'ib', 'iB')
    const property = fc.property(fc.nat(100), units, spelling, (n, [unit, power], tail) => {
      expect(readSize(`${n}${unit}${tail}`)).toBe(n * 1024 ** power)
      expect(readSize(`${n} ${unit.toUpperCase()}${tail}`)).toBe(n * 1024 ** power)
    })
    fc.assert(property)
  })
})
