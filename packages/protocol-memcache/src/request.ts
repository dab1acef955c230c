import { Uint64 } from '@pelikan/buffer'
import { NO_RESERVATION } from '@pelikan/core'
import { BinaryCommand, BinaryStatus } from './binary-opcode.ts'
import { type MetaFlags, NO_META_FLAGS } from './meta-flags.ts'
import { Op } from './opcode.ts'
import { Part } from './part.ts'
import { Reply } from './reply.ts'

const NO_BYTES = Buffer.alloc(0)

/** Keys of a line that are announced at once. */
const ANNOUNCED_MAX = 16
/** All requests of a thread have these in common: nobody looks at them for longer than a request. */
const PLACES = new Int32Array(2 * ANNOUNCED_MAX)

/** As a request's reservation: the storage has refused the value. The rest of it is dropped unread. */
export const REFUSED = -2

/**
 * What a client asks for. A parser fills one object again and again: what a field means depends on
 * `op`, and only the fields that belong to it are set.
 */
export class MemcacheRequest {
  op: Op = Op.Reject
  /** The answer asks to be left out. */
  noreply = false
  /** This is the last key of its line: the answer ends here. */
  last = true
  /**
   * Of a retrieval: so many keys of its line, this one first, are announced in {@link places}; 0 for
   * none. They come in this order, as far as the client reads.
   */
  announced = 0
  /** Where announced keys are in `key`: start, end, start, end, .. Lent with the request. */
  readonly places: Int32Array = PLACES
  /** Of a storing command: how much of it this is. */
  part: Part = Part.Whole
  /** The key is `key[keyStart, keyEnd)`. For `stats`: the words behind it, or nothing. */
  key: Buffer = NO_BYTES
  keyStart = 0
  keyEnd = 0
  /** The value, or the piece of it that has arrived, is `value[valueStart, valueEnd)`. */
  value: Buffer = NO_BYTES
  valueStart = 0
  valueEnd = 0
  /** Bytes in the whole value. */
  valueLength = 0
  /** The client's 32 bits, as a signed integer. */
  flags = 0
  /** As the client wrote it, as a signed 32-bit integer; for `flush_all` the delay. */
  exptime = 0
  /** Of `cas` the token, of `incr` and `decr` the delta. */
  readonly number: Uint64 = new Uint64()
  /**
   * Set by whoever executes {@link Part.Begin}: what the storage reserved, or {@link REFUSED}. It is
   * kept for the parts that follow.
   */
  reservation: number = NO_RESERVATION
  /** Of a meta command. A connection has its own from its first one on. */
  meta: MetaFlags = NO_META_FLAGS
  /** Of the binary dialect: the command, and as it was sent, which a quiet one differs in. */
  command: BinaryCommand = BinaryCommand.Get
  opcode = 0
  /** Of a rejected binary request: the status of its answer, and whether the connection closes then. */
  status: BinaryStatus = BinaryStatus.Ok
  closes = false
  /** Of the binary dialect: what the answer returns, as a signed integer. */
  opaque = 0
  /** Of the binary dialect, in `incr` and `decr`: the number of an item that is made. */
  readonly initial: Uint64 = new Uint64()
  /** Of the binary dialect: the token that the item must have; 0 for any. */
  readonly cas: Uint64 = new Uint64()
  /** Set by whoever executes a login: the client at the other end is known. It is kept for the connection. */
  authenticated = false
  /** Of a rejected request: the answer. Of an abort: the answer, or {@link Reply.None}. */
  reply: Reply = Reply.None
}
