/** The binary dialect's get, for the load generator: a module of a protocol. */
import type { MakeCodec } from '@pelikan/loadgen'
import { type Dialect, GetCodec, KEY_BYTES } from './get-codec.ts'
import { valueBytes } from './value-bytes.ts'

const REQUEST = 0x80
const RESPONSE = 0x81
const GET = 0
const SET = 1
const NOOP = 10
const FLAGS_BYTES = 4
/** Flags and exptime. */
const SET_EXTRAS_BYTES = 8
const CAS_BYTES = 8
const HEADER_BYTES = 24

export const makeCodec: MakeCodec = (load, share) => {
  const length = valueBytes(load)
  const set = header(REQUEST, SET, KEY_BYTES, SET_EXTRAS_BYTES, length)
  const hit = header(RESPONSE, GET, 0, FLAGS_BYTES, length)
  const stored = header(RESPONSE, SET, 0, 0, 0)
  const none = Buffer.alloc(0)
  const dialect: Dialect = {
    probe: {
      request: header(REQUEST, NOOP, 0, 0, 0).toString('latin1'),
      reply: header(RESPONSE, NOOP, 0, 0, 0).toString('latin1'),
    },
    get: [header(REQUEST, GET, KEY_BYTES, 0, 0), none],
    hit: {
      front: hit.subarray(0, HEADER_BYTES - CAS_BYTES),
      unknown: CAS_BYTES,
      back: [Buffer.alloc(FLAGS_BYTES), none],
    },
    set: [Buffer.concat([set, Buffer.alloc(SET_EXTRAS_BYTES)]), none, none],
    stored: stored.subarray(0, HEADER_BYTES - CAS_BYTES),
    storedUnknown: CAS_BYTES,
  }
  return new GetCodec(dialect, load, share)
}

function header(magic: number, opcode: number, key: number, extras: number, value: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes[0] = magic
  bytes[1] = opcode
  bytes.writeUInt16BE(key, 2)
  bytes[4] = extras
  bytes.writeUInt32BE(key + extras + value, 8)
  return bytes
}
