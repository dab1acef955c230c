/**
 * What one thread counts, in memory that it shares with the main thread: that one reads it for the
 * progress line while it grows, and adds all threads together at the end.
 *
 * Latencies are in buckets whose width grows with the value, as HdrHistogram (Tene) does it: 1024
 * buckets per doubling, so a percentile is at most 0.1 % off, and recording is a shift and an addition.
 *
 * ```text
 *   value   0 .. 2047   2048 .. 4095   4096 .. 8191  ...     in tenths of a microsecond
 *   width   1           2              4
 *   index   0 .. 2047   2048 .. 3071   3072 .. 4095
 *
 *   numbers [ requests | unsent | keys | misses | refused | sum | max | bucket 0 | bucket 1 | ... ]
 * ```
 *
 * @module
 */
import type { Counts } from '../protocol/codec.ts'

const HALF_BITS = 10
const HALF = 1 << HALF_BITS
const BUCKETS = (32 - HALF_BITS) * HALF
const PER_MILLISECOND = 10_000
const PER_MICROSECOND = 10
/** 214 s; longer latencies are counted as that. */
const LONGEST = 0x7fff_ffff

const REQUESTS = 0
const UNSENT = 1
const KEYS = 2
const MISSES = 3
const REFUSED = 4
const SUM = 5
const MAX = 6
const FIRST_BUCKET = 7

export class Recording {
  /** Memory to give to another thread, for its own `Recording`. */
  readonly memory: SharedArrayBuffer
  readonly #numbers: Float64Array

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer((FIRST_BUCKET + BUCKETS) * 8)
    this.#numbers = new Float64Array(this.memory)
  }

  /** Requests that were answered. */
  get requests(): number {
    return this.#numbers[REQUESTS]!
  }

  /** Requests that were due and could not even be sent; latencies count them. */
  get unsent(): number {
    return this.#numbers[UNSENT]!
  }

  get keys(): number {
    return this.#numbers[KEYS]!
  }

  get misses(): number {
    return this.#numbers[MISSES]!
  }

  get refused(): number {
    return this.#numbers[REFUSED]!
  }

  /** The longest latency, in microseconds, exactly; NaN of none. */
  get max(): number {
    return this.#total === 0 ? NaN : this.#numbers[MAX]! / PER_MICROSECOND
  }

  /** The mean latency, in microseconds; NaN of none. */
  get mean(): number {
    return this.#numbers[SUM]! / this.#total / PER_MICROSECOND
  }

  clear(): void {
    this.#numbers.fill(0)
  }

  /** Count a request that took `milliseconds`. */
  record(milliseconds: number): void {
    this.#numbers[REQUESTS]!++
    this.#latency(milliseconds)
  }

  /** Count a request that was due `milliseconds` ago and is given up: it would have taken longer still. */
  recordUnsent(milliseconds: number): void {
    this.#numbers[UNSENT]!++
    this.#latency(milliseconds)
  }

  /** Count what replies said, which were `last` before. */
  count(counts: Counts, last: Counts): void {
    const numbers = this.#numbers
    numbers[KEYS]! += counts.keys - last.keys
    numbers[MISSES]! += counts.misses - last.misses
    numbers[REFUSED]! += counts.refused - last.refused
  }

  /** Add what another one has counted. */
  add(other: Recording): void {
    const numbers = this.#numbers
    const added = other.#numbers
    const max = Math.max(numbers[MAX]!, added[MAX]!)
    for (let i = 0; i < numbers.length; i++) numbers[i]! += added[i]!
    numbers[MAX] = max
  }

  /** @returns microseconds that `share` (such as 0.99) of the requests did not exceed; NaN of none */
  percentile(share: number): number {
    const numbers = this.#numbers
    const wanted = Math.ceil(this.#total * share)
    let seen = 0
    for (let i = 0; i < BUCKETS; i++) {
      const count = numbers[FIRST_BUCKET + i]!
      seen += count
      if (seen >= wanted && count > 0) {
        return Math.min(upperBound(i), numbers[MAX]!) / PER_MICROSECOND
      }
    }
    return NaN
  }

  get #total(): number {
    return this.requests + this.unsent
  }

  #latency(milliseconds: number): void {
    const numbers = this.#numbers
    const value = Math.min(milliseconds * PER_MILLISECOND, LONGEST) | 0
    const shift = Math.max(0, 31 - Math.clz32(value) - HALF_BITS)
    numbers[FIRST_BUCKET + shift * HALF + (value >>> shift)]!++
    numbers[SUM]! += value
    if (value > numbers[MAX]!) numbers[MAX] = value
  }
}

/** The largest value that falls into a bucket. */
function upperBound(index: number): number {
  if (index < 2 * HALF) return index
  const shift = (index >>> HALF_BITS) - 1
  return (index - shift * HALF + 1) * 2 ** shift - 1
}
