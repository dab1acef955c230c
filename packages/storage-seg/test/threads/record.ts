/**
 * Values that prove themselves: whose they are, how long, and that no byte is another's.
 *
 * ```text
 *   | key 8 | length 32 | mark 32 | bytes that follow from the mark | CRC-32 of all before |
 * ```
 *
 * An append or a prepend puts whole records beside each other.
 *
 * @module
 */
import { crc32 } from 'node:zlib'

export const KEY_BYTES = 8
const LENGTH_AT = 8
const MARK_AT = 12
const BODY_AT = 16
const CHECKSUM_BYTES = 4
export const RECORD_MIN: number = BODY_AT + CHECKSUM_BYTES

/** Fill `target[0, length)` with a record of `key`. */
export function writeRecord(target: Buffer, key: Buffer, length: number, mark: number): void {
  key.copy(target, 0, 0, KEY_BYTES)
  target.writeUInt32LE(length, LENGTH_AT)
  target.writeUInt32LE(mark, MARK_AT)
  const end = length - CHECKSUM_BYTES
  for (let i = BODY_AT; i < end; i++) target[i] = mark + i * 31
  target.writeUInt32LE(crc32(target.subarray(0, end)), end)
}

/** @throws Error where `bytes[0, length)` is not one or more records of `key` */
export function checkRecords(bytes: Buffer, length: number, key: Buffer): void {
  for (let at = 0; at < length;) {
    const size = bytes.readUInt32LE(at + LENGTH_AT)
    if (size < RECORD_MIN || at + size > length)
      throw new Error(`a record of ${size} bytes at ${at}`)
    if (bytes.compare(key, 0, KEY_BYTES, at, at + KEY_BYTES) !== 0) {
      const found = bytes.toString('latin1', at, at + KEY_BYTES)
      throw new Error(`a record of ${found} under ${key.toString('latin1')}`)
    }
    const end = at + size - CHECKSUM_BYTES
    if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32LE(end)) {
      throw new Error(`a torn record of ${size} bytes at ${at}`)
    }
    at += size
  }
}
