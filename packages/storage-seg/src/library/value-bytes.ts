/**
 * The value of a write as the range of bytes that a storage wants. A Uint8Array is used where it is; a
 * string is encoded, into one buffer that is used again and again where it is short.
 *
 * @module
 */
import { isUint8Array } from 'node:util/types'
import { SegError } from '../errors.ts'
import { kindOf } from './key-bytes.ts'

/** A string stands for its UTF-8 bytes, in which half of a surrogate pair is U+FFFD. */
export type SegValue = string | Uint8Array

const NO_BYTES = Buffer.alloc(0)
/** Up to here a string is short. */
const CHARACTERS = 8192
/** What a character of JavaScript, 16 bits, takes at most in UTF-8. */
const BYTES_PER_CHARACTER = 3

export class ValueBytes {
  /** The value is `bytes[0, end)`. */
  bytes: Buffer = NO_BYTES
  end = 0
  readonly #own: Buffer = Buffer.allocUnsafeSlow(CHARACTERS * BYTES_PER_CHARACTER)

  /** @throws SegError `PELIKAN_SEG_INVALID_VALUE` */
  take(value: SegValue): void {
    if (typeof value === 'string' && value.length <= CHARACTERS) {
      this.bytes = this.#own
      this.end = this.#own.write(value)
    } else {
      this.bytes = asBuffer(value)
      this.end = this.bytes.length
    }
  }

  /** Keep no bytes of the caller. */
  drop(): void {
    this.bytes = NO_BYTES
    this.end = 0
  }
}

/**
 * The bytes of `value`; those of a Uint8Array are not copied.
 *
 * @throws SegError `PELIKAN_SEG_INVALID_VALUE`
 */
export function asBuffer(value: SegValue): Buffer {
  if (typeof value === 'string') return Buffer.from(value)
  if (Buffer.isBuffer(value)) return value
  // Also one of another realm, such as a test runner's.
  if (isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  throw new SegError(
    'PELIKAN_SEG_INVALID_VALUE',
    `a value is a string or a Uint8Array, not ${kindOf(value)}`,
  )
}
