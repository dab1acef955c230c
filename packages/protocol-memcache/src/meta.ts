/**
 * protocol.txt, "Meta Commands": `mg` `ms` `md` `ma` `me` and `mn`, words to flags.
 *
 * ```text
 *   ms KEY 5 T60 F3 c Oabc
 *   0  1   2 3  ..             flags are one letter and what is behind it
 * ```
 *
 * @module
 */
import { MAX_KEY_BYTES } from '@pelikan/core'
import { decodeBase64 } from './base64.ts'
import type { CommandLine } from './command-line.ts'
import { Flag, MAX_META_WORDS, MAX_OPAQUE_BYTES, MetaFlags, NO_META_FLAGS } from './meta-flags.ts'
import { NOT_INT32, parseInt32, parseUint32, parseUnsigned } from './numbers.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import type { MemcacheRequest } from './request.ts'

const FIRST_LETTER = 65
const DELETE = 127
const KEY = 1
/** Where the flags begin. */
const FLAGS = 2
/** Of `ms`, which has a length before them. */
const SET_FLAGS = 3

/**
 * Fill `request`, but for the value of `ms`.
 *
 * @returns the answer to a bad line; {@link Reply.None} for a good one
 */
export function readMeta(op: Op, line: CommandLine, request: MemcacheRequest): Reply {
  request.op = op
  request.noreply = false
  if (op === Op.MetaNoop) return Reply.None
  if (request.meta === NO_META_FLAGS) request.meta = new MetaFlags()
  const flags = request.meta
  flags.reset()
  request.flags = 0
  if (line.count <= KEY) return Reply.BadFormat
  const keyStart = line.start(KEY)
  const keyEnd = line.end(KEY)
  if (keyEnd - keyStart > MAX_KEY_BYTES) return refusal(op, Reply.BadFormat)
  request.key = line.bytes
  request.keyStart = keyStart
  request.keyEnd = keyEnd
  if (op === Op.MetaDebug) return readDebug(line, request)
  if (line.count > MAX_META_WORDS) return Reply.TooManyFlags
  const reply = readFlags(op === Op.MetaSet ? SET_FLAGS : FLAGS, line, request)
  return reply === Reply.None ? checkMode(op, flags.mode) : refusal(op, reply)
}

/** `ma` has one answer to all that it does not understand. */
function refusal(op: Op, reply: Reply): Reply {
  return op === Op.MetaArithmetic && reply !== Reply.OpaqueTooLong ? Reply.BadMetaFlag : reply
}

function readDebug(line: CommandLine, request: MemcacheRequest): Reply {
  const { bytes } = line
  const encoded =
    line.count > FLAGS &&
    line.end(FLAGS) - line.start(FLAGS) === 1 &&
    bytes[line.start(FLAGS)] === Flag.Binary
  return !encoded || decodeKey(request) ? Reply.None : Reply.BadFormat
}

/** Every flag is looked at; the last that is wrong decides, but for those that nobody knows or that come twice. */
function readFlags(from: number, line: CommandLine, request: MemcacheRequest): Reply {
  const { bytes } = line
  let reply: Reply = Reply.None
  /** Which letters were seen, from `A` on in one and from `a` on in the other: the low five bits tell them apart. */
  let upper = 0
  let lower = 0
  for (let word = from; word < line.count; word++) {
    const start = line.start(word)
    const code = bytes[start]
    if (code < FIRST_LETTER) return Reply.UnknownFlag
    const bit = 1 << (code & 31)
    if (code >= DELETE || ((code & 32) === 0 ? upper & bit : lower & bit) !== 0) {
      return Reply.DuplicateFlag
    }
    if ((code & 32) === 0) upper |= bit
    else lower |= bit
    const found = readFlag(code, bytes, start + 1, line.end(word), request)
    if (found === Reply.UnknownFlag) return found
    // Wrong client flags have no words of their own.
    if (found !== Reply.None && (found !== Reply.BadFormat || reply === Reply.None)) reply = found
  }
  return reply
}

