/**
 * The key of an operation as the range of bytes that a storage wants. A Buffer is used where it is; a
 * string is encoded, and another Uint8Array copied, into one buffer that is used again and again.
 *
 * @module
 */
import { isUint8Array } from 'node:util/types'
import { MAX_KEY_BYTES } from '@pelikan/core'
import { SegError } from '../errors.ts'

/** A string stands for its UTF-8 bytes, of which there are 1 to 250. */
export type SegKey = string | Uint8Array

/** What a character of JavaScript, 16 bits, takes at most in UTF-8. */
const BYTES_PER_CHARACTER = 3

export class KeyBytes {
  /** The key is `bytes[0, end)`, until the next is taken. */
  bytes: Buffer
  end = 0
  readonly #own: Buffer

  constructor() {
    this.#own = Buffer.allocUnsafeSlow(MAX_KEY_BYTES * BYTES_PER_CHARACTER)
    this.bytes = this.#own
  }

  /** @throws SegError `PELIKAN_SEG_INVALID_KEY` */
  take(key: SegKey): void {
    if (typeof key === 'string') {
      this.#takeText(key)
    } else if (Buffer.isBuffer(key)) {
      this.#checkLength(key.length)
      this.bytes = key
      this.end = key.length
    } else {
      this.#takeBytes(key)
    }
  }

  /** The key as a string with a character for each byte. */
  toString(): string {
    return this.bytes.toString('latin1', 0, this.end)
  }

  /** Take a key of which {@link KeyBytes.toString} was kept. */
  takeName(name: string): void {
    this.bytes = this.#own
    this.end = this.#own.write(name, 'latin1')
  }

  #takeText(key: string): void {
    if (key.length > MAX_KEY_BYTES) this.#checkLength(Buffer.byteLength(key))
    const end = this.#own.write(key)
    this.#checkLength(end)
    // Halves of surrogate pairs all become the same bytes, and different keys one.
    if (end !== key.length && !key.isWellFormed()) {
      throw invalidKey('a key is not well-formed: it has half of a surrogate pair')
    }
    this.bytes = this.#own
    this.end = end
  }

  #takeBytes(key: Uint8Array): void {
    // Also one of another realm, such as a test runner's.
    if (!isUint8Array(key))
      throw invalidKey(`a key is a string or a Uint8Array, not ${kindOf(key)}`)
    this.#checkLength(key.length)
    this.#own.set(key)
    this.bytes = this.#own
    this.end = key.length
  }

  #checkLength(length: number): void {
    if (length >= 1 && length <= MAX_KEY_BYTES) return
    throw invalidKey(`a key has ${length} bytes; it must have 1 to ${MAX_KEY_BYTES}`)
  }
}

/** What something is that should be something else, for a message. */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}

function invalidKey(message: string): SegError {
  return new SegError('PELIKAN_SEG_INVALID_KEY', message)
}
