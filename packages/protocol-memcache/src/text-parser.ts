/**
 * The text dialects, classic and meta: bytes to requests, by memcached's protocol.txt and, where that says
 * nothing, by what memcached 1.6.45 does.
 *
 * ```text
 *            ┌────────── Line ◄────────────────┐
 *   get a b⏎ │  set k 0 0 5⏎he │ set k 0 0 1m⏎ │ all of it taken
 *            ▼                 ▼               ▼            │
 *        Retrieval           Gather       Arrival
 *     one request per key   until whole   a request per piece; drops what is refused
 * ```
 *
 * Lines and positions are kept relative to the front of the input, which moves when it is compacted.
 *
 * @module
 */
import { type ByteBuffer, CR, LF, SPACE } from '@pelikan/buffer'
import { MAX_KEY_BYTES, NO_RESERVATION, type Parser, ProtocolError } from '@pelikan/core'
import { Arrival } from './arrival.ts'
import { CommandLine } from './command-line.ts'
import { readControl, readLine } from './control.ts'
import { readKeyed } from './keyed.ts'
import {
  MAX_GATHERED_VALUE_BYTES,
  MAX_LINE_BYTES,
  MAX_WHOLE_VALUE_BYTES,
  MIN_LINE_BYTES,
} from './limits.ts'
import { checkLine, checkOpenLine, findLineEnd, lineEndAt } from './line-end.ts'
import { readMeta } from './meta.ts'
import { Mode } from './mode.ts'
import { Op } from './opcode.ts'
import { Part } from './part.ts'
import { readPlainMetaGet } from './plain-meta-get.ts'
import { Reply } from './reply.ts'
import { MemcacheRequest } from './request.ts'
import { checkRetrieval, findKeys, skipBlanks, skipWord } from './retrieval.ts'
import { NO_LENGTH, readLength, readStoring } from './storing.ts'
import { verbOf } from './verb.ts'

const LETTER_G = 103
const LETTER_E = 101
const LETTER_T = 116
const GET_BYTES = 4
const LINE_END_BYTES = 2
const HTTP = Buffer.from('HTTP/')

/** Shared by all parsers of a thread: nothing of it is needed after a call. */
const line = new CommandLine()

export class TextParser implements Parser<MemcacheRequest> {
  #mode: Mode = Mode.Line
  #left = 0
  /** Bytes at the front of the input that are known to hold no line end. */
  #searched = 0
  /** Keys of the line under way that were announced and have not been given. */
  #announced = 0
  readonly #request: MemcacheRequest = new MemcacheRequest()
  readonly #arrival: Arrival = new Arrival(this.#request, LINE_END_BYTES)

  get partial(): boolean {
    return this.#arrival.isPartial
  }

  parse(input: ByteBuffer): MemcacheRequest | undefined {
    if (this.#arrival.isActive) {
      const part = this.#arrival.resume(input)
      if (part !== undefined || this.#arrival.isActive) return part
    }
    if (this.#mode !== Mode.Line) return this.#resume(input)
    const { bytes, end, start } = input
    // The command that matters most, in one pass: `get`, one key, line end.
    if (
      end - start > GET_BYTES &&
      bytes[start] === LETTER_G &&
      bytes[start + 1] === LETTER_E &&
      bytes[start + 2] === LETTER_T &&
      bytes[start + 3] === SPACE
    ) {
      const keyStart = start + GET_BYTES
      let keyEnd = keyStart
      while (keyEnd < end && bytes[keyEnd] > SPACE) keyEnd++
      const next = lineEndAt(bytes, keyEnd, end)
      const length = keyEnd - keyStart
      if (next > 0 && length > 0 && length <= MAX_KEY_BYTES) {
        const request = this.#request
        request.op = Op.Get
        request.noreply = false
        request.last = true
        request.announced = 0
        request.key = bytes
        request.keyStart = keyStart
        request.keyEnd = keyEnd
        this.#searched = 0
        input.consume(next - start)
        return request
      }
    }
    return this.#line(input)
  }

  end(): MemcacheRequest | undefined {
    return this.#arrival.end()
  }

  #be(mode: Mode, left: number): void {
    this.#mode = mode
    this.#left = left
  }

  /** Take up what an earlier call left. */
  #resume(input: ByteBuffer): MemcacheRequest | undefined {
    if (this.#mode === Mode.Retrieval) return this.#nextKey(input)
    if (input.length < this.#left) return undefined
    this.#be(Mode.Line, 0)
    return this.#line(input)
  }

  #line(input: ByteBuffer): MemcacheRequest | undefined {
    const { bytes, end, start } = input
    const plainEnd = readPlainMetaGet(bytes, start, end, this.#request)
    if (plainEnd > 0) {
      this.#searched = 0
      input.consume(plainEnd - start)
      return this.#request
    }
    const newline = findLineEnd(bytes, start + this.#searched, end)
    if (newline < 0) {
      this.#searched = end - start
      checkOpenLine(bytes, start, end)
      return undefined
    }
    this.#searched = 0
    const length = newline + 1 - start
    if (length > MAX_LINE_BYTES) checkLine(bytes, start, newline)
    if (length < MIN_LINE_BYTES) {
      input.consume(length)
      return this.#reject(Reply.BadFormat, false)
    }
    const lineEnd = bytes[newline - 1] === CR ? newline - 1 : newline
    const verbEnd = skipWord(bytes, start, lineEnd)
    const op = verbOf(bytes, start, verbEnd)
    if (op >= Op.Get && op <= Op.Gats) return this.#retrieve(op, input, verbEnd, lineEnd, length)
    line.split(bytes, start, lineEnd)
    if ((op >= Op.Set && op <= Op.Cas) || op === Op.MetaSet) return this.#store(op, input, length)
    input.consume(length)
    if (op === Op.Reject) return this.#unknown()
    const request = this.#request
    const reply = read(op, request)
    return reply === Reply.None ? request : this.#reject(reply, request.noreply)
  }

  #reject(reply: Reply, noreply: boolean): MemcacheRequest {
    const request = this.#request
    request.op = Op.Reject
    request.noreply = noreply
    request.reply = reply
    return request
  }

  #unknown(): MemcacheRequest {
    if (line.lastStartsWith(HTTP)) throw new ProtocolError('the client speaks HTTP')
    return this.#reject(Reply.Error, line.endsWithNoreply)
  }

  #retrieve(
    op: Op,
    input: ByteBuffer,
    verbEnd: number,
    lineEnd: number,
    length: number,
  ): MemcacheRequest | undefined {
    const request = this.#request
    const start = input.start
    const reply = checkRetrieval(op, input.bytes, verbEnd, lineEnd, request)
    if (reply !== Reply.None) {
      input.consume(length)
      return this.#reject(reply, false)
    }
    request.op = op
    request.noreply = false
    const before = request.keyStart - start
    input.consume(before)
    this.#announced = 0
    this.#be(Mode.Retrieval, length - before)
    return this.#nextKey(input)
  }

