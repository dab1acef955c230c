/**
 * How a bucket of the hash table is laid out: a cache line of 16 words.
 *
 * ```text
 *   bucket, 16 words   | version | info | slot 0 | slot 1 | ... | slot 6 |
 *   info of a primary bucket          | chain length 8 | second of the last use, 16 bits |
 *   info of an overflow bucket        the primary bucket that it belongs to
 *
 *   slot, 2 words      | tag 12 | offset 20 |     offset in units of 4 bytes: segments to 4 MiB
 *                      | freq 8 | segment 24 |    segment 0: the slot is empty
 * ```
 *
 * @module
 */

export const BUCKET_ITEMS = 7
/** Most overflow buckets behind a primary one. */
export const CHAIN_LENGTH_MAX = 16

/** From a bucket to its first word. */
export const BUCKET_SHIFT = 4
export const BUCKET_WORDS: number = 1 << BUCKET_SHIFT
export const INFO = 1
export const SLOTS = 2
export const SLOT_WORDS = 2
export const LAST_SLOT: number = BUCKET_WORDS - SLOT_WORDS
/** In place of an overflow bucket: there is none. */
export const NO_BUCKET = 0

export const TAG_SHIFT = 20
export const OFFSET_MASK = 0xfffff
export const OFFSET_UNIT_BITS = 2
export const SEGMENT_MASK = 0xffffff
export const SECOND_MASK = 0xffff
export const CHAIN_SHIFT = 16
