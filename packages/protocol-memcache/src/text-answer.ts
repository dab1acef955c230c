/**
 * Answers of the classic text dialect.
 *
 * ```text
 *   VALUE a 0 5⏎hello⏎VALUE b 0 2 17⏎hi⏎END⏎        STORED⏎        42⏎
 * ```
 *
 * @module
 */
import {
  CR,
  LF,
  type Output,
  SPACE,
  UINT64_DIGITS,
  type Uint64,
  ZERO,
  writeDecimal,
} from '@pelikan/buffer'
import { type Item, MAX_KEY_BYTES } from '@pelikan/core'
import { Op } from './opcode.ts'
import { type Reply, replyLines } from './reply.ts'
import type { MemcacheRequest } from './request.ts'

const LETTER = { A: 65, D: 68, E: 69, L: 76, N: 78, U: 85, V: 86 } as const
const LINE_END_BYTES = 2
const UINT32_DIGITS = 10
/** `VALUE KEY FLAGS BYTES CAS⏎` at its longest. */
const MAX_VALUE_LINE_BYTES =
  6 + MAX_KEY_BYTES + 1 + UINT32_DIGITS + 1 + UINT32_DIGITS + 1 + UINT64_DIGITS + LINE_END_BYTES
const END_LINE_BYTES = 5
/** Up to this many bytes a loop is faster than a native copy (bench/micro, buffer-output). */
const SHORT_KEY = 32

/** An item: `VALUE KEY FLAGS BYTES[ CAS]⏎DATA⏎`. */
export function writeValue(output: Output, request: MemcacheRequest, item: Item): void {
  const { key, keyEnd, keyStart, op } = request
  const valueLength = item.end - item.start
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
    writeLineEnd(output)
  }
}

/** The end of a retrieval, or of statistics. */
export function writeEnd(output: Output): void {
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
export function writeReply(output: Output, reply: Reply): void {
  const text = replyLines[reply]
  output.write(text, 0, text.length)
}

/** The new value of a counter. */
export function writeCounter(output: Output, value: Uint64): void {
  output.reserve(UINT64_DIGITS)
  output.at = value.write(output.bytes, output.at)
  writeLineEnd(output)
}

/** Lines that are nobody's fixed answer, their ends included. */
export function writeLines(output: Output, lines: string): void {
  const bytes = Buffer.from(lines, 'latin1')
  output.write(bytes, 0, bytes.length)
}

function writeLineEnd(output: Output): void {
  output.reserve(LINE_END_BYTES)
  output.bytes[output.at] = CR
  output.bytes[output.at + 1] = LF
  output.at += LINE_END_BYTES
}
