/**
 * What counts as a number in a stored value (memcached's protocol.txt, "Increment/Decrement", and its
 * use of strtoull): leading blanks, one `+`, digits, trailing blanks.
 *
 * @module
 */
import { PLUS, SPACE, type Uint64 } from '@pelikan/buffer'

/** Read the value `bytes[start, end)` as an unsigned 64-bit number; false where it is none. */
export function parseNumberText(bytes: Buffer, start: number, end: number, into: Uint64): boolean {
  let from = start
  while (from < end && bytes[from] === SPACE) from++
  if (from < end && bytes[from] === PLUS) from++
  let to = end
  while (to > from && bytes[to - 1] === SPACE) to--
  return into.parse(bytes, from, to)
}
