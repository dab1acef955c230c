/**
 * How often an item was read since the last merge, in 8 bits: Segcache's approximate and smoothed
 * frequency counter.
 *
 * ```text
 *   | counted in this second 1 | count 7 | segment 24 |       the second word of a slot
 * ```
 *
 * A read counts once a second, up to 16 exactly, from there with probability 1 / count, to 127 at most.
 *
 * @module
 */
import type { Random } from '../random.ts'

const SHIFT = 24
const COUNTED = 0x8000_0000 | 0
const COUNT_MAX = 127
const EXACT_MAX = 16
const ONE = 1 << SHIFT

export function frequencyOf(word: number): number {
  return (word >>> SHIFT) & COUNT_MAX
}

/** The word after a read. */
export function countAccess(word: number, random: Random): number {
  if (word < 0) return word
  const count = word >>> SHIFT
  if (count >= COUNT_MAX) return word
  const counts = count <= EXACT_MAX || random.below(count) === 0
  return (counts ? word + ONE : word) | COUNTED
}

/** The word in a new second. */
export function forgetSecond(word: number): number {
  return word & ~COUNTED
}
