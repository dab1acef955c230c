/**
 * What a parser does between two requests that it reads whole: pass on a value that arrives in pieces
 * ({@link Part}), and drop what nobody wants.
 *
 * ```text
 *   begin() ──► value ──all there──► end of line, of dialects that have one ──► over
 *                 └──the storage refused it──► dropped ──► over
 * ```
 *
 * @module
 */
import { type ByteBuffer, CR, LF } from '@pelikan/buffer'
import { MAX_KEY_BYTES } from '@pelikan/core'
import { Part } from './part.ts'
import { Reply } from './reply.ts'
import { type MemcacheRequest, REFUSED } from './request.ts'

const NO_BYTES = Buffer.alloc(0)

const State = {
  Over: 0,
  /** `left` bytes of a value have not come. */
  Value: 1,
  /** `left` bytes are dropped. */
  Drop: 2,
} as const
type State = (typeof State)[keyof typeof State]

export class Arrival {
  readonly #request: MemcacheRequest
  /** Bytes of the line end behind a value: 2, or 0 for a dialect without. */
  readonly #lineEnd: 0 | 2
  #state: State = State.Over
  #left = 0
  /** Holds the key of a value that arrives in pieces: the input moves on meanwhile. */
  #key: Buffer = NO_BYTES

  constructor(request: MemcacheRequest, lineEnd: 0 | 2) {
    this.#request = request
    this.#lineEnd = lineEnd
  }

  /** Whether what comes next is no head of a request. */
  get isActive(): boolean {
    return this.#state !== State.Over
  }

  /** Whether a request has begun of which more is to come; a value that nobody wants is none. */
  get isPartial(): boolean {
    return this.#state === State.Value && this.#request.reservation !== REFUSED
  }

  /** The value of the request, whose head has been read, comes in pieces; returns the first one. */
  begin(): MemcacheRequest {
    const request = this.#request
    if (this.#key.length === 0) this.#key = Buffer.allocUnsafeSlow(MAX_KEY_BYTES)
    request.key.copy(this.#key, 0, request.keyStart, request.keyEnd)
    request.keyEnd -= request.keyStart
    request.keyStart = 0
    request.key = this.#key
    request.part = Part.Begin
    this.#state = State.Value
    this.#left = request.valueLength
    return request
  }

  /** Drop the next `bytes` bytes. */
  drop(bytes: number): void {
    this.#state = bytes > 0 ? State.Drop : State.Over
    this.#left = bytes
  }

  /**
   * Go on with what has come.
   *
   * @returns the next part; `undefined` where more has to come, or, if {@link isActive} is false then,
   * where everything was dropped
   */
  resume(input: ByteBuffer): MemcacheRequest | undefined {
    if (this.#state === State.Value) {
      if (this.#request.reservation !== REFUSED) return this.#value(input)
      this.drop(this.#left + this.#lineEnd)
    }
    const count = Math.min(this.#left, input.length)
    input.consume(count)
    this.drop(this.#left - count)
    return undefined
  }

  /**
   * The connection is over.
   *
   * @returns what gives up a value that is under way; `undefined` where none is
   */
  end(): MemcacheRequest | undefined {
    const request = this.#request
    const isHeld = this.#state === State.Value && request.reservation >= 0
    this.#state = State.Over
    if (!isHeld) return undefined
    request.part = Part.Abort
    request.reply = Reply.None
    return request
  }

  #value(input: ByteBuffer): MemcacheRequest | undefined {
    if (this.#left === 0) return this.#valueEnd(input)
    const request = this.#request
    const count = Math.min(this.#left, input.length)
    if (count === 0) return undefined
    request.part = Part.Chunk
    request.value = input.bytes
    request.valueStart = input.start
    request.valueEnd = input.start + count
    this.#left -= count
    input.consume(count)
    return request
  }

  #valueEnd(input: ByteBuffer): MemcacheRequest | undefined {
    const { bytes, start } = input
    const lineEnd = this.#lineEnd
    if (input.length < lineEnd) return undefined
    const isGood = lineEnd === 0 || (bytes[start] === CR && bytes[start + 1] === LF)
    const request = this.#request
    input.consume(lineEnd)
    this.#state = State.Over
    request.part = isGood ? Part.End : Part.Abort
    request.reply = isGood ? Reply.None : Reply.BadDataChunk
    return request
  }
}
