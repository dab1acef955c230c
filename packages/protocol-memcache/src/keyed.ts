/**
 * protocol.txt, "Deletion", "Increment/Decrement" and "Touch": commands of one key and no data.
 *
 * @module
 */
import { MAX_KEY_BYTES } from '@pelikan/core'
import type { CommandLine } from './command-line.ts'
import { NOT_INT32, parseInt32, parseUnsigned } from './numbers.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import type { MemcacheRequest } from './request.ts'

const KEY = 1
/** Delta or exptime. */
const ARGUMENT = 2

/**
 * Fill `request` from `delete KEY`, `incr KEY DELTA`, `decr KEY DELTA` or `touch KEY EXPTIME`.
 *
 * @returns the answer to a bad line; {@link Reply.None} for a good one
 */
export function readKeyed(op: Op, line: CommandLine, request: MemcacheRequest): Reply {
  request.op = op
  request.noreply = false
  // Whether an answer is wanted is known only of a line that has all its words.
  if (line.count <= (op === Op.Delete ? KEY : ARGUMENT)) return Reply.BadFormat
  request.noreply = line.endsWithNoreply
  const keyStart = line.start(KEY)
  const keyEnd = line.end(KEY)
  if (keyEnd - keyStart > MAX_KEY_BYTES) return Reply.BadFormat
  request.key = line.bytes
  request.keyStart = keyStart
  request.keyEnd = keyEnd
  if (op === Op.Delete) return Reply.None
  return op === Op.Touch ? readExptime(line, request) : readDelta(line, request)
}

function readExptime(line: CommandLine, request: MemcacheRequest): Reply {
  const exptime = parseInt32(line.bytes, line.start(ARGUMENT), line.end(ARGUMENT))
  if (exptime === NOT_INT32) return Reply.BadExptime
  request.exptime = exptime
  return Reply.None
}

function readDelta(line: CommandLine, request: MemcacheRequest): Reply {
  const { bytes } = line
  return parseUnsigned(bytes, line.start(ARGUMENT), line.end(ARGUMENT), request.number)
    ? Reply.None
    : Reply.BadDelta
}
