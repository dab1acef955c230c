/**
 * protocol.txt, "Statistics" and "Other commands": what has no key. `quit`, `version` and `stats`
 * always answer as they do without `noreply`.
 *
 * @module
 */
import { NOT_DECIMAL, parseDecimal } from '@pelikan/buffer'
import type { CommandLine } from './command-line.ts'
import { NOT_INT32, parseInt32 } from './numbers.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import type { MemcacheRequest } from './request.ts'

const ARGUMENT = 1
const MAX_UINT32 = 0xffff_ffff

/**
 * Fill `request` from `flush_all [DELAY]`, `verbosity LEVEL`, `version`, `quit` or `stats [WHICH]`.
 *
 * @returns the answer to a bad line; {@link Reply.None} for a good one
 */
export function readControl(op: Op, line: CommandLine, request: MemcacheRequest): Reply {
  request.op = op
  request.noreply = false
  switch (op) {
    case Op.FlushAll:
      return readDelay(line, request)
    case Op.Verbosity:
      return readLevel(line, request)
    case Op.Stats:
      readWhich(line, request)
      return Reply.None
    default:
      return Reply.None
  }
}

/** Fill `request` with all of `line`, from its verb on, for a command about the server itself. */
export function readLine(line: CommandLine, request: MemcacheRequest): Reply {
  request.op = Op.Administer
  request.noreply = line.endsWithNoreply
  request.key = line.bytes
  request.keyStart = line.start(0)
  request.keyEnd = line.lastEnd
  return Reply.None
}

function readDelay(line: CommandLine, request: MemcacheRequest): Reply {
  request.noreply = line.endsWithNoreply
  request.exptime = 0
  if (line.count === (request.noreply ? 2 : 1)) return Reply.None
  const delay = parseInt32(line.bytes, line.start(ARGUMENT), line.end(ARGUMENT))
  if (delay === NOT_INT32) return Reply.BadExptime
  request.exptime = delay
  return Reply.None
}

function readLevel(line: CommandLine, request: MemcacheRequest): Reply {
  request.noreply = line.endsWithNoreply
  if (line.count <= ARGUMENT) return Reply.BadFormat
  const level = parseDecimal(line.bytes, line.start(ARGUMENT), line.end(ARGUMENT))
  return level === NOT_DECIMAL || level > MAX_UINT32 ? Reply.BadFormat : Reply.None
}

function readWhich(line: CommandLine, request: MemcacheRequest): void {
  const named = line.count > ARGUMENT
  request.key = line.bytes
  request.keyStart = named ? line.start(ARGUMENT) : 0
  request.keyEnd = named ? line.lastEnd : 0
}
