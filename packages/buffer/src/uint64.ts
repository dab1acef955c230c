/**
 * An unsigned 64-bit number as two 32-bit words: a `bigint` is allocated with every result, and costs
 * more to parse (bench/micro: buffer-uint64).
 *
 * ```text
 *   63            32 31             0
 *   |     high      |      low      |      each kept as a signed 32-bit integer, which V8 stores
 * ```                                      without a box; `>>> 0` makes it unsigned for arithmetic
 *
 * One object is made per role and filled again and again.
 *
 * @module
 */
import { NINE, ZERO } from './ascii.ts'
import { SAFE_INTEGER_DIGITS, decimalLength, parseDecimal, writeDecimal } from './decimal.ts'

const TWO_32 = 0x1_0000_0000
/** Digits are written in groups of six: a remainder below 10^6 times 2^32 is still exact. */
const GROUP = 1_000_000
const GROUP_DIGITS = 6

/** The largest number in 16 bits. */
const LIMB = 0xffff

/** Most decimal digits that a {@link Uint64} can have. */
export const UINT64_DIGITS = 20

export class Uint64 {
  high = 0
  low = 0

  /** Both words, as 32 bits each. */
  set(high: number, low: number): void {
    this.high = high | 0
    this.low = low | 0
  }

  /** From a whole number up to 2^53 - 1. */
  setNumber(value: number): void {
    this.high = (value / TWO_32) | 0
    this.low = value | 0
  }

  copy(from: Uint64): void {
    this.high = from.high
    this.low = from.low
  }

  equals(other: Uint64): boolean {
    return this.low === other.low && this.high === other.high
  }

  /** Whether this number is smaller. */
  isBelow(other: Uint64): boolean {
    if (this.high !== other.high) return this.high >>> 0 < other.high >>> 0
    return this.low >>> 0 < other.low >>> 0
  }

  isZero(): boolean {
    return this.low === 0 && this.high === 0
  }

  /** Add, modulo 2^64. */
  add(other: Uint64): void {
    const low = (this.low >>> 0) + (other.low >>> 0)
    this.high = (this.high + other.high + (low >= TWO_32 ? 1 : 0)) | 0
    this.low = low | 0
  }

  /** Subtract, stopping at 0. */
  subtract(other: Uint64): void {
    const low = (this.low >>> 0) - (other.low >>> 0)
    const high = (this.high >>> 0) - (other.high >>> 0) - (low < 0 ? 1 : 0)
    if (high < 0) this.set(0, 0)
    else this.set(high, low)
  }

  /**
   * Read `bytes[start, end)` as an unsigned decimal: digits only, any number of leading zeros.
   *
   * @returns false, with this number undefined, where a byte is no digit, there is none, or the number
   * is above 2^64 - 1
   */
  parse(bytes: Buffer, start: number, end: number): boolean {
    if (end - start < SAFE_INTEGER_DIGITS) {
      const value = parseDecimal(bytes, start, end)
      if (value < 0) return false
      this.setNumber(value)
      return true
    }
    // Four limbs of 16 bits, least significant first: integers only, which is five times as fast as
    // floating-point words (bench/micro: uint64).
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let i = start; i < end; i++) {
      const digit = bytes[i] - ZERO
      if (digit < 0 || digit > NINE - ZERO) return false
      a = a * 10 + digit
      b = b * 10 + (a >>> 16)
      c = c * 10 + (b >>> 16)
      d = d * 10 + (c >>> 16)
      if (d > LIMB) return false
      a &= LIMB
      b &= LIMB
      c &= LIMB
    }
    this.set((d << 16) | c, (b << 16) | a)
    return true
  }

  /** How many digits {@link write} writes. */
  digits(): number {
    const high = this.high >>> 0
    if (high < 1 << 21) return decimalLength(high * TWO_32 + (this.low >>> 0))
    this.#divide()
    return GROUP_DIGITS + decimalLength(quotient)
  }

  /**
   * Write the decimal digits at `bytes[at]`, up to {@link UINT64_DIGITS} of them.
   *
   * @returns where they end
   */
  write(bytes: Buffer, at: number): number {
    const high = this.high >>> 0
    if (high < 1 << 21) return writeDecimal(bytes, at, high * TWO_32 + (this.low >>> 0))
    this.#divide()
    const end = writeDecimal(bytes, at, quotient) + GROUP_DIGITS
    let rest = remainder
    for (let i = end - 1; i >= end - GROUP_DIGITS; i--) {
      const next = (rest / 10) | 0
      bytes[i] = ZERO + (rest - next * 10)
      rest = next
    }
    return end
  }

  /** Divide by {@link GROUP}, into `quotient` (below 2^45) and `remainder`. */
  #divide(): void {
    const high = this.high >>> 0
    const highQuotient = Math.floor(high / GROUP)
    const carried = (high - highQuotient * GROUP) * TWO_32 + (this.low >>> 0)
    const lowQuotient = Math.floor(carried / GROUP)
    quotient = highQuotient * TWO_32 + lowQuotient
    remainder = carried - lowQuotient * GROUP
  }
}

// What a division leaves, kept out of the objects so that each has two small integers and no more.
let quotient = 0
let remainder = 0