/** One flag whose argument is `bytes[start, end)`. */
function readFlag(
  code: number,
  bytes: Buffer,
  start: number,
  end: number,
  request: MemcacheRequest,
): Reply {
  const flags = request.meta
  switch (code) {
    case Flag.Value:
      flags.value = true
      return Reply.None
    case Flag.Key:
    case Flag.Size:
    case Flag.ReturnCas:
    case Flag.ReturnFlags:
    case Flag.LastAccess:
    case Flag.Hit:
      flags.returns(code)
      return Reply.None
    case Flag.ReturnTtl:
      flags.returns(flags.setsTtl || flags.vivifies ? Flag.NewTtl : code)
      return Reply.None
    case Flag.Opaque:
      return readOpaque(bytes, start - 1, end, flags)
    case Flag.Quiet:
      flags.quiet = true
      return Reply.None
    case Flag.NoBump:
      flags.noBump = true
      return Reply.None
    case Flag.Empty:
      flags.empties = true
      return Reply.None
    case Flag.Invalidate:
      flags.invalidates = true
      return Reply.None
    case Flag.L:
    case Flag.P:
      return Reply.None
    case Flag.Binary:
      flags.binaryKey = true
      return decodeKey(request) ? Reply.None : Reply.BadBase64
    case Flag.Mode:
      // Without a letter it is a mode that no command has.
      flags.mode = start < end ? bytes[start] : Flag.Mode
      return Reply.None
    default:
      return readNumber(code, bytes, start, end, request)
  }
}

function readNumber(
  code: number,
  bytes: Buffer,
  start: number,
  end: number,
  request: MemcacheRequest,
): Reply {
  const flags = request.meta
  switch (code) {
    case Flag.Ttl:
      flags.setsTtl = true
      flags.setsTtlFirst = !flags.recaches
      flags.ttl = parseInt32(bytes, start, end)
      flags.setsTtlLast = flags.vivifies
      return flags.ttl === NOT_INT32 ? Reply.BadToken : Reply.None
    case Flag.Vivify:
      flags.vivifies = true
      flags.vivifyTtl = parseInt32(bytes, start, end)
      return flags.vivifyTtl === NOT_INT32 ? Reply.BadToken : Reply.None
    case Flag.Recache:
      flags.recaches = true
      flags.recacheTtl = parseInt32(bytes, start, end)
      return flags.recacheTtl === NOT_INT32 ? Reply.BadToken : Reply.None
    case Flag.Cas:
      flags.compares = true
      return parseUnsigned(bytes, start, end, flags.cas) ? Reply.None : Reply.BadToken
    case Flag.NewCas:
      flags.setsCas = true
      return parseUnsigned(bytes, start, end, flags.newCas) ? Reply.None : Reply.BadToken
    case Flag.ClientFlags: {
      const value = parseUint32(bytes, start, end)
      request.flags = value | 0
      return value < 0 ? Reply.BadFormat : Reply.None
    }
    case Flag.Initial:
      return parseUnsigned(bytes, start, end, flags.initial) ? Reply.None : Reply.BadInitial
    case Flag.Delta:
      return parseUnsigned(bytes, start, end, flags.delta) ? Reply.None : Reply.BadMetaDelta
    default:
      return Reply.UnknownFlag
  }
}

function readOpaque(bytes: Buffer, start: number, end: number, flags: MetaFlags): Reply {
  const length = end - start
  if (length > MAX_OPAQUE_BYTES) return Reply.OpaqueTooLong
  for (let i = 0; i < length; i++) flags.opaque[i] = bytes[start + i]
  flags.opaqueLength = length
  flags.returns(Flag.Opaque)
  return Reply.None
}

/** Put the key that `request` has in base64 into its flags, and point at it there. */
function decodeKey(request: MemcacheRequest): boolean {
  const { key, keyEnd, keyStart, meta } = request
  const length = decodeBase64(key, keyStart, keyEnd, meta.key)
  request.key = meta.key
  request.keyStart = 0
  request.keyEnd = length
  return length > 0
}

function checkMode(op: Op, mode: number): Reply {
  if (mode === 0) return Reply.None
  switch (op) {
    case Op.MetaSet:
      return SET_MODES.has(mode) ? Reply.None : Reply.BadSetMode
    case Op.MetaArithmetic:
      return COUNT_MODES.has(mode) ? Reply.None : Reply.BadCountMode
    default:
      return Reply.None
  }
}

const SET_MODES: ReadonlySet<number> = new Set(Buffer.from('SEAPR'))
const COUNT_MODES: ReadonlySet<number> = new Set(Buffer.from('I+D-'))
