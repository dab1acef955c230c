/**
 * What `incr` and `decr` have to answer. A counter belongs to one connection, on which replies come in
 * the order of requests, so its next value is known, except for the first one of a run.
 *
 * ```text
 *   counter      0   1   2   3   4   5 ...
 *   connection   0   1   2   0   1   2         of three
 * ```
 *
 * @module
 */
import { CR, LF, NOT_DECIMAL, decimalLength, parseDecimal, writeDecimal } from '@pelikan/buffer'
import { INCOMPLETE } from '../protocol/codec.ts'
import { quote, wrongReply } from '../protocol/expect-bytes.ts'
import { KeyNames } from './key-names.ts'
import { Verb } from './mix.ts'

/** Digits of the largest 64-bit number. */
const MAX_DIGITS = 20
const UNKNOWN = -1

export class Counters {
  readonly names: KeyNames
  readonly count: number
  readonly #connections: number
  /** The last value that was seen of each, or {@link UNKNOWN}. */
  readonly #values: Float64Array
  readonly #scratch: Buffer = Buffer.alloc(MAX_DIGITS + 2)

  /** @param keys how many are wanted; 0 for a load without counters */
  constructor(keys: number, connections: number) {
    this.count = Math.ceil(keys / connections) * connections
    this.names = new KeyNames('counter:', this.count)
    this.#connections = connections
    this.#values = new Float64Array(this.count).fill(UNKNOWN)
  }

  /** The counter of `connection` that stands for `key`. */
  of(key: number, connection: number): number {
    return key - (key % this.#connections) + connection
  }

  forget(): void {
    this.#values.fill(UNKNOWN)
  }

  /** `counter` is not there: whoever stores it again decides what it is. */
  missing(counter: number): void {
    this.#values[counter] = UNKNOWN
  }

  /** Check a number and its line end; returns where they end, or INCOMPLETE. */
  check(verb: number, counter: number, bytes: Buffer, start: number, end: number): number {
    const most = Math.min(end, start + MAX_DIGITS + 2)
    let lineFeed = start
    while (lineFeed < most && bytes[lineFeed] !== LF) lineFeed++
    if (lineFeed === most) {
      if (most < end || end - start === MAX_DIGITS + 2) {
        throw wrongReply('a number', bytes, start, end)
      }
      return INCOMPLETE
    }
    const digitsEnd = lineFeed - 1
    const value = parseDecimal(bytes, start, digitsEnd)
    if (bytes[digitsEnd] !== CR || value === NOT_DECIMAL) {
      throw wrongReply('a number', bytes, start, end)
    }
    const last = this.#values[counter]!
    if (last !== UNKNOWN) {
      const expected = verb === Verb.Incr ? last + 1 : Math.max(0, last - 1)
      if (value !== expected || digitsEnd - start !== decimalLength(expected)) {
        const scratch = this.#scratch
        scratch.write('\r\n', writeDecimal(scratch, 0, expected), 'latin1')
        throw wrongReply(quote(scratch, 0, decimalLength(expected) + 2), bytes, start, end)
      }
    }
    this.#values[counter] = value
    return lineFeed + 1
  }
}
