/**
 * A text connection of which it is not yet known who is at its other end. All that is served is a `set`
 * whose data is `USER PASSWORD`; its key, flags and exptime mean nothing.
 *
 * @module
 */
import { type ByteBuffer, CR, LF } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import { CommandLine } from './command-line.ts'
import { MAX_OPEN_LINE_BYTES } from './limits.ts'
import { findLineEnd } from './line-end.ts'
import { parseInt32 } from './numbers.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import { MemcacheRequest } from './request.ts'
import { verbOf } from './verb.ts'

const BYTES = 4
/** A shorter line is none that memcached looks at. */
const MIN_LINE_BYTES = 6
const MAX_TOKEN_BYTES = 16_384
const LINE_END_BYTES = 2

const line = new CommandLine()

export class LoginParser implements Parser<MemcacheRequest> {
  partial = false
  readonly #request: MemcacheRequest = new MemcacheRequest()

  /** Whether somebody has logged in. */
  get isDone(): boolean {
    return this.#request.authenticated
  }

  parse(input: ByteBuffer): MemcacheRequest | undefined {
    const { bytes, end, start } = input
    const newline = findLineEnd(bytes, start, end)
    if (newline < 0) {
      if (end - start <= MAX_OPEN_LINE_BYTES) return undefined
      throw new ProtocolError(`no line end within ${MAX_OPEN_LINE_BYTES} bytes`)
    }
    const length = newline + 1 - start
    if (length < MIN_LINE_BYTES) throw new ProtocolError('the client does not log in')
    const lineEnd = bytes[newline - 1] === CR ? newline - 1 : newline
    line.split(bytes, start, lineEnd)
    const isSet = line.count > BYTES && verbOf(bytes, line.start(0), line.end(0)) === Op.Set
    const size = isSet ? parseInt32(bytes, line.start(BYTES), line.end(BYTES)) : -1
    if (size < 0 || size > 0x7fff_ffff) return this.#reject(input, length, Reply.Unauthenticated)
    if (size > MAX_TOKEN_BYTES) return this.#reject(input, length, Reply.LoginTooLong)
    const needed = length + size + LINE_END_BYTES
    if (input.length < needed) return undefined
    const valueEnd = newline + 1 + size
    if (bytes[valueEnd] !== CR || bytes[valueEnd + 1] !== LF) {
      return this.#reject(input, needed, Reply.BadLoginEnd)
    }
    const request = this.#request
    request.op = Op.Login
    request.noreply = false
    request.value = bytes
    request.valueStart = newline + 1
    request.valueEnd = valueEnd
    input.consume(needed)
    return request
  }

  end(): undefined {}

  #reject(input: ByteBuffer, length: number, reply: Reply): MemcacheRequest {
    const request = this.#request
    request.op = Op.Reject
    request.noreply = false
    request.reply = reply
    input.consume(length)
    return request
  }
}
