/**
 * Writes the requests of a memcache load.
 *
 * ```text
 *   memo   [ verb | keys in it | key | key | ... ]
 * ```
 *
 * @module
 */
import { writeDecimal } from '@pelikan/buffer'
import { NO_MORE, type RequestSource, type Share } from '../protocol/codec.ts'
import { Random } from '../random.ts'
import type { Counters } from './counters.ts'
import { type KeyChoice, chooseKeys } from './key-choice.ts'
import type { KeyNames } from './key-names.ts'
import type { MemcacheLoad } from './memcache-load.ts'
import { MixChoice, VERBS, Verb } from './mix.ts'
import type { Values } from './values.ts'

/** Integers in a memo before its keys. */
export const MEMO_HEAD = 2

const COMMANDS: readonly Buffer[] = Object.entries(VERBS)
  .toSorted(([, a], [, b]) => a - b)
  .map(([name]) => Buffer.from(name, 'latin1'))
const SET = COMMANDS[Verb.Set]!
const ZERO_VALUE = Buffer.from('0', 'latin1')
const BY_ONE = Buffer.from(' 1', 'latin1')
const FLAGS = Buffer.from(' 0 ', 'latin1')
const BLANK = 32
const CR = 13
const LF = 10
/** The longest command and everything around key and value: flags, time to live, length, line ends. */
const MAX_AROUND = 64

export class MemcacheRequests {
  /** Most bytes in a request. */
  readonly maxBytes: number
  /** Most keys in a request. */
  readonly maxKeys: number
  readonly #load: MemcacheLoad
  readonly #share: Share
  readonly #names: KeyNames
  readonly #values: Values
  readonly #counters: Counters
  readonly #random: Random
  readonly #keys: KeyChoice
  readonly #mix: MixChoice

  constructor(
    load: MemcacheLoad,
    share: Share,
    names: KeyNames,
    values: Values,
    counters: Counters,
  ) {
    this.#load = load
    this.#share = share
    this.#names = names
    this.#values = values
    this.#counters = counters
    this.#random = new Random(load.seed + share.thread)
    this.#keys = chooseKeys(load.keys, load.zipf, this.#random)
    this.#mix = new MixChoice(load.mix, this.#random)
    this.maxKeys = Math.max(...load.mix.map(({ keys }) => keys))
    this.maxBytes =
      MAX_AROUND + Math.max(this.maxKeys * names.length, counters.names.length + values.maxLength)
  }

  /** This thread's share of all keys and all counters, each stored once. */
  fill(): RequestSource {
    const { thread, threads } = this.#share
    const all = this.#load.keys + this.#counters.count
    let next = thread
    return {
      write: (_connection, out, at, memo, memoAt) => {
        if (next >= all) return NO_MORE
        const key = next
        next += threads
        const counter = key - this.#load.keys
        return counter < 0
          ? this.#store(Verb.Set, key, out, at, memo, memoAt)
          : this.#storeCounter(counter, out, at, memo, memoAt)
      },
    }
  }

  /** The commands of the mix in their proportion, without an end. */
  mixed(): RequestSource {
    const { mix } = this.#load
    const verbs = Int32Array.from(mix, ({ command }) => VERBS[command])
    const keys = Int32Array.from(mix, (part) => part.keys)
    return {
      write: (connection, out, at, memo, memoAt) => {
        const part = this.#mix.next()
        const verb = verbs[part]!
        if (verb === Verb.Get) return this.#get(keys[part]!, out, at, memo, memoAt)
        const key = this.#keys.next()
        if (verb === Verb.Delete || verb === Verb.Touch) {
          return this.#name(verb, key, out, at, memo, memoAt)
        }
        if (verb === Verb.Incr || verb === Verb.Decr) {
          return this.#count(verb, this.#counters.of(key, connection), out, at, memo, memoAt)
        }
        return this.#store(verb, key, out, at, memo, memoAt)
      },
    }
  }

  #get(count: number, out: Buffer, at: number, memo: Int32Array, memoAt: number): number {
    memo[memoAt] = Verb.Get
    memo[memoAt + 1] = count
    let to = append(COMMANDS[Verb.Get]!, out, at)
    for (let i = 0; i < count; i++) {
      const key = this.#keys.next()
      memo[memoAt + MEMO_HEAD + i] = key
      to = this.#names.write(key, out, to)
    }
    return endLine(out, to)
  }

  /** `delete` and `touch`: a key, and for the second a time to live. */
  #name(
    verb: number,
    key: number,
    out: Buffer,
    at: number,
    memo: Int32Array,
    memoAt: number,
  ): number {
    note(verb, key, memo, memoAt)
    let to = this.#names.write(key, out, append(COMMANDS[verb]!, out, at))
    if (verb === Verb.Touch) {
      out[to] = BLANK
      to = writeDecimal(out, to + 1, this.#ttl())
    }
    return endLine(out, to)
  }

  #count(
    verb: number,
    counter: number,
    out: Buffer,
    at: number,
    memo: Int32Array,
    memoAt: number,
  ): number {
    note(verb, counter, memo, memoAt)
    const nameEnd = this.#counters.names.write(counter, out, append(COMMANDS[verb]!, out, at))
    return endLine(out, append(BY_ONE, out, nameEnd))
  }

  #store(
    verb: number,
    key: number,
    out: Buffer,
    at: number,
    memo: Int32Array,
    memoAt: number,
  ): number {
    note(verb, key, memo, memoAt)
    const nameEnd = this.#names.write(key, out, append(COMMANDS[verb]!, out, at))
    const line = this.#endHead(out, nameEnd, this.#values.length(key))
    return endLine(out, this.#values.write(key, out, line))
  }

  #storeCounter(
    counter: number,
    out: Buffer,
    at: number,
    memo: Int32Array,
    memoAt: number,
  ): number {
    note(Verb.SetCounter, counter, memo, memoAt)
    const nameEnd = this.#counters.names.write(counter, out, append(SET, out, at))
    return endLine(out, append(ZERO_VALUE, out, this.#endHead(out, nameEnd, ZERO_VALUE.length)))
  }

  /** What follows the key of a storage command: flags, time to live, length, line end. */
  #endHead(out: Buffer, at: number, length: number): number {
    const ttlEnd = writeDecimal(out, append(FLAGS, out, at), this.#ttl())
    out[ttlEnd] = BLANK
    return endLine(out, writeDecimal(out, ttlEnd + 1, length))
  }

  #ttl(): number {
    const { max, min } = this.#load.ttl
    return max === min ? min : min + this.#random.below(max - min + 1)
  }
}

function note(verb: number, key: number, memo: Int32Array, memoAt: number): void {
  memo[memoAt] = verb
  memo[memoAt + 1] = 1
  memo[memoAt + MEMO_HEAD] = key
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
