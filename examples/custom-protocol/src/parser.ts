/**
 * Step 2: take requests off the front of a connection's bytes.
 *
 * A network cuts where it likes: `*2⏎$3⏎GE` may arrive now and `T⏎$1⏎a⏎` a second later. This parser
 * answers that with the simplest rule that works. It remembers nothing: a request that is not all
 * there stays in the input untouched, and is read again from its first byte when more has come. That
 * is cheap because lengths are jumped over, not searched, and because everything has a limit.
 *
 * @module
 */
import { type ByteBuffer, CR, LF, SPACE, parseDecimal } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import { MAX_WORDS, Op, RespRequest } from './request.ts'

/** With {@link MAX_WORDS}, a request is at most 2 MiB; a session keeps 4 MiB that wait for their end. */
export const MAX_LINE_BYTES = 1024
export const MAX_WORD_BYTES: number = 128 * 1024

const STAR = 42 // *
const DOLLAR = 36 // $
const LINE_END_BYTES = 2

/** The names of the commands, in the order of {@link Op}; nobody can call the unknown one. */
const NAMES = ['', 'PING', 'GET', 'SET', 'DEL', 'QUIT'].map((name) => Buffer.from(name))

export class RespParser implements Parser<RespRequest> {
  /** Nothing is taken off before a request is complete, so there is never half of one to undo. */
  readonly partial = false
  readonly #request = new RespRequest()
  /** How far the current request has been read. */
  #at = 0
  /** The line that was read last, without its end. */
  #lineStart = 0
  #lineEnd = 0

  /** `undefined` means "not yet"; the session calls again when there are more bytes. */
  parse(input: ByteBuffer): RespRequest | undefined {
    const request = this.#request
    while (input.length > 0) {
      request.bytes = input.bytes
      request.count = 0
      this.#at = input.start
      const isArray = request.bytes[input.start] === STAR
      const isComplete = isArray ? this.#array(input.end) : this.#inline(input.end)
      if (!isComplete) return undefined
      // This moves no byte, so the words stay where they are. But it may replace `input.bytes`, which
      // is why the request has had its reference since before.
      input.consume(this.#at - input.start)
      if (request.count > 0) {
        request.op = opOf(request)
        return request
      }
      // An empty line or array asks for nothing.
    }
    return undefined
  }

  /** The connection is gone: nothing to undo. */
  end(): undefined {}

  /** Read `*COUNT⏎` and as many `$LENGTH⏎BYTES⏎`; false where the end has not arrived. */
  #array(end: number): boolean {
    const { bytes } = this.#request
    if (!this.#line(end)) return false
    const words = this.#number(MAX_WORDS, 'invalid multibulk length')
    for (let i = 0; i < words; i++) {
      if (!this.#line(end)) return false
      if (bytes[this.#lineStart] !== DOLLAR) throw protocolError("expected '$'")
      const wordEnd = this.#at + this.#number(MAX_WORD_BYTES, 'invalid bulk length')
      if (wordEnd + LINE_END_BYTES > end) return false
      if (bytes[wordEnd] !== CR || bytes[wordEnd + 1] !== LF) throw protocolError('bad line end')
      this.#add(this.#at, wordEnd)
      this.#at = wordEnd + LINE_END_BYTES
    }
    return true
  }

  /** Read `WORD WORD ..⏎`; false where the end has not arrived. */
  #inline(end: number): boolean {
    const { bytes } = this.#request
    if (!this.#line(end)) return false
    let wordStart = this.#lineStart
    for (let i = wordStart; i <= this.#lineEnd; i++) {
      if (i < this.#lineEnd && bytes[i] !== SPACE) continue
      if (i > wordStart) this.#add(wordStart, i)
      wordStart = i + 1
    }
    return true
  }

  /** Read a line, with or without a carriage return; false where its end has not arrived. */
  #line(end: number): boolean {
    const { bytes } = this.#request
    const start = this.#at
    let newline = start
    while (newline < end && bytes[newline] !== LF) newline++
    // Checked before "not yet": whether a line is too long must not depend on how it was cut.
    if (newline - start > MAX_LINE_BYTES) throw protocolError('line too long')
    if (newline === end) return false
    this.#lineStart = start
    this.#lineEnd = newline > start && bytes[newline - 1] === CR ? newline - 1 : newline
    this.#at = newline + 1
    return true
  }

  /** The number behind the first byte of the line. */
  #number(max: number, mistake: string): number {
    const value = parseDecimal(this.#request.bytes, this.#lineStart + 1, this.#lineEnd)
    if (value < 0 || value > max) throw protocolError(mistake)
    return value
  }

  #add(start: number, end: number): void {
    const request = this.#request
    if (request.count === MAX_WORDS) throw protocolError('too many words')
    request.starts[request.count] = start
    request.ends[request.count] = end
    request.count++
  }
}

/** Which command the first word names. */
function opOf(request: RespRequest): Op {
  let op = NAMES.length - 1
  while (op > Op.Unknown && !request.is(0, NAMES[op])) op--
  return op as Op
}

/**
 * Thrown where no further byte could help: after a wrong length nobody knows where the next request
 * begins. The session sends the line and closes. An unknown command is no such case: it is answered.
 */
function protocolError(mistake: string): ProtocolError {
  return new ProtocolError(mistake, Buffer.from(`-ERR Protocol error: ${mistake}\r\n`))
}
