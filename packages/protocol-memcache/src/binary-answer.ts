/**
 * Answers of the binary dialect: the header of the request turned round, and a body.
 *
 * ```text
 *   0     1       2..3        4              5       6..7    8..11        12..15  16..23
 *   0x81  opcode  key length  extras length  0       status  body length  opaque  cas
 * ```
 *
 * @module
 */
import { type Output, Uint64 } from '@pelikan/buffer'
import type { Item } from '@pelikan/core'
import { BINARY_HEADER_BYTES } from './binary-parser.ts'
import { BinaryStatus } from './binary-opcode.ts'
import type { MemcacheRequest } from './request.ts'

const ANSWER_MAGIC = 0x81
const FLAGS_BYTES = 4
const NUMBER_BYTES = 8
const MAX_KEY_BYTES = 250

/** What an answer with a status that is no success says, word for word memcached's. */
const TEXTS: ReadonlyMap<number, Buffer> = new Map(
  Object.entries({
    [BinaryStatus.NotFound]: 'Not found',
    [BinaryStatus.Exists]: 'Data exists for key.',
    [BinaryStatus.TooLarge]: 'Too large.',
    [BinaryStatus.Invalid]: 'Invalid arguments',
    [BinaryStatus.NotStored]: 'Not stored.',
    [BinaryStatus.NotANumber]: 'Non-numeric server-side value for incr or decr',
    [BinaryStatus.AuthError]: 'Auth failure.',
    [BinaryStatus.UnknownCommand]: 'Unknown command',
    [BinaryStatus.NoMemory]: 'Out of memory allocating item',
  }).map(([status, text]) => [Number(status), Buffer.from(text, 'latin1')]),
)
const NO_TEXT = Buffer.alloc(0)
const NO_TOKEN = new Uint64()

/** An item: its flags, its key where `withKey`, its value where `withValue`. */
export function writeItem(
  output: Output,
  request: MemcacheRequest,
  item: Item,
  withKey: boolean,
  withValue: boolean,
): void {
  const { key, keyEnd, keyStart } = request
  const keyLength = withKey ? keyEnd - keyStart : 0
  const valueLength = withValue ? item.end - item.start : 0
  output.reserve(BINARY_HEADER_BYTES + FLAGS_BYTES + MAX_KEY_BYTES)
  const { bytes } = output
  const start = output.at
  const bodyLength = FLAGS_BYTES + keyLength + valueLength
  let at = writeHeader(
    bytes,
    start,
    request,
    BinaryStatus.Ok,
    keyLength,
    FLAGS_BYTES,
    bodyLength,
    item.cas,
  )
  at = writeWord(bytes, at, item.flags)
  if (withKey) for (let i = keyStart; i < keyEnd; i++) bytes[at++] = key[i]
  if (valueLength <= bytes.length - at) {
    if (withValue) at += item.bytes.copy(bytes, at, item.start, item.end)
    output.at = at
    return
  }
  output.at = at
  output.write(item.bytes, item.start, item.end)
}

/** A status and its words. */
export function writeStatus(output: Output, request: MemcacheRequest, status: BinaryStatus): void {
  const text = TEXTS.get(status) ?? NO_TEXT
  writeBody(output, request, status, NO_TEXT, text)
}

/** The key was not there, and the client asked to be told which. */
export function writeMissingKey(output: Output, request: MemcacheRequest): void {
  const { key, keyEnd, keyStart } = request
  const length = keyEnd - keyStart
  output.reserve(BINARY_HEADER_BYTES + MAX_KEY_BYTES)
  const { bytes } = output
  let at = writeHeader(
    bytes,
    output.at,
    request,
    BinaryStatus.NotFound,
    length,
    0,
    length,
    NO_TOKEN,
  )
  for (let i = keyStart; i < keyEnd; i++) bytes[at++] = key[i]
  output.at = at
}

/** Success, with the token that the item has now. */
export function writeDone(output: Output, request: MemcacheRequest, token: Uint64): void {
  output.reserve(BINARY_HEADER_BYTES)
  const start = output.at
  output.at = writeHeader(output.bytes, start, request, BinaryStatus.Ok, 0, 0, 0, token)
}

/** The number that an item is now, and its token. */
export function writeNumber(
  output: Output,
  request: MemcacheRequest,
  number: Uint64,
  token: Uint64,
): void {
  output.reserve(BINARY_HEADER_BYTES + NUMBER_BYTES)
  const { bytes } = output
  const start = output.at
  const at = writeHeader(bytes, start, request, BinaryStatus.Ok, 0, 0, NUMBER_BYTES, token)
  output.at = writeWord(bytes, writeWord(bytes, at, number.high), number.low)
}

/** A key and a value as texts. */
export function writeText(
  output: Output,
  request: MemcacheRequest,
  status: BinaryStatus,
  key: string,
  value: string,
): void {
  const [keyBytes, valueBytes] = [Buffer.from(key, 'latin1'), Buffer.from(value, 'latin1')]
  writeBody(output, request, status, keyBytes, valueBytes)
}

/** A key and a value, of any length. */
function writeBody(
  output: Output,
  request: MemcacheRequest,
  status: BinaryStatus,
  key: Buffer,
  value: Buffer,
): void {
  output.reserve(BINARY_HEADER_BYTES)
  const length = key.length + value.length
  output.at = writeHeader(output.bytes, output.at, request, status, key.length, 0, length, NO_TOKEN)
  output.write(key, 0, key.length)
  output.write(value, 0, value.length)
}

/** Returns where the header ends. */
function writeHeader(
  bytes: Buffer,
  at: number,
  request: MemcacheRequest,
  status: BinaryStatus,
  keyLength: number,
  extrasLength: number,
  bodyLength: number,
  token: Uint64,
): number {
  bytes[at] = ANSWER_MAGIC
  bytes[at + 1] = request.opcode
  bytes[at + 2] = keyLength >>> 8
  bytes[at + 3] = keyLength
  bytes[at + 4] = extrasLength
  bytes[at + 5] = 0
  bytes[at + 6] = 0
  bytes[at + 7] = status
  writeWord(bytes, at + 8, bodyLength)
  writeWord(bytes, at + 12, request.opaque)
  writeWord(bytes, at + 16, token.high)
  return writeWord(bytes, at + 20, token.low)
}

function writeWord(bytes: Buffer, at: number, value: number): number {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
  return at + 4
}
