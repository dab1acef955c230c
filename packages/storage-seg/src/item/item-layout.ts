/**
 * The bytes of an item in a segment.
 *
 * ```text
 *   byte  0            1              4        8       9
 *         | key length | value length | cas 32 | flags | key | value | 0 to 3 | trailer |
 *           8 bits       24 bits                8 bits                 bytes
 *
 *   trailer, only what the flags announce: | deadline 32 | client flags 32 | wide cas 64 |
 *   a value of 2^24 bytes or more has the upper 8 bits of its length in a byte between it and the key
 * ```
 *
 * Items begin at a multiple of 4 bytes, so every number is an aligned word; the trailer is behind the
 * value because the header has an odd length. A key of 16 bytes with a value of 64 and no TTL takes
 * 92 bytes. Functions take the words of a slab and the index of the item's first word.
 *
 * Words are little-endian, as on every machine that Node.js is released for but s390x.
 *
 * @module
 */
import { NEVER, type Tick } from '@pelikan/core'

/** Bytes in front of the key. */
export const ITEM_HEADER = 9
/** Longest key. */
export const KEY_LENGTH_MAX = 250

const LENGTH_BITS = 8
const LENGTH_MASK = 0xff
/** Longest value whose length the header holds. */
const SHORT_MAX = 0xff_ffff
const SHORT_BITS = 24
const CAS_WORD = 1
const FLAGS_WORD = 2
const FLAGS_BYTE = 8

export const ItemFlag = {
  /** The trailer has a deadline. */
  Deadline: 1,
  /** The trailer has the client's flags; without them they are 0. */
  ClientFlags: 2,
  /** The trailer has the cas token, all 64 bits of it: it was given. */
  WideCas: 4,
  /** From here on the bits of {@link Mark}, shifted by {@link MARK_SHIFT}. */
  Stale: 8,
  Won: 16,
  /** The item was read. */
  Fetched: 32,
  BinaryKey: 64,
  /** The value is longer than the header can say. It follows from its length. */
  Long: 128,
} as const

/** From an item's flags to how many bytes are between key and value. */
const LONG_SHIFT = 7

/** From an item's flags to its marks. */
export const MARK_SHIFT = 3
/** The flags that are marks. */
export const MARK_FLAGS: number =
  ItemFlag.Stale | ItemFlag.Won | ItemFlag.Fetched | ItemFlag.BinaryKey

/** The flags of an item with these properties. */
export function itemFlags(deadline: Tick, clientFlags: number): number {
  return (
    (deadline === NEVER ? 0 : ItemFlag.Deadline) | (clientFlags === 0 ? 0 : ItemFlag.ClientFlags)
  )
}

/** Bytes that an item takes in its segment, or its run of them. */
export function itemSize(keyLength: number, valueLength: number, flags: number): number {
  const trailer =
    (flags & ItemFlag.Deadline) +
    ((flags & ItemFlag.ClientFlags) >> 1) +
    ((flags & ItemFlag.WideCas) >> 1)
  const between = valueLength > SHORT_MAX ? 1 : 0
  return ((ITEM_HEADER + keyLength + between + valueLength + 3) & ~3) + (trailer << 2)
}

export function keyLengthOf(words: Int32Array, item: number): number {
  return words[item] & LENGTH_MASK
}

export function valueLengthOf(words: Int32Array, item: number): number {
  const length = words[item] >>> LENGTH_BITS
  if ((flagsOf(words, item) & ItemFlag.Long) === 0) return length
  const at = keyStartOf(item) + keyLengthOf(words, item)
  return length | (((words[at >> 2] >>> ((at & 3) << 3)) & 0xff) << SHORT_BITS)
}

/** Write the lengths, and the flags with what of them follows from the lengths. */
export function setShape(
  bytes: Buffer,
  words: Int32Array,
  item: number,
  keyLength: number,
  valueLength: number,
  flags: number,
): void {
  words[item] = keyLength | (valueLength << LENGTH_BITS)
  const isLong = valueLength > SHORT_MAX
  bytes[(item << 2) + FLAGS_BYTE] = isLong ? flags | ItemFlag.Long : flags & ~ItemFlag.Long
  if (isLong) bytes[keyStartOf(item) + keyLength] = valueLength >>> SHORT_BITS
}

export function casOf(words: Int32Array, item: number): number {
  return words[item + CAS_WORD]
}

export function setCas(words: Int32Array, item: number, cas: number): void {
  words[item + CAS_WORD] = cas
}

export function flagsOf(words: Int32Array, item: number): number {
  return words[item + FLAGS_WORD] & 0xff
}

export function setFlags(bytes: Buffer, item: number, flags: number): void {
  bytes[(item << 2) + FLAGS_BYTE] = flags
}

/** Where the key begins, in bytes of the slab. */
export function keyStartOf(item: number): number {
  return (item << 2) + ITEM_HEADER
}

/** Where the value begins, in bytes of the slab. */
export function valueStartOf(words: Int32Array, item: number): number {
  return keyStartOf(item) + keyLengthOf(words, item) + (flagsOf(words, item) >>> LONG_SHIFT)
}

/** Bytes that the item takes. */
export function sizeOf(words: Int32Array, item: number): number {
  return itemSize(keyLengthOf(words, item), valueLengthOf(words, item), flagsOf(words, item))
}

/** {@link NEVER} where the item has none. */
export function deadlineOf(words: Int32Array, item: number): Tick {
  return (flagsOf(words, item) & ItemFlag.Deadline) === 0 ? NEVER : words[trailerOf(words, item)]
}

export function clientFlagsOf(words: Int32Array, item: number): number {
  const flags = flagsOf(words, item)
  if ((flags & ItemFlag.ClientFlags) === 0) return 0
  return words[trailerOf(words, item) + (flags & ItemFlag.Deadline)]
}

/** Write what the flags announce; lengths and flags are there already. */
export function setTrailer(
  words: Int32Array,
  item: number,
  deadline: Tick,
  clientFlags: number,
): void {
  const flags = flagsOf(words, item)
  let at = trailerOf(words, item)
  if ((flags & ItemFlag.Deadline) !== 0) words[at++] = deadline
  if ((flags & ItemFlag.ClientFlags) !== 0) words[at] = clientFlags
}

/** Where the two words of a wide token are, the higher first. */
export function wideCasOf(words: Int32Array, item: number): number {
  const flags = flagsOf(words, item)
  const before = (flags & ItemFlag.Deadline) + ((flags & ItemFlag.ClientFlags) >> 1)
  return trailerOf(words, item) + before
}

function trailerOf(words: Int32Array, item: number): number {
  return (valueStartOf(words, item) + valueLengthOf(words, item) + 3) >> 2
}
