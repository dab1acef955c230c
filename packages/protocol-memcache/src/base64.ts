/**
 * Keys in base64, as the meta dialect has them (RFC 4648, section 4), with the leniencies of memcached's
 * decoder: bytes that are no letters of the alphabet are passed over, the text ends with the first
 * group that has padding, and bits behind the last byte need not be 0.
 *
 * @module
 */

const ALPHABET = Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  'latin1',
)
const PADDING = 61 // '='
const NO_DIGIT = 0xff

/** By byte: its six bits. Padding counts as 0. */
const DIGITS = new Uint8Array(256).fill(NO_DIGIT)
for (const [digit, letter] of ALPHABET.entries()) DIGITS[letter] = digit
DIGITS[PADDING] = 0

/**
 * Decode `text[start, end)` to `into[0, ..)`, which has room for three bytes for each four of the text.
 *
 * @returns how many bytes that made; 0 where it is no base64
 */
export function decodeBase64(text: Buffer, start: number, end: number, into: Buffer): number {
  let letters = 0
  for (let i = start; i < end; i++) if (DIGITS[text[i]] !== NO_DIGIT) letters++
  if (letters === 0 || letters % 4 !== 0) return 0
  let length = 0
  let padding = 0
  let group = 0
  let count = 0
  for (let i = start; i < end; i++) {
    const digit = DIGITS[text[i]]
    if (digit === NO_DIGIT) continue
    if (text[i] === PADDING) padding++
    group = (group << 6) | digit
    count++
    if (count < 4) continue
    into[length] = group >>> 16
    into[length + 1] = group >>> 8
    into[length + 2] = group
    length += 3
    if (padding > 0) return padding > 2 ? 0 : length - padding
    group = 0
    count = 0
  }
  return length
}

/**
 * Encode `bytes[start, end)` to `into[at, ..)`.
 *
 * @returns where it ends
 */
export function encodeBase64(
  bytes: Buffer,
  start: number,
  end: number,
  into: Buffer,
  at: number,
): number {
  let to = at
  for (let i = start; i < end; i += 3) {
    const left = end - i
    const group =
      (bytes[i] << 16) | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0)
    into[to] = ALPHABET[group >>> 18]
    into[to + 1] = ALPHABET[(group >>> 12) & 63]
    into[to + 2] = left > 1 ? ALPHABET[(group >>> 6) & 63] : PADDING
    into[to + 3] = left > 2 ? ALPHABET[group & 63] : PADDING
    to += 4
  }
  return to
}
