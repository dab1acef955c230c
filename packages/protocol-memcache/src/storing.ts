/**
 * protocol.txt, "Storage commands": `set KEY FLAGS EXPTIME BYTES [noreply]`, and `cas` with a token
 * behind BYTES.
 *
 * @module
 */
import { MAX_KEY_BYTES } from '@pelikan/core'
import type { CommandLine } from './command-line.ts'
import { MAX_VALUE_BYTES } from './limits.ts'
import { NOT_INT32, parseCut, parseFlags, parseInt32, parseUnsigned } from './numbers.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import type { MemcacheRequest } from './request.ts'

const KEY = 1
const FLAGS = 2
const EXPTIME = 3
const BYTES = 4
/** Of `ms KEY BYTES FLAG..`. */
const META_BYTES = 2
const CAS = 5

/** As a length: the line does not say how much data follows, so what follows is read as commands. */
export const NO_LENGTH = -1

/** How many bytes of data the line announces, or {@link NO_LENGTH}. */
export function readLength(op: Op, line: CommandLine): number {
  const word = op === Op.MetaSet ? META_BYTES : BYTES
  if (line.count <= word) return NO_LENGTH
  const length = parseInt32(line.bytes, line.start(word), line.end(word))
  return length < 0 || length > MAX_VALUE_BYTES ? NO_LENGTH : length
}

/**
 * Fill `request` with everything but the value.
 *
 * @returns the answer to a bad line, whose data is then dropped; {@link Reply.None} for a good one
 */
export function readStoring(op: Op, line: CommandLine, request: MemcacheRequest): Reply {
  const bytes = line.bytes
  request.op = op
  request.noreply = line.count > CAS && line.endsWithNoreply
  const keyStart = line.start(KEY)
  const keyEnd = line.end(KEY)
  if (keyEnd - keyStart > MAX_KEY_BYTES) return Reply.BadFormat
  request.key = bytes
  request.keyStart = keyStart
  request.keyEnd = keyEnd
  const flags = parseFlags(bytes, line.start(FLAGS), line.end(FLAGS))
  if (flags === NOT_INT32) return Reply.BadFormat
  request.flags = flags
  const exptime = parseCut(bytes, line.start(EXPTIME), line.end(EXPTIME))
  if (exptime === NOT_INT32) return Reply.BadFormat
  request.exptime = exptime
  if (op === Op.Cas && !readToken(line, request)) return Reply.BadFormat
  return Reply.None
}

function readToken(line: CommandLine, request: MemcacheRequest): boolean {
  return (
    line.count > CAS && parseUnsigned(line.bytes, line.start(CAS), line.end(CAS), request.number)
  )
}
