/**
 * What the command log says of a request: Pelikan's lines, with what became of the request as a number, and the
 * length of the value or of the answer.
 *
 * ```text
 *   "get KEY" 4 BYTES                   gets gat gats mg me: 4 found, BYTES of the value; 0 not, and 0
 *   "set KEY FLAGS TTL BYTES" 5 LENGTH  add replace append prepend ms: 5 stored, 9 not stored
 *   "cas KEY FLAGS TTL BYTES CAS" ..    and ms with a token: 6 another token, 8 no such key
 *   "delete KEY" 7 LENGTH               md: 7 deleted, 8 no such key
 *   "incr KEY" 5 LENGTH                 decr ma: 5 stored, 8 no such key
 *   "touch KEY" 4 LENGTH                4 found, 8 no such key
 * ```
 *
 * A binary command is called as the classic one that does the same. Bytes of a key that would end or divide a
 * line are written `\xHH`. Requests that ended in an error have no line.
 *
 * @module
 */
import { MINUS, SPACE, type Uint64, writeDecimal } from '@pelikan/buffer'
import { Status } from '@pelikan/core'
import {
  type MemcacheRequest,
  type MemcacheResponse,
  NO_OUTCOME,
  Op,
} from '@pelikan/protocol-memcache'
import { classicOf, verbs } from './classic-commands.ts'
import { KeyUse, useOfOp } from './key-use.ts'
import { exptimeOf } from './stored-as.ts'

const Code = {
  None: -1,
  Miss: 0,
  Hit: 4,
  Stored: 5,
  Exists: 6,
  Deleted: 7,
  NotFound: 8,
  NotStored: 9,
} as const
type Code = (typeof Code)[keyof typeof Code]

/** How the lines of a command are made, but for its verb. */
interface Kind {
  /** Whether the line has flags, time to live and length of a value. */
  readonly stores: boolean
  /** Whether the number at the end is of bytes of a value, and not of an answer. */
  readonly retrieves: boolean
  /** By {@link Status}. */
  readonly codes: readonly Code[]
}

interface Form extends Kind {
  /** The quote, the verb and a blank. */
  readonly verb: Buffer
}

const RETRIEVING: Kind = {
  stores: false,
  retrieves: true,
  codes: codes({ [Status.Ok]: Code.Hit, [Status.NotFound]: Code.Miss }),
}
const STORING: Kind = { stores: true, retrieves: false, codes: found(Code.Stored) }
const COUNTING: Kind = { stores: false, retrieves: false, codes: found(Code.Stored) }
const DELETING: Kind = { stores: false, retrieves: false, codes: found(Code.Deleted) }
const TOUCHING: Kind = { stores: false, retrieves: false, codes: found(Code.Hit) }

/** By {@link Op}; none for commands that are about no key. */
const FORMS: readonly (Form | undefined)[] = Array.from({ length: Op.Administer + 1 }, (_, op) => {
  const verb = verbs[op as Op]
  if (verb === undefined) return undefined
  return { verb: Buffer.from(`"${verb} `), ...kindOf(op as Op) }
})

const QUOTE = 34
const BACKSLASH = 92
const LETTER_X = 120
const DELETE = 127
const HEX_DIGITS = Buffer.from('0123456789abcdef')

/** Write the line of a request, as the command log wants it. A key makes it 1,100 bytes long at most. */
export function memcacheCommandLine(
  request: MemcacheRequest,
  response: MemcacheResponse,
  line: Buffer,
  at: number,
): number {
  const { outcome } = response
  const form = formOf(request)
  if (form === undefined || outcome === NO_OUTCOME) return at
  const code = form.codes[outcome]
  if (code === Code.None) return at
  let end = writeText(line, at, form.verb)
  end = writeKey(line, end, request)
  if (form.stores) end = writeStoring(line, end, request)
  line[end] = QUOTE
  end = writeNumber(line, end + 1, code)
  return writeNumber(line, end, form.retrieves ? response.valueLength : response.length)
}

function formOf(request: MemcacheRequest): Form | undefined {
  const form = FORMS[classicOf(request)]
  // A binary write with a token, whatever its command.
  const isCas = request.op === Op.Binary && form?.stores === true && !request.cas.isZero()
  return isCas ? FORMS[Op.Cas] : form
}

function writeStoring(line: Buffer, at: number, request: MemcacheRequest): number {
  let end = writeNumber(line, at, request.flags >>> 0)
  end = writeNumber(line, end, exptimeOf(request))
  end = writeNumber(line, end, request.valueLength)
  const token = tokenOf(request)
  if (token === undefined) return end
  line[end] = SPACE
  return token.write(line, end + 1)
}

function tokenOf({ cas, meta, number, op }: MemcacheRequest): Uint64 | undefined {
  if (op === Op.Cas) return number
  if (op === Op.MetaSet) return meta.compares ? meta.cas : undefined
  return op === Op.Binary && !cas.isZero() ? cas : undefined
}

function writeText(line: Buffer, at: number, text: Buffer): number {
  // A few bytes: a call into native code would take longer.
  for (let i = 0; i < text.length; i++) line[at + i] = text[i]
  return at + text.length
}

/** A blank and a number. */
function writeNumber(line: Buffer, at: number, value: number): number {
  line[at] = SPACE
  if (value >= 0) return writeDecimal(line, at + 1, value)
  line[at + 1] = MINUS
  return writeDecimal(line, at + 2, -value)
}

function writeKey(line: Buffer, at: number, { key, keyEnd, keyStart }: MemcacheRequest): number {
  let end = at
  for (let i = keyStart; i < keyEnd; i++) {
    const byte = key[i]
    if (byte > SPACE && byte !== QUOTE && byte !== BACKSLASH && byte !== DELETE) {
      line[end++] = byte
    } else {
      line[end] = BACKSLASH
      line[end + 1] = LETTER_X
      line[end + 2] = HEX_DIGITS[byte >>> 4]
      line[end + 3] = HEX_DIGITS[byte & 15]
      end += 4
    }
  }
  return end
}

/** Of a command that finds its key or does not. */
function found(ok: Code): readonly Code[] {
  return codes({
    [Status.Ok]: ok,
    [Status.NotStored]: Code.NotStored,
    [Status.Exists]: Code.Exists,
    [Status.NotFound]: Code.NotFound,
  })
}

function codes(by: Readonly<Partial<Record<Status, Code>>>): readonly Code[] {
  return Array.from({ length: Status.NotANumber + 1 }, (_, i) => by[i as Status] ?? Code.None)
}

function kindOf(op: Op): Kind {
  switch (useOfOp(op)) {
    case KeyUse.Get:
      return RETRIEVING
    case KeyUse.Store:
      return STORING
    case KeyUse.Delete:
      return DELETING
    default:
      if (op === Op.MetaDebug) return RETRIEVING
      return op === Op.Touch ? TOUCHING : COUNTING
  }
}
