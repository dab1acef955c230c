/**
 * The binary dialect: bytes to requests, by memcached's protocol_binary.txt. Lengths are looked at, and
 * the request refused or its value streamed, before anything is gathered or reserved for them.
 *
 * ```text
 *   0     1       2..3        4              5       6..7     8..11        12..15  16..23
 *   0x80  opcode  key length  extras length  0       vbucket  body length  opaque  cas
 *   extras | key | value                             the body
 * ```
 *
 * @module
 */
import type { ByteBuffer } from '@pelikan/buffer'
import { MAX_KEY_BYTES, NO_RESERVATION, type Parser, ProtocolError } from '@pelikan/core'
import { Arrival } from './arrival.ts'
import {
  BinaryCommand,
  type BinaryShape,
  BinaryStatus,
  binaryShapes,
  fits,
} from './binary-opcode.ts'
import { MAX_GATHERED_VALUE_BYTES, MAX_VALUE_BYTES, MAX_WHOLE_VALUE_BYTES } from './limits.ts'
import { Op } from './opcode.ts'
import { Part } from './part.ts'
import { MemcacheRequest } from './request.ts'

/** First byte of every request. */
export const BINARY_MAGIC = 0x80

export const BINARY_HEADER_BYTES = 24
/** Of `incr` and `decr`: the extras' exptime is behind two numbers. */
const COUNT_EXPTIME = 16
/** Of a storing command: behind the flags. */
const STORE_EXPTIME = 4

export class BinaryParser implements Parser<MemcacheRequest> {
  readonly #request: MemcacheRequest = new MemcacheRequest()
  readonly #arrival: Arrival = new Arrival(this.#request, 0)

  get partial(): boolean {
    return this.#arrival.isPartial
  }

  parse(input: ByteBuffer): MemcacheRequest | undefined {
    if (this.#arrival.isActive) {
      const part = this.#arrival.resume(input)
      if (part !== undefined || this.#arrival.isActive) return part
    }
    return input.length < BINARY_HEADER_BYTES ? undefined : this.#head(input)
  }

  end(): MemcacheRequest | undefined {
    return this.#arrival.end()
  }

  /** The input starts with a whole header. */
  #head(input: ByteBuffer): MemcacheRequest | undefined {
    const { bytes, start } = input
    if (bytes[start] !== BINARY_MAGIC)
      throw new ProtocolError('not a request of the binary dialect')
    const opcode = bytes[start + 1]
    const keyLength = (bytes[start + 2] << 8) | bytes[start + 3]
    const extrasLength = bytes[start + 4]
    const bodyLength = word(bytes, start + 8) >>> 0
    const valueLength = bodyLength - keyLength - extrasLength
    const shape = binaryShapes[opcode]
    const request = this.#request
    request.op = Op.Binary
    request.opcode = opcode
    request.command = shape.command
    request.noreply = shape.quiet
    request.opaque = word(bytes, start + 12)
    request.cas.set(word(bytes, start + 16), word(bytes, start + 20))
    if (valueLength < 0) return this.#refuse(input, BinaryStatus.UnknownCommand)
    if (keyLength > MAX_KEY_BYTES) return this.#refuse(input, BinaryStatus.Invalid)
    if (shape.command === BinaryCommand.Reject) {
      request.status = BinaryStatus.UnknownCommand
      request.closes = false
      return this.#skipping(input, BINARY_HEADER_BYTES, bodyLength)
    }
    if (!fits(shape, extrasLength, keyLength, valueLength) || valueLength > MAX_VALUE_BYTES) {
      return this.#refuse(input, BinaryStatus.Invalid)
    }
    const front = BINARY_HEADER_BYTES + extrasLength + keyLength
    if (input.length < front) return undefined
    request.status = BinaryStatus.Ok
    request.keyStart = start + front - keyLength
    request.keyEnd = start + front
    request.key = bytes
    if (shape.extras > 0 || shape.value)
      readExtras(request, extrasLength, bytes, start + BINARY_HEADER_BYTES)
    if (shape.value) return this.#value(input, shape, front, valueLength)
    input.consume(front)
    return request
  }

  /** Answer with `status` and close: what follows cannot be told apart. */
  #refuse(input: ByteBuffer, status: BinaryStatus): MemcacheRequest {
    const request = this.#request
    request.command = BinaryCommand.Reject
    request.status = status
    request.closes = true
    input.consume(input.length)
    return request
  }

  /** Take `taken` bytes, and drop `skipped` more. */
  #skipping(input: ByteBuffer, taken: number, skipped: number): MemcacheRequest {
    input.consume(taken)
    this.#arrival.drop(skipped)
    return this.#request
  }

  #value(
    input: ByteBuffer,
    shape: BinaryShape,
    front: number,
    valueLength: number,
  ): MemcacheRequest | undefined {
    const request = this.#request
    const { bytes, start } = input
    request.valueLength = valueLength
    request.reservation = NO_RESERVATION
    if (valueLength > MAX_GATHERED_VALUE_BYTES && isSasl(shape.command)) {
      request.command = BinaryCommand.Reject
      request.status = BinaryStatus.TooLarge
      request.closes = false
      return this.#skipping(input, front, valueLength)
    }
    const arrived = input.length >= front + valueLength
    if (arrived && valueLength <= MAX_WHOLE_VALUE_BYTES) {
      request.part = Part.Whole
      request.value = bytes
      request.valueStart = start + front
      request.valueEnd = start + front + valueLength
      input.consume(front + valueLength)
      return request
    }
    if (valueLength <= MAX_GATHERED_VALUE_BYTES) return undefined
    input.consume(front)
    return this.#arrival.begin()
  }
}

/** What a client logs in with is short, and never streamed. */
function isSasl(command: BinaryCommand): boolean {
  return command === BinaryCommand.SaslAuth || command === BinaryCommand.SaslStep
}

/** The extras at `at`: which there are, their number says. */
function readExtras(request: MemcacheRequest, length: number, bytes: Buffer, at: number): void {
  request.flags = 0
  request.exptime = 0
  switch (length) {
    case 4:
      request.exptime = word(bytes, at)
      break
    case 8:
      request.flags = word(bytes, at)
      request.exptime = word(bytes, at + STORE_EXPTIME)
      break
    case 20:
      request.number.set(word(bytes, at), word(bytes, at + 4))
      request.initial.set(word(bytes, at + 8), word(bytes, at + 12))
      request.exptime = word(bytes, at + COUNT_EXPTIME)
      break
    default:
  }
}

/** Four bytes, the highest first, as a signed integer. */
function word(bytes: Buffer, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
}
