import { isUtf8 } from 'node:buffer'

/** A key for people: its text, or where it is no UTF-8, its ASCII letters with `\xNN` for all other bytes. */
export function keyText(key: Buffer): string {
  if (isUtf8(key)) return key.toString()
  let text = ''
  for (const byte of key) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c
    text += isPlain ? String.fromCodePoint(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return text
}
