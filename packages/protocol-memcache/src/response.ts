/**
 * Writes answers straight into the output of a session: which bytes, each dialect's own module says; here is
 * whether they are written at all, and what observers want to know of them. Answers that never vary are bytes
 * made once; numbers are written digit by digit; a value is copied once, from the storage.
 *
 * ```text
 *   value end reply number line     text-answer
 *   stat ..                         stats-answer, in the text and the binary dialect
 *   meta ..                         meta-answer
 *   binary ..                       binary-answer
 * ```
 *
 * @module
 */
import { NOWHERE, type Output, type Uint64 } from '@pelikan/buffer'
import type { AnswerSource, Item, Response, Terms, Tick } from '@pelikan/core'
import {
  writeDone,
  writeItem as writeBinaryItem,
  writeMissingKey,
  writeNumber,
  writeStatus,
  writeText,
} from './binary-answer.ts'
import { BinaryCommand, BinaryStatus } from './binary-opcode.ts'
import { Code, writeBare, writeCounted, writeDebug, writeItem, writeStored } from './meta-answer.ts'
import { Op } from './opcode.ts'
import { NO_OUTCOME, type Outcome } from './outcome.ts'
import { Reply } from './reply.ts'
import { MemcacheRequest } from './request.ts'
import { writeStat, writeStatLines, writeStatsRefusal, writeStatsReply } from './stats-answer.ts'
import { writeCounter, writeEnd, writeLines, writeReply, writeValue } from './text-answer.ts'

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

  /** The item that was asked for. */
  value(item: Item): void {
    this.hit = true
    this.valueLength = item.end - item.start
    writeValue(this.#output, this.#request, item)
  }

  /** The end of a retrieval. */
  end(): void {
    writeEnd(this.#output)
  }

  /** One of the fixed answers. */
  reply(reply: Reply): void {
    if (!this.#muted) writeReply(this.#output, reply)
  }

  /** The new value of a counter. */
  number(value: Uint64): void {
    if (!this.#muted) writeCounter(this.#output, value)
  }

  /** A line that is nobody's fixed answer; `text` has no line end. */
  line(text: string): void {
    if (!this.#muted) writeLines(this.#output, `${text}\r\n`)
  }

  version(text: string): void {
    if (this.#request.op === Op.Binary) this.binaryValue(BinaryStatus.Ok, text)
    else writeLines(this.#output, `VERSION ${text}\r\n`)
  }

  /** A statistic; neither text has a line end, `name` has no blank. */
  stat(name: string, value: string | number): void {
    writeStat(this.#output, this.#request, name, value)
  }

  /** Statistics that are lines of their own, their ends included: in the binary dialect the value of `name`. */
  statLines(name: string, lines: string): void {
    writeStatLines(this.#output, this.#request, name, lines)
  }

  /**
   * The end of statistics, or all of their answer: {@link Reply.End}, {@link Reply.Reset}, {@link Reply.Ok}, or
   * {@link Reply.Error} where there are no such statistics.
   */
  statsReply(reply: Reply): void {
    writeStatsReply(this.#output, this.#request, reply)
  }

  /** Statistics of text only, piece by piece; `undefined` where there are none. */
  statsSource(source: AnswerSource | undefined): void {
    if (this.#request.op === Op.Binary) this.statsReply(Reply.Error)
    else if (source === undefined) this.end()
    else this.goOn(source)
  }

  /** Such statistics are not given, and why: a line, or a binary status. */
  statsRefusal(text: string): void {
    writeStatsRefusal(this.#output, this.#request, text)
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
    writeLines(this.#output, 'EN\r\n')
  }

  /** What `me` tells of an item. */
  metaDebug(item: Item, now: Tick): void {
    writeDebug(this.#output, this.#request, item, now)
  }

  /** The answer to `mn`: everything before it has been answered. */
  metaNoop(): void {
    writeLines(this.#output, 'MN\r\n')
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
    writeText(this.#output, this.#request, status, '', text)
  }

  /** The rest of the answer, piece by piece. */
  goOn(source: AnswerSource): void {
    this.source = source
  }

  /** Close, without an answer, when all is sent. */
  quit(): void {
    this.hangup = true
  }
}

function returnsKey(command: BinaryCommand): boolean {
  return command === BinaryCommand.GetKey || command === BinaryCommand.GetKeyAndTouch
}