  /** The input starts with a key, and `#left` bytes on its line ends. */
  #nextKey(input: ByteBuffer): MemcacheRequest {
    const { bytes, start } = input
    const request = this.#request
    const newline = start + this.#left - 1
    // Before a line feed stands this line's key at least, so one byte back is never before it.
    const lineEnd = bytes[newline - 1] === CR ? newline - 1 : newline
    const keyEnd = skipWord(bytes, start, lineEnd)
    const next = skipBlanks(bytes, keyEnd, lineEnd)
    request.last = next === lineEnd
    request.announced = 0
    if (this.#announced === 0 && !request.last) {
      this.#announced = findKeys(bytes, start, lineEnd, request.places)
      request.announced = this.#announced
    }
    this.#announced--
    request.key = bytes
    request.keyStart = start
    request.keyEnd = keyEnd
    const taken = request.last ? this.#left : next - start
    if (request.last) this.#be(Mode.Line, 0)
    else this.#left -= taken
    input.consume(taken)
    return request
  }

  /** `line` is a storing command of `length` bytes, its end included. */
  #store(op: Op, input: ByteBuffer, length: number): MemcacheRequest | undefined {
    const request = this.#request
    const valueLength = readLength(op, line)
    if (valueLength === NO_LENGTH) {
      input.consume(length)
      return this.#reject(Reply.BadFormat, false)
    }
    const reply = op === Op.MetaSet ? readMeta(op, line, request) : readStoring(op, line, request)
    if (reply !== Reply.None) {
      input.consume(length)
      this.#arrival.drop(valueLength + LINE_END_BYTES)
      return this.#reject(reply, request.noreply)
    }
    request.valueLength = valueLength
    request.reservation = NO_RESERVATION
    const needed = length + valueLength + LINE_END_BYTES
    const arrived = input.length >= needed
    if (arrived && valueLength <= MAX_WHOLE_VALUE_BYTES) return this.#whole(input, length, needed)
    if (valueLength > MAX_GATHERED_VALUE_BYTES) {
      input.consume(length)
      return this.#arrival.begin()
    }
    this.#be(Mode.Gather, needed)
    return undefined
  }

  #whole(input: ByteBuffer, length: number, needed: number): MemcacheRequest {
    const request = this.#request
    const bytes = input.bytes
    const valueStart = input.start + length
    const valueEnd = valueStart + request.valueLength
    input.consume(needed)
    if (bytes[valueEnd] !== CR || bytes[valueEnd + 1] !== LF) {
      // What the storage would have been asked is known, so that it can be counted.
      request.part = Part.Abort
      request.reply = Reply.BadDataChunk
      return request
    }
    request.part = Part.Whole
    request.value = bytes
    request.valueStart = valueStart
    request.valueEnd = valueEnd
    return request
  }
}

/** Fill `request` from a line of one of the commands without data, other than retrievals. */
function read(op: Op, request: MemcacheRequest): Reply {
  if (op === Op.Administer) return readLine(line, request)
  if (op >= Op.MetaGet) return readMeta(op, line, request)
  return op <= Op.Decrement ? readKeyed(op, line, request) : readControl(op, line, request)
}
