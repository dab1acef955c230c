/**
 * The memcache text protocol as a load. Every byte of a reply is compared: the key, flags and length of
 * each header, the value, the line ends. A missing key is no error: caches evict.
 *
 * @module
 */
import { writeDecimal } from '@pelikan/buffer'
import {
  type Codec,
  type Counts,
  INCOMPLETE,
  type Probe,
  type RequestSource,
  type Share,
} from '../protocol/codec.ts'
import { beginsWith, expectBytes, quote, wrongReply } from '../protocol/expect-bytes.ts'
import { Counters } from './counters.ts'
import { KeyNames } from './key-names.ts'
import type { MemcacheLoad } from './memcache-load.ts'
import { MEMO_HEAD, MemcacheRequests } from './memcache-requests.ts'
import { Verb } from './mix.ts'
import { Values } from './values.ts'

const LETTER_E = 69
const LETTER_N = 78
const BLANK = 32
const LINE_END = bytesOf('\r\n')
const VALUE = bytesOf('VALUE')
const END = bytesOf('END\r\n')
const STORED = bytesOf('STORED\r\n')
const NOT_STORED = bytesOf('NOT_STORED\r\n')
const NOT_FOUND = bytesOf('NOT_FOUND\r\n')
const DELETED = bytesOf('DELETED\r\n')
const TOUCHED = bytesOf('TOUCHED\r\n')
const FLAGS = bytesOf(' 0 ')
/** Flags, the longest length, line end. */
const MAX_HEADER_TAIL = 24

export class MemcacheCodec implements Codec {
  readonly probe: Probe = { request: 'version\r\n', reply: 'VERSION ' }
  readonly memoLength: number
  readonly maxRequestBytes: number
  readonly requests: RequestSource
  readonly counts: Counts = { keys: 0, misses: 0, refused: 0 }
  readonly #names: KeyNames
  readonly #values: Values
  readonly #counters: Counters
  readonly #writer: MemcacheRequests
  /** What follows the key in a hit: flags, the length {@link #tailLength}, line end. */
  readonly #tail: Buffer = Buffer.alloc(MAX_HEADER_TAIL)
  #tailLength = -1
  #tailEnd = 0

  constructor(load: MemcacheLoad, share: Share) {
    const counts = load.mix.some(({ command }) => command === 'incr' || command === 'decr')
    this.#names = new KeyNames('key:', load.keys)
    this.#values = new Values(load.values, load.keys)
    this.#counters = new Counters(counts ? load.keys : 0, share.connections)
    this.#writer = new MemcacheRequests(load, share, this.#names, this.#values, this.#counters)
    this.memoLength = MEMO_HEAD + this.#writer.maxKeys
    this.maxRequestBytes = this.#writer.maxBytes
    this.requests = this.#writer.mixed()
  }

  forget(): void {
    this.#counters.forget()
  }

  fill(): RequestSource {
    return this.#writer.fill()
  }

  check(bytes: Buffer, start: number, end: number, memo: Int32Array, memoAt: number): number {
    const verb = memo[memoAt]!
    if (verb === Verb.Get) return this.#checkGet(bytes, start, end, memo, memoAt)
    if (start === end) return INCOMPLETE
    const refused = bytes[start] === LETTER_N
    const at = refused
      ? expectBytes(refusalOf(verb), bytes, start, end)
      : this.#checkDone(verb, memo[memoAt + MEMO_HEAD]!, bytes, start, end)
    if (at === INCOMPLETE) return at
    this.counts.keys++
    if (refused) this.#countRefusal(verb, memo[memoAt + MEMO_HEAD]!)
    return at
  }

  #checkGet(bytes: Buffer, start: number, end: number, memo: Int32Array, memoAt: number): number {
    const count = memo[memoAt + 1]!
    let at = start
    let hits = 0
    for (let i = 0; i < count && bytes[at] !== LETTER_E; i++) {
      const key = memo[memoAt + MEMO_HEAD + i]!
      const name = at + VALUE.length
      const nameEnd = name + this.#names.length
      if (end <= nameEnd) {
        // Whatever it will be, it begins like a hit.
        expectBytes(VALUE, bytes, at, end)
        return INCOMPLETE
      }
      // Another key's header: this key is missing, and the header is compared with the next one.
      if (this.#names.match(key, bytes, name, end) === -1 || bytes[nameEnd] !== BLANK) continue
      if (!beginsWith(VALUE, bytes, at, end)) throw wrongReply('"VALUE "', bytes, at, end)
      const length = this.#values.length(key)
      const value = this.#checkTail(length, bytes, nameEnd, end)
      if (value === INCOMPLETE) return INCOMPLETE
      const valueEnd = value + length
      if (end < valueEnd + LINE_END.length) return INCOMPLETE
      if (!this.#values.matches(key, bytes, value)) {
        const expected = quote(this.#values.bytes(key), 0, length)
        throw wrongReply(`the value of key ${key}, ${expected}`, bytes, value, valueEnd)
      }
      at = expectBytes(LINE_END, bytes, valueEnd, end)
      hits++
    }
    at = expectBytes(END, bytes, at, end)
    if (at === INCOMPLETE) return INCOMPLETE
    this.counts.keys += count
    this.counts.misses += count - hits
    return at
  }

  /** Flags and length behind the key in a header. */
  #checkTail(length: number, bytes: Buffer, start: number, end: number): number {
    const tail = this.#tail
    if (length !== this.#tailLength) {
      FLAGS.copy(tail)
      const digitsEnd = writeDecimal(tail, FLAGS.length, length)
      LINE_END.copy(tail, digitsEnd)
      this.#tailEnd = digitsEnd + LINE_END.length
      this.#tailLength = length
    }
    const size = this.#tailEnd
    const arrived = Math.min(size, end - start)
    for (let i = 0; i < arrived; i++) {
      if (bytes[start + i] !== tail[i]) throw wrongReply(quote(tail, 0, size), bytes, start, end)
    }
    return arrived === size ? start + size : INCOMPLETE
  }

  #checkDone(verb: number, key: number, bytes: Buffer, start: number, end: number): number {
    switch (verb) {
      case Verb.Delete:
        return expectBytes(DELETED, bytes, start, end)
      case Verb.Touch:
        return expectBytes(TOUCHED, bytes, start, end)
      case Verb.Incr:
      case Verb.Decr:
        return this.#counters.check(verb, key, bytes, start, end)
      default:
        return expectBytes(STORED, bytes, start, end)
    }
  }

  #countRefusal(verb: number, key: number): void {
    if (verb === Verb.Add) {
      this.counts.refused++
      return
    }
    this.counts.misses++
    if (verb === Verb.Incr || verb === Verb.Decr) this.#counters.missing(key)
  }
}

/** What the server says where it rightly does not do what `verb` asks. */
function refusalOf(verb: number): Buffer {
  switch (verb) {
    case Verb.Set:
    case Verb.SetCounter:
      return STORED
    case Verb.Add:
    case Verb.Replace:
      return NOT_STORED
    default:
      return NOT_FOUND
  }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
