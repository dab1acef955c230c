import {
  readableBytes,
  readableCount,
  readableNanoseconds,
  readablePercent,
  readableSeconds,
} from '@pelikan/live'
import { expect, it } from 'vitest'

it.each([
  [readableCount, 0, '0'],
  [readableCount, 1.5, '1.5'],
  [readableCount, 12.4, '12'],
  [readableCount, 999.4, '999'],
  [readableCount, 999.6, '1.00 k'],
  [readableCount, 9995, '10.0 k'],
  [readableCount, 12_345, '12.3 k'],
  [readableCount, 99_960, '100 k'],
  [readableCount, 4_560_000, '4.56 M'],
  [readableBytes, 512, '512 B'],
  [readableBytes, 1023, '1.00 KiB'],
  [readableBytes, 1.5 * 1024 ** 2, '1.50 MiB'],
  [readableNanoseconds, 830, '830 ns'],
  [readableNanoseconds, 12_345, '12.3 µs'],
  [readableNanoseconds, 3e9, '3.00 s'],
  [readablePercent, 1, '100 %'],
  [readablePercent, 0.9999, '99.9 %'],
  [readablePercent, 0, '0.0 %'],
  [readableSeconds, 42, '42 s'],
  [readableSeconds, 60, '1 min'],
  [readableSeconds, 200, '3 min 20 s'],
  [readableSeconds, 18_600, '5 h 10 min'],
  [readableSeconds, 187_200, '2 d 4 h'],
])('%o of %d is %s', (readable, value, text) => {
  expect(readable(value)).toBe(text)
})
