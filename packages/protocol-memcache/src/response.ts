/**
 * Writes answers straight into the output of a session. Answers that never vary are bytes made once
 * ({@link replyLines}); numbers are written digit by digit; a value is copied once, from the storage.
 *
 * @module
 */
import {
  CR,
  LF,
  NOWHERE,
  type Output,
  SPACE,
  UINT64_DIGITS,
  type Uint64,
  ZERO,
  writeDecimal,
} from '@pelikan/buffer'
import {
  type AnswerSource,
  type Item,
  MAX_KEY_BYTES,
  type Response,
  type Terms,
  type Tick,
} from '@pelikan/core'
import {
  writeBody,
  writeDone,
  writeItem as writeBinaryItem,
  writeMissingKey,
  writeNumber,
  writeStatus,
} from './binary-answer.ts'
import { BinaryCommand, BinaryStatus } from './binary-opcode.ts'
import { Code, writeBare, writeCounted, writeDebug, writeItem, writeStored } from './meta-answer.ts'
import { Op } from './opcode.ts'
import { NO_OUTCOME, type Outcome } from './outcome.ts'
import { Reply, replyLines } from './reply.ts'
import { MemcacheRequest } from './request.ts'

const LETTER = { A: 65, D: 68, E: 69, L: 76, N: 78, U: 85, V: 86 } as const
const LINE_END_BYTES = 2
const UINT32_DIGITS = 10
/** `VALUE KEY FLAGS BYTES CAS⏎` at its longest. */
const MAX_VALUE_LINE_BYTES =
  6 + MAX_KEY_BYTES + 1 + UINT32_DIGITS + 1 + UINT32_DIGITS + 1 + UINT64_DIGITS + LINE_END_BYTES
const END_LINE_BYTES = 5
/** Up to this many bytes a loop is faster than a native copy (bench/micro, buffer-output). */
const SHORT_KEY = 32

const NO_REQUEST = new MemcacheRequest()

export class MemcacheResponse implements Response<MemcacheRequest> {
  hangup = false
  source: AnswerSource | undefined = undefined
  /** A retrieval found its item. */
  hit = false
  /** Bytes of the value that was answered. */
  valueLength = 0
  /** What became of the request in the storage. Set by whoever executes it, in every dialect. */
  outcome: Outcome = NO_OUTCOME
  #muted = false
  #request: MemcacheRequest = NO_REQUEST
  #output: Output = NOWHERE
  /** Where the answer begins in `#output`. */
  #start = 0

  /** Bytes of the answer, until they are sent. */
  get length(): number {
    return this.#output.length - this.#start
  }

  /** Whether answers to earlier requests are still to be sent, so that this one was sent along with them. */
  get isBehindOthers(): boolean {
    return this.#start > 0
  }

  begin(request: MemcacheRequest, output: Output): void {
    this.hangup = false
    this.source = undefined
    this.hit = false
    this.valueLength = 0
    this.outcome = NO_OUTCOME
    this.#muted = request.noreply
    this.#request = request
    this.#output = output
    this.#start = output.length
  }

  mark(): number {
    return this.#output.mark()
  }

  rollback(mark: number): void {
    this.#output.rollback(mark)
    this.hit = false
    this.valueLength = 0
  }

