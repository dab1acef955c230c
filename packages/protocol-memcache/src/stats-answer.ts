/**
 * Answers to `stats`, which are the same in the text and the binary dialect but for how they are written.
 *
 * ```text
 *   STAT pid 5⏎STAT uptime 9⏎END⏎        an answer each with key and value, then one without
 * ```
 *
 * @module
 */
import type { Output } from '@pelikan/buffer'
import { writeStatus, writeText } from './binary-answer.ts'
import { BinaryStatus } from './binary-opcode.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import type { MemcacheRequest } from './request.ts'
import { writeLines, writeReply } from './text-answer.ts'

/** One of them; neither text has a line end, `name` has no blank. */
export function writeStat(
  output: Output,
  request: MemcacheRequest,
  name: string,
  value: string | number,
): void {
  if (isBinary(request)) writeText(output, request, BinaryStatus.Ok, name, String(value))
  else writeLines(output, `STAT ${name} ${value}\r\n`)
}

/** Some that are `lines` of their own, their ends included: in the binary dialect the value of `name`. */
export function writeStatLines(
  output: Output,
  request: MemcacheRequest,
  name: string,
  lines: string,
): void {
  if (isBinary(request)) {
    writeText(output, request, BinaryStatus.Ok, name, lines)
    writeStatsReply(output, request, Reply.End)
  } else {
    writeLines(output, lines)
  }
}

/** A fixed answer: in the binary dialect the end of statistics, but for {@link Reply.Error}. */
export function writeStatsReply(output: Output, request: MemcacheRequest, reply: Reply): void {
  if (!isBinary(request)) writeReply(output, reply)
  else if (reply === Reply.Error) writeStatus(output, request, BinaryStatus.NotFound)
  else writeText(output, request, BinaryStatus.Ok, '', '')
}

/** Why there are none, without a line end; the binary dialect has no words for it. */
export function writeStatsRefusal(output: Output, request: MemcacheRequest, text: string): void {
  if (isBinary(request)) writeStatus(output, request, BinaryStatus.NotFound)
  else writeLines(output, `${text}\r\n`)
}

function isBinary({ op }: MemcacheRequest): boolean {
  return op === Op.Binary
}
