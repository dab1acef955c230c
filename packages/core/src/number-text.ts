/**
 * What counts as a number in a stored value. memcached's protocol.txt leaves it open and memcached to
 * C's strtoull: white space, one `+`, digits, then the end, or white space with anything behind it.
 *
 * ```text
 *   "7"   "  7"   "+7"   "007"   "7  "   "7 is read as 7"      numbers
 *   ""    "-7"    "7x"   "7.5"   "+ 7"   2^64 and above        none
 * ```
 *
 * @module
 */
import { PLUS, SPACE, type Uint64 } from '@pelikan/buffer'

const TAB = 9
const CR = 13

/** Read the value `bytes[start, end)` as an unsigned 64-bit number; false where it is none. */
export function parseNumberText(bytes: Buffer, start: number, end: number, into: Uint64): boolean {
  let from = start
  while (from < end && isWhite(bytes[from]!)) from++
  if (from < end && bytes[from] === PLUS) from++
  let to = from
  while (to < end && !isWhite(bytes[to]!)) to++
  return into.parse(bytes, from, to)
}

/** Blank, tab, line feed, vertical tab, form feed, carriage return. */
function isWhite(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= CR)
}