  /** The item that was asked for: `VALUE KEY FLAGS BYTES[ CAS]⏎DATA⏎`. */
  value(item: Item): void {
    const { key, keyEnd, keyStart, op } = this.#request
    const output = this.#output
    const valueLength = item.end - item.start
    this.hit = true
    this.valueLength = valueLength
    output.reserve(MAX_VALUE_LINE_BYTES)
    const bytes = output.bytes
    let at = output.at
    bytes[at] = LETTER.V
    bytes[at + 1] = LETTER.A
    bytes[at + 2] = LETTER.L
    bytes[at + 3] = LETTER.U
    bytes[at + 4] = LETTER.E
    bytes[at + 5] = SPACE
    at += 6
    if (keyEnd - keyStart <= SHORT_KEY) {
      for (let i = keyStart; i < keyEnd; i++) bytes[at++] = key[i]
    } else {
      at += key.copy(bytes, at, keyStart, keyEnd)
    }
    bytes[at++] = SPACE
    if (item.flags === 0) bytes[at++] = ZERO
    else at = writeDecimal(bytes, at, item.flags >>> 0)
    bytes[at++] = SPACE
    at = writeDecimal(bytes, at, valueLength)
    if (op === Op.Gets || op === Op.Gats) {
      bytes[at++] = SPACE
      at = item.cas.write(bytes, at)
    }
    bytes[at++] = CR
    bytes[at++] = LF
    // Written in place, not through Output.write: bench/micro, compose/VALUE and END, a tenth less.
    if (valueLength + LINE_END_BYTES <= bytes.length - at) {
      at += item.bytes.copy(bytes, at, item.start, item.end)
      bytes[at] = CR
      bytes[at + 1] = LF
      output.at = at + LINE_END_BYTES
    } else {
      output.at = at
      output.write(item.bytes, item.start, item.end)
      this.#lineEnd()
    }
  }

  /** The end of a retrieval. */
  end(): void {
    const output = this.#output
    output.reserve(END_LINE_BYTES)
    const bytes = output.bytes
    const at = output.at
    bytes[at] = LETTER.E
    bytes[at + 1] = LETTER.N
    bytes[at + 2] = LETTER.D
    bytes[at + 3] = CR
    bytes[at + 4] = LF
    output.at = at + END_LINE_BYTES
  }

