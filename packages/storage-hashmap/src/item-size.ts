/**
 * How large an item is in the eyes of a client: memcached's sum, so that its `-I` means the same here
 * (checked against memcached 1.6.18 and 1.6.45, memory and padding of this storage aside).
 *
 * ```text
 *   | header 48 | cas 8 | flags 4, unless 0 | key | 1 | value | 2 |
 * ```
 *
 * With a limit of 1 MiB the largest value is 1,048,516 bytes under a key of 1 byte and 1,048,267 under
 * one of 250, and 4 less where the flags are not 0.
 *
 * @module
 */

const HEADER = 48
const CAS = 8
const FLAGS = 4
/** A NUL behind the key. */
const KEY_END = 1
/** CRLF behind the value. */
const VALUE_END = 2

/** Bytes that count against `itemSizeMax`. */
export function itemSize(keyLength: number, valueLength: number, flags: number): number {
  return HEADER + CAS + (flags === 0 ? 0 : FLAGS) + keyLength + KEY_END + valueLength + VALUE_END
}
