/**
 * Gets of one key in a dialect that the load generator does not speak itself: what differs between
 * dialects is bytes around keys and values.
 *
 * @module
 */
import {
  type Codec,
  type Counts,
  type KeyChoice,
  INCOMPLETE,
  type MemcacheLoad,
  NO_MORE,
  type Probe,
  Random,
  type RequestSource,
  type Share,
  Values,
  chooseKeys,
  expectBytes,
} from '@pelikan/loadgen'

/** The bytes of a dialect, for keys of `KEY_BYTES` and values of one length. */
export interface Dialect {
  readonly probe: Probe
  /** Around the key of a get. */
  readonly get: readonly [front: Buffer, back: Buffer]
  /** Around the value of a hit; `unknown` bytes in between may be anything, such as a cas token. */
  readonly hit: {
    readonly front: Buffer
    readonly unknown: number
    readonly back: readonly Buffer[]
  }
  /** Around key and value of a set. */
  readonly set: readonly [front: Buffer, middle: Buffer, back: Buffer]
  /** The answer to a set, without the `storedUnknown` bytes at its end. */
  readonly stored: Buffer
  readonly storedUnknown: number
}

/** `k` and seven digits. */
export const KEY_BYTES = 8
const ZERO = 48

/** What a memo says. */
const GET = 0
const SET = 1

export class GetCodec implements Codec {
  readonly probe: Probe
  readonly memoLength = 2
  readonly maxRequestBytes: number
  readonly counts: Counts = { keys: 0, misses: 0, refused: 0 }
  readonly requests: RequestSource
  readonly #dialect: Dialect
  readonly #load: MemcacheLoad
  readonly #share: Share
  readonly #values: Values

  constructor(dialect: Dialect, load: MemcacheLoad, share: Share) {
    const { get, set } = dialect
    this.probe = dialect.probe
    this.#dialect = dialect
    this.#load = load
    this.#share = share
    this.#values = new Values(load.values, load.keys)
    this.maxRequestBytes = sum([...get, ...set]) + KEY_BYTES + this.#values.maxLength
    const keys = chooseKeys(load.keys, load.zipf, new Random(load.seed + share.thread))
    this.requests = this.#gets(keys)
  }

  forget(): void {}

  fill(): RequestSource {
    const { thread, threads } = this.#share
    const [front, middle, back] = this.#dialect.set
    let next = thread
    return {
      write: (_connection, out, at, memo, memoAt) => {
        if (next >= this.#load.keys) return NO_MORE
        const key = next
        next += threads
        memo[memoAt] = SET
        memo[memoAt + 1] = key
        const head = append(middle, out, writeKey(key, out, append(front, out, at)))
        return append(back, out, this.#values.write(key, out, head))
      },
    }
  }

  check(bytes: Buffer, start: number, end: number, memo: Int32Array, memoAt: number): number {
    return memo[memoAt] === GET
      ? this.#checkHit(memo[memoAt + 1]!, bytes, start, end)
      : this.#checkStored(bytes, start, end)
  }

  #gets(keys: KeyChoice): RequestSource {
    const [front, back] = this.#dialect.get
    return {
      write: (_connection, out, at, memo, memoAt) => {
        const key = keys.next()
        memo[memoAt] = GET
        memo[memoAt + 1] = key
        return append(back, out, writeKey(key, out, append(front, out, at)))
      },
    }
  }

  /** Every key is there: the servers that are compared have room for all. */
  #checkHit(key: number, bytes: Buffer, start: number, end: number): number {
    const { back, front, unknown } = this.#dialect.hit
    const [middle, last] = back as [Buffer, Buffer]
    const length = this.#values.length(key)
    const value = start + front.length + unknown + middle.length
    if (end < value + length + last.length) return INCOMPLETE
    expectBytes(front, bytes, start, end)
    expectBytes(middle, bytes, start + front.length + unknown, end)
    if (!this.#values.matches(key, bytes, value)) {
      expectBytes(this.#values.bytes(key), bytes, value, value + length)
    }
    this.counts.keys++
    return expectBytes(last, bytes, value + length, end)
  }

  #checkStored(bytes: Buffer, start: number, end: number): number {
    const { stored, storedUnknown } = this.#dialect
    const at = expectBytes(stored, bytes, start, end)
    return at === INCOMPLETE || at + storedUnknown > end ? INCOMPLETE : at + storedUnknown
  }
}

function writeKey(key: number, out: Buffer, at: number): number {
  out[at] = 107
  for (let i = at + KEY_BYTES - 1, rest = key; i > at; i--) {
    const quotient = (rest / 10) | 0
    out[i] = ZERO + rest - quotient * 10
    rest = quotient
  }
  return at + KEY_BYTES
}

function append(bytes: Buffer, out: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) out[at + i] = bytes[i]!
  return at + bytes.length
}

function sum(parts: readonly Buffer[]): number {
  return parts.reduce((bytes, part) => bytes + part.length, 0)
}
