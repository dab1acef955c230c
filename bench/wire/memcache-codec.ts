/**
 * `get` and `set` of the memcache text protocol. Every byte of an answer is compared: the key, flags and
 * length of each header, the value, the line ends. A missing key is no error: caches evict.
 *
 * @module
 */
import {
  type Codec,
  type Counts,
  expectBytes,
  INCOMPLETE,
  type Probe,
  type RequestSource,
  WrongReply,
} from './codec.ts'
import { MemcacheData, type MemcacheLoad, MemoKind } from './memcache-load.ts'
import { MemcacheRequests } from './memcache-requests.ts'

const LF = 10
const LETTER_E = 69
const LINE_END = Buffer.from('\r\n', 'latin1')
const VALUE = Buffer.from('VALUE', 'latin1')
const END = Buffer.from('END\r\n', 'latin1')
const STORED = Buffer.from('STORED\r\n', 'latin1')

export class MemcacheCodec implements Codec {
  readonly probe: Probe = { request: 'version\r\n', reply: 'VERSION ' }
  readonly memoLength: number
  readonly maxRequestBytes: number
  readonly requests: RequestSource
  readonly counts: Counts = { operations: 0, misses: 0 }
  readonly #data: MemcacheData
  readonly #writer: MemcacheRequests
  /** What follows the key in a hit: flags, length, line end. */
  readonly #lengths: Buffer
  /** Most bytes in a hit, without its value. */
  readonly #maxHeaderBytes: number

  constructor(load: MemcacheLoad) {
    this.#data = new MemcacheData(load)
    this.#writer = new MemcacheRequests(this.#data)
    this.#lengths = Buffer.from(` 0 ${load.valueBytes}\r\n`, 'latin1')
    this.#maxHeaderBytes = VALUE.length + this.#data.keys.maxBytes + this.#lengths.length
    this.memoLength = 1 + load.multiget
    this.maxRequestBytes = this.#writer.maxBytes
    this.requests = this.#writer.mixed()
  }

  fill(): RequestSource {
    return this.#writer.fill()
  }

  check(bytes: Buffer, start: number, end: number, memo: Int32Array, memoAt: number): number {
    if (memo[memoAt] === MemoKind.Get) return this.#checkGet(bytes, start, end, memo, memoAt)
    const at = expectBytes(STORED, bytes, start, end)
    if (at !== INCOMPLETE) this.counts.operations++
    return at
  }

  #checkGet(bytes: Buffer, start: number, end: number, memo: Int32Array, memoAt: number): number {
    const { load } = this.#data
    let at = start
    let hits = 0
    for (let i = 1; i <= load.multiget && bytes[at] !== LETTER_E; i++) {
      if (end - at < this.#maxHeaderBytes && !hasLine(bytes, at, end)) return INCOMPLETE
      const key = memo[memoAt + i]!
      const keyEnd = this.#data.keys.match(key, bytes, at + VALUE.length, end)
      // Another key's answer: this one is missing, the header is compared with the next.
      if (keyEnd === -1 || bytes[keyEnd] !== this.#lengths[0]) continue
      expectBytes(VALUE, bytes, at, end)
      const value = expectBytes(this.#lengths, bytes, keyEnd, end)
      const valueEnd = value + load.valueBytes
      if (end < valueEnd + LINE_END.length) return INCOMPLETE
      if (!this.#data.matchValue(key, bytes, value)) {
        throw new WrongReply(`the value of key ${key}`, bytes, value, end)
      }
      at = expectBytes(LINE_END, bytes, valueEnd, end)
      hits++
    }
    at = expectBytes(END, bytes, at, end)
    if (at === INCOMPLETE) return INCOMPLETE
    this.counts.operations += load.multiget
    this.counts.misses += load.multiget - hits
    return at
  }
}

function hasLine(bytes: Buffer, start: number, end: number): boolean {
  const newline = bytes.indexOf(LF, start)
  return newline !== -1 && newline < end
}
