/**
 * The ways in which memcached reads a number. They differ in what they let through.
 *
 * | reading | signs | range |
 * | --- | --- | --- |
 * | {@link parseInt32}: BYTES, and the exptime of `touch`, `gat` and `flush_all` | `-` | 32 bits, at most 11 characters |
 * | {@link parseCut}: the exptime of a storing command | `+` `-` | 64 bits, of which 32 are kept |
 * | {@link parseFlags} | `+` | 64 bits, of which 32 are kept |
 * | {@link parseUint32}: the client's flags in a meta command | none | 32 bits |
 * | {@link parseUnsigned}: cas, delta | `+` | 64 bits |
 *
 * @module
 */
import { MINUS, NOT_DECIMAL, PLUS, Uint64, parseDecimal } from '@pelikan/buffer'

/** What the readings of 32 bits return for a word that is no number: no 32-bit integer. */
export const NOT_INT32 = 0x8000_0000

const MAX_INT32 = 0x7fff_ffff
const MAX_UINT32 = 0xffff_ffff
const MAX_INT32_CHARACTERS = 11

const scratch = new Uint64()

/** Read `bytes[start, end)` as a signed 32-bit integer, else {@link NOT_INT32}. */
export function parseInt32(bytes: Buffer, start: number, end: number): number {
  if (end - start > MAX_INT32_CHARACTERS) return NOT_INT32
  const negative = bytes[start] === MINUS
  const value = parseDecimal(bytes, negative ? start + 1 : start, end)
  if (value < 0) return NOT_INT32
  if (negative) return value > MAX_INT32 + 1 ? NOT_INT32 : -value | 0
  return value > MAX_INT32 ? NOT_INT32 : value
}

/** Read `bytes[start, end)` as a signed 64-bit integer and keep its low 32 bits, else {@link NOT_INT32}. */
export function parseCut(bytes: Buffer, start: number, end: number): number {
  const plain = parseDecimal(bytes, start, end)
  if (plain >= 0) return plain | 0
  const sign = bytes[start]
  const from = sign === MINUS || sign === PLUS ? start + 1 : start
  if (!scratch.parse(bytes, from, end) || scratch.high < 0) return NOT_INT32
  return sign === MINUS ? -scratch.low | 0 : scratch.low
}

/** Read `bytes[start, end)` as an unsigned 64-bit integer and keep its low 32 bits, else {@link NOT_INT32}. */
export function parseFlags(bytes: Buffer, start: number, end: number): number {
  const plain = parseDecimal(bytes, start, end)
  if (plain >= 0) return plain | 0
  return parseUnsigned(bytes, start, end, scratch) ? scratch.low : NOT_INT32
}

/** Read `bytes[start, end)` as an unsigned 32-bit integer, else a negative number. */
export function parseUint32(bytes: Buffer, start: number, end: number): number {
  const value = parseDecimal(bytes, start, end)
  return value > MAX_UINT32 ? NOT_DECIMAL : value
}

/** Read `bytes[start, end)` as an unsigned 64-bit integer; false where it is none. */
export function parseUnsigned(bytes: Buffer, start: number, end: number, into: Uint64): boolean {
  return into.parse(bytes, bytes[start] === PLUS ? start + 1 : start, end)
}
