/**
 * Answers of the meta dialect: a code of two letters, what the flags asked for in the order asked, and
 * perhaps a value.
 *
 * ```text
 *   VA 5 c7 Oabc W⏎hello⏎        HD k6869 b⏎        EN Oabc⏎
 * ```
 *
 * @module
 */
import {
  CR,
  LF,
  MINUS,
  type Output,
  SPACE,
  UINT64_DIGITS,
  type Uint64,
  ZERO,
  writeDecimal,
} from '@pelikan/buffer'
import { type Item, Mark, NEVER, TICKS_PER_SECOND, type Terms, type Tick } from '@pelikan/core'
import { encodeBase64 } from './base64.ts'
import { Flag } from './meta-flags.ts'
import type { MemcacheRequest } from './request.ts'

/** The codes, their first letter higher. */
export const Code = {
  /** `HD`: done. */
  Done: 0x4844,
  /** `EN`: nothing there, of `mg`. */
  End: 0x454e,
  /** `NF`. */
  NotFound: 0x4e46,
  /** `NS`. */
  NotStored: 0x4e53,
  /** `EX`. */
  Exists: 0x4558,
} as const

/** The longest line: a key in base64, an opaque, seven numbers. */
const MAX_LINE_BYTES = 640
const LETTER = { A: 65, V: 86, W: 87, X: 88, Z: 90 } as const
const ONE = ZERO + 1
const LINE_END_BYTES = 2
/** What an item costs memcached beside key and value, with its cas token and the ends of both. */
const ITEM_OVERHEAD = 48 + 8 + 1 + 2
const ITEM_FLAGS = 4

/** The item that `mg` found; `terms` say what it did to it. The value follows where `withValue`. */
export function writeItem(
  output: Output,
  request: MemcacheRequest,
  item: Item,
  terms: Terms,
  now: Tick,
  withValue: boolean,
): void {
  output.reserve(MAX_LINE_BYTES)
  const { bytes } = output
  const { count, returned } = request.meta
  const length = item.end - item.start
  let at = withValue
    ? writeValueCode(bytes, output.at, length)
    : writeCode(bytes, output.at, Code.Done)
  for (let i = 0; i < count; i++) {
    const flag = returned[i]
    switch (flag) {
      case Flag.Size:
        at = writeNumber(bytes, at, flag, length)
        break
      case Flag.ReturnCas:
        at = item.cas.write(bytes, writeFlag(bytes, at, flag))
        break
      case Flag.ReturnFlags:
        at = writeNumber(bytes, at, flag, item.flags >>> 0)
        break
      case Flag.Hit:
        at = writeFlag(bytes, at, flag)
        bytes[at++] = (item.marks & Mark.Fetched) === 0 ? ZERO : ONE
        break
      case Flag.LastAccess:
        at = writeNumber(bytes, at, flag, seconds(now - item.lastAccess))
        break
      case Flag.ReturnTtl:
        at = writeTtl(bytes, at, terms.deadlineBefore, now)
        break
      case Flag.NewTtl:
        at = writeTtl(bytes, at, terms.deadlineAfter, now)
        break
      case Flag.Key:
        at = writeKey(bytes, at, request, (item.marks & Mark.BinaryKey) !== 0)
        break
      default:
        at = writeOpaque(bytes, at, request)
    }
  }
  if ((item.marks & Mark.Won) !== 0) at = writeFlag(bytes, at, LETTER.Z)
  if ((item.marks & Mark.Stale) !== 0) at = writeFlag(bytes, at, LETTER.X)
  if (terms.won) at = writeFlag(bytes, at, LETTER.W)
  at = writeLineEnd(bytes, at)
  if (!withValue) {
    output.at = at
    return
  }
  // In place where it fits, as the classic answer.
  if (length + LINE_END_BYTES <= bytes.length - at) {
    at += item.bytes.copy(bytes, at, item.start, item.end)
    output.at = writeLineEnd(bytes, at)
    return
  }
  output.at = at
  output.write(item.bytes, item.start, item.end)
  output.reserve(LINE_END_BYTES)
  output.at = writeLineEnd(output.bytes, output.at)
}

/** A code with the key and the opaque, where they were asked for. */
export function writeBare(output: Output, request: MemcacheRequest, code: number): void {
  output.reserve(MAX_LINE_BYTES)
  const { bytes } = output
  const { binaryKey, count, returned } = request.meta
  let at = writeCode(bytes, output.at, code)
  for (let i = 0; i < count; i++) {
    const flag = returned[i]
    if (flag === Flag.Key) at = writeKey(bytes, at, request, binaryKey)
    else if (flag === Flag.Opaque) at = writeOpaque(bytes, at, request)
  }
  output.at = writeLineEnd(bytes, at)
}

/** What became of `ms`; `cas` is the new token, or 0, and `length` that of the item's value. */
export function writeStored(
  output: Output,
  request: MemcacheRequest,
  code: number,
  cas: Uint64,
  length: number,
): void {
  output.reserve(MAX_LINE_BYTES)
  const { bytes } = output
  const { binaryKey, count, returned } = request.meta
  let at = writeCode(bytes, output.at, code)
  for (let i = 0; i < count; i++) {
    const flag = returned[i]
    if (flag === Flag.Key) at = writeKey(bytes, at, request, binaryKey)
    else if (flag === Flag.Opaque) at = writeOpaque(bytes, at, request)
    else if (flag === Flag.ReturnCas) at = cas.write(bytes, writeFlag(bytes, at, flag))
    else if (flag === Flag.Size) at = writeNumber(bytes, at, flag, length)
  }
  output.at = writeLineEnd(bytes, at)
}