  /** One of the fixed answers. */
  reply(reply: Reply): void {
    if (this.#muted) return
    const text = replyLines[reply]
    this.#output.write(text, 0, text.length)
  }

  /** The new value of a counter. */
  number(value: Uint64): void {
    if (this.#muted) return
    const output = this.#output
    output.reserve(UINT64_DIGITS)
    output.at = value.write(output.bytes, output.at)
    this.#lineEnd()
  }

  /** A statistic; neither text has a line end, `name` has no blank. */
  stat(name: string, value: string | number): void {
    if (this.#isBinary) this.#binaryText(BinaryStatus.Ok, name, String(value))
    else this.#text(`STAT ${name} ${value}\r\n`)
  }

  /** The end of statistics, or all of their answer. */
  statsEnd(): void {
    if (this.#isBinary) this.#binaryText(BinaryStatus.Ok, '', '')
    else this.end()
  }

  /** Statistics count from 0 again. */
  statsReset(): void {
    if (this.#isBinary) this.statsEnd()
    else this.reply(Reply.Reset)
  }

  /** Done, with nothing to show. */
  statsOk(): void {
    if (this.#isBinary) this.statsEnd()
    else this.reply(Reply.Ok)
  }

  /** Statistics that are lines of their own, their ends included: in the binary dialect the value of `name`. */
  statsText(name: string, lines: string): void {
    if (this.#isBinary) {
      this.stat(name, lines)
      this.statsEnd()
    } else {
      this.#text(lines)
    }
  }

  /** Statistics of text only, piece by piece; `undefined` where there are none. */
  statsSource(source: AnswerSource | undefined): void {
    if (this.#isBinary) this.statsUnknown()
    else if (source === undefined) this.end()
    else this.goOn(source)
  }

  /** Such statistics are not given, and why: a line, or a binary status. */
  statsRefusal(text: string): void {
    if (this.#isBinary) this.binaryStatus(BinaryStatus.NotFound)
    else this.line(text)
  }

  /** There are no such statistics. */
  statsUnknown(): void {
    if (this.#isBinary) this.binaryStatus(BinaryStatus.NotFound)
    else this.reply(Reply.Error)
  }

  /** The item that `mg` found; `terms` say what it did to it. */
  metaItem(item: Item, terms: Terms, now: Tick): void {
    const { cas, compares, value } = this.#request.meta
    const withValue = value && !(compares && item.cas.equals(cas))
    this.hit = true
    this.valueLength = withValue ? item.end - item.start : 0
    writeItem(this.#output, this.#request, item, terms, now, withValue)
  }

  /** A code and what of the request it returns. Quiet requests hide {@link Code.Done} and {@link Code.End}. */
  metaCode(code: number): void {
    if (this.#request.meta.quiet && (code === Code.Done || code === Code.End)) return
    writeBare(this.#output, this.#request, code)
  }

  /** What became of `ms`. */
  metaStored(code: number, cas: Uint64, length: number): void {
    if (this.#request.meta.quiet && code === Code.Done) return
    writeStored(this.#output, this.#request, code, cas, length)
  }

  /** What `ma` made of an item. As memcached has it, a quiet request hears of an item that it made. */
  metaCounted(number: Uint64, terms: Terms, now: Tick): void {
    if (this.#request.meta.quiet && !terms.created) return
    writeCounted(this.#output, this.#request, number, terms, now)
  }

  /** `me` found nothing. */
  metaMissing(): void {
    this.#text('EN\r\n')
  }

  /** What `me` tells of an item. */
  metaDebug(item: Item, now: Tick): void {
    writeDebug(this.#output, this.#request, item, now)
  }

  /** The answer to `mn`: everything before it has been answered. */
  metaNoop(): void {
    this.#text('MN\r\n')
  }

  /** A line that is nobody's fixed answer; `text` has no line end. */
  line(text: string): void {
    if (!this.#muted) this.#text(`${text}\r\n`)
  }

  version(text: string): void {
    if (this.#isBinary) this.#binaryText(BinaryStatus.Ok, '', text)
    else this.#text(`VERSION ${text}\r\n`)
  }

  /** The item that a binary command found; `touch` answers without its value. */
  binaryItem(item: Item): void {
    const { command } = this.#request
    const withValue = command !== BinaryCommand.Touch
    this.hit = true
    this.valueLength = withValue ? item.end - item.start : 0
    writeBinaryItem(this.#output, this.#request, item, returnsKey(command), withValue)
  }

  /** A binary retrieval found nothing: a quiet one says nothing. */
  binaryMiss(): void {
    if (this.#muted) return
    if (returnsKey(this.#request.command)) writeMissingKey(this.#output, this.#request)
    else writeStatus(this.#output, this.#request, BinaryStatus.NotFound)
  }

  /** A status without a token. Quiet requests hear of those that are no success, too. */
  binaryStatus(status: BinaryStatus): void {
    if (this.#muted && status === BinaryStatus.Ok) return
    writeStatus(this.#output, this.#request, status)
  }

  /** Success of a binary request; `token` is the item's. */
  binaryDone(token: Uint64): void {
    if (!this.#muted) writeDone(this.#output, this.#request, token)
  }

  /** What a binary `incr` or `decr` made of an item; `token` is the item's. */
  binaryNumber(number: Uint64, token: Uint64): void {
    if (!this.#muted) writeNumber(this.#output, this.#request, number, token)
  }

  /** A text as the value of a binary answer. */
  binaryValue(status: BinaryStatus, text: string): void {
    this.#binaryText(status, '', text)
  }

  /** The rest of the answer, piece by piece. */
  goOn(source: AnswerSource): void {
    this.source = source
  }

  /** Close, without an answer, when all is sent. */
  quit(): void {
    this.hangup = true
  }

  get #isBinary(): boolean {
    return this.#request.op === Op.Binary
  }

  #binaryText(status: BinaryStatus, key: string, value: string): void {
    const [keyBytes, valueBytes] = [Buffer.from(key, 'latin1'), Buffer.from(value, 'latin1')]
    writeBody(this.#output, this.#request, status, keyBytes, valueBytes)
  }

  #text(text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    this.#output.write(bytes, 0, bytes.length)
  }

  #lineEnd(): void {
    const output = this.#output
    output.reserve(LINE_END_BYTES)
    output.bytes[output.at] = CR
    output.bytes[output.at + 1] = LF
    output.at += LINE_END_BYTES
  }
}

function returnsKey(command: BinaryCommand): boolean {
  return command === BinaryCommand.GetKey || command === BinaryCommand.GetKeyAndTouch
}
