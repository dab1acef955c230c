/**
 * Writes the requests of a memcache load.
 *
 * @module
 */
import { NO_MORE, type RequestSource } from './codec.ts'
import { type KeyChoice, uniformKeys, zipfKeys } from './key-choice.ts'
import { type MemcacheData, MemoKind } from './memcache-load.ts'

const GET = Buffer.from('get', 'latin1')
const SET = Buffer.from('set', 'latin1')
const CR = 13
const LF = 10

export class MemcacheRequests {
  /** Most bytes in a request. */
  readonly maxBytes: number
  readonly #data: MemcacheData
  readonly #choice: KeyChoice
  /** What follows the key of a set: flags, exptime, length, line end. */
  readonly #setTail: Buffer

  constructor(data: MemcacheData) {
    const { keys, load, random } = data
    this.#data = data
    this.#choice =
      load.zipf > 0 ? zipfKeys(load.keys, load.zipf, random) : uniformKeys(load.keys, random)
    this.#setTail = Buffer.from(` 0 0 ${load.valueBytes}\r\n`, 'latin1')
    const set = SET.length + keys.maxBytes + this.#setTail.length + load.valueBytes + 2
    this.maxBytes = Math.max(set, GET.length + load.multiget * keys.maxBytes + 2)
  }

  /** A set of every key, in order. */
  fill(): RequestSource {
    let key = 0
    return {
      write: (out, at, memo, memoAt) =>
        key < this.#data.load.keys ? this.#set(key++, out, at, memo, memoAt) : NO_MORE,
    }
  }

  /** Gets and sets in the proportion of the load, without an end. */
  mixed(): RequestSource {
    const { load, random } = this.#data
    return {
      write: (out, at, memo, memoAt) =>
        load.gets === 1 || random.fraction() < load.gets
          ? this.#get(out, at, memo, memoAt)
          : this.#set(this.#choice.next(), out, at, memo, memoAt),
    }
  }

  #get(out: Buffer, at: number, memo: Int32Array, memoAt: number): number {
    const count = this.#data.load.multiget
    memo[memoAt] = MemoKind.Get
    let to = append(GET, out, at)
    for (let i = 1; i <= count; i++) {
      const key = this.#choice.next()
      memo[memoAt + i] = key
      to = this.#data.keys.write(key, out, to)
    }
    return endLine(out, to)
  }

  #set(key: number, out: Buffer, at: number, memo: Int32Array, memoAt: number): number {
    memo[memoAt] = MemoKind.Set
    const keyEnd = this.#data.keys.write(key, out, append(SET, out, at))
    return endLine(out, this.#data.writeValue(key, out, append(this.#setTail, out, keyEnd)))
  }
}

function append(bytes: Buffer, out: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) out[at + i] = bytes[i]!
  return at + bytes.length
}

function endLine(out: Buffer, at: number): number {
  out[at] = CR
  out[at + 1] = LF
  return at + 2
}