/** What `ma` made of an item. */
export function writeCounted(
  output: Output,
  request: MemcacheRequest,
  number: Uint64,
  terms: Terms,
  now: Tick,
): void {
  output.reserve(MAX_LINE_BYTES)
  const { bytes } = output
  const { binaryKey, count, returned, value } = request.meta
  let at = value
    ? writeValueCode(bytes, output.at, number.digits())
    : writeCode(bytes, output.at, Code.Done)
  for (let i = 0; i < count; i++) {
    const flag = returned[i]
    if (flag === Flag.Key) at = writeKey(bytes, at, request, binaryKey)
    else if (flag === Flag.Opaque) at = writeOpaque(bytes, at, request)
    else if (flag === Flag.ReturnCas) at = terms.token.write(bytes, writeFlag(bytes, at, flag))
    else if (flag === Flag.ReturnTtl) at = writeTtl(bytes, at, terms.deadlineBefore, now)
    else if (flag === Flag.NewTtl) at = writeTtl(bytes, at, terms.deadlineAfter, now)
  }
  at = writeLineEnd(bytes, at)
  output.at = value ? writeLineEnd(bytes, number.write(bytes, at)) : at
}

/** What `me` tells of an item: for people, so a text. */
export function writeDebug(output: Output, request: MemcacheRequest, item: Item, now: Tick): void {
  const { key, keyEnd, keyStart } = request
  const encoded = (item.marks & Mark.BinaryKey) !== 0
  const keyLength = keyEnd - keyStart
  const name = key.toString(encoded ? 'base64' : 'latin1', keyStart, keyEnd)
  const digits = Buffer.alloc(UINT64_DIGITS)
  const cas = digits.toString('latin1', 0, item.cas.write(digits, 0))
  // As memcached has it: the time that is left, below zero.
  const exp = item.deadline === NEVER ? -1 : -left(item.deadline, now)
  const size =
    ITEM_OVERHEAD + (item.flags === 0 ? 0 : ITEM_FLAGS) + keyLength + item.end - item.start
  const fetched = (item.marks & Mark.Fetched) === 0 ? 'no' : 'yes'
  const la = seconds(now - item.lastAccess)
  const text = `ME ${name} exp=${exp} la=${la} cas=${cas} fetch=${fetched} cls=1 size=${size}\r\n`
  const line = Buffer.from(text, 'latin1')
  output.write(line, 0, line.length)
}

function writeCode(bytes: Buffer, at: number, letters: number): number {
  bytes[at] = letters >>> 8
  bytes[at + 1] = letters
  return at + 2
}

function writeValueCode(bytes: Buffer, at: number, length: number): number {
  bytes[at] = LETTER.V
  bytes[at + 1] = LETTER.A
  bytes[at + 2] = SPACE
  return writeDecimal(bytes, at + 3, length)
}

function writeFlag(bytes: Buffer, at: number, letter: number): number {
  bytes[at] = SPACE
  bytes[at + 1] = letter
  return at + 2
}

function writeNumber(bytes: Buffer, at: number, letter: number, value: number): number {
  return writeDecimal(bytes, writeFlag(bytes, at, letter), value)
}

/** Seconds that are left, a begun one as a whole; -1 for ever. */
function writeTtl(bytes: Buffer, at: number, deadline: Tick, now: Tick): number {
  if (deadline !== NEVER) return writeNumber(bytes, at, Flag.ReturnTtl, left(deadline, now))
  const to = writeFlag(bytes, at, Flag.ReturnTtl)
  bytes[to] = MINUS
  bytes[to + 1] = ONE
  return to + 2
}

function left(deadline: Tick, now: Tick): number {
  return Math.ceil(Math.max(deadline - now, 0) / TICKS_PER_SECOND)
}

function seconds(ticks: number): number {
  return Math.floor(Math.max(ticks, 0) / TICKS_PER_SECOND)
}

function writeKey(bytes: Buffer, at: number, request: MemcacheRequest, encoded: boolean): number {
  const { key, keyEnd, keyStart } = request
  let to = writeFlag(bytes, at, Flag.Key)
  if (encoded) return writeFlag(bytes, encodeBase64(key, keyStart, keyEnd, bytes, to), Flag.Binary)
  for (let i = keyStart; i < keyEnd; i++) bytes[to++] = key[i]
  return to
}

function writeOpaque(bytes: Buffer, at: number, request: MemcacheRequest): number {
  const { opaque, opaqueLength } = request.meta
  let to = at
  bytes[to++] = SPACE
  for (let i = 0; i < opaqueLength; i++) bytes[to++] = opaque[i]
  return to
}

function writeLineEnd(bytes: Buffer, at: number): number {
  bytes[at] = CR
  bytes[at + 1] = LF
  return at + LINE_END_BYTES
}
