/**
 * ASCII decimals to numbers and back, without strings. Whole numbers up to 2^53 - 1; for all 64 bits
 * see {@link Uint64}.
 *
 * @module
 */
import { NINE, ZERO } from './ascii.ts'

/** Decimal digits of `Number.MAX_SAFE_INTEGER`. */
export const SAFE_INTEGER_DIGITS = 16

/** What {@link parseDecimal} returns for bytes that are no decimal. */
export const NOT_DECIMAL = -1

/**
 * Read `bytes[start, end)` as an unsigned decimal: digits only, any number of leading zeros.
 *
 * @returns the number, or {@link NOT_DECIMAL} where a byte is no digit, there is none, or the number
 * is above `Number.MAX_SAFE_INTEGER`.
 */
export function parseDecimal(bytes: Buffer, start: number, end: number): number {
  if (start >= end) return NOT_DECIMAL
  let value = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte < ZERO || byte > NINE) return NOT_DECIMAL
    value = value * 10 + (byte - ZERO)
    if (value > Number.MAX_SAFE_INTEGER) return NOT_DECIMAL
  }
  return value
}

/** How many digits `value` has; `value` is a whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
export function decimalLength(value: number): number {
  let length = 1
  for (let bound = 10; bound <= value; bound *= 10) length++
  return length
}

/**
 * Write `value` at `bytes[at]`; `value` is a whole number from 0 to `Number.MAX_SAFE_INTEGER`.
 *
 * @returns where the digits end
 */
export function writeDecimal(bytes: Buffer, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value
    return at + 1
  }
  const end = at + decimalLength(value)
  let rest = value
  let i = end
  // Beyond 31 bits the remainder is taken of a floating-point number, which is slower.
  while (rest > 0x7fff_ffff) {
    const quotient = Math.floor(rest / 10)
    bytes[--i] = ZERO + (rest - quotient * 10)
    rest = quotient
  }
  let small = rest | 0
  while (i > at) {
    const quotient = (small / 10) | 0
    bytes[--i] = ZERO + (small - quotient * 10)
    small = quotient
  }
  return end
}
