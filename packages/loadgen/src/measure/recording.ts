/**
 * What one thread counts, in memory that it shares with the main thread: that one reads it for the
 * progress line while it grows, and adds all threads together at the end.
 *
 * Latencies are a histogram of tenths of a microsecond, with 1024 buckets per doubling: a percentile is
 * at most 0.1 % off, and recording is a shift and an addition.
 *
 * ```text
 *   numbers [ requests | unsent | keys | misses | refused | histogram ]
 * ```
 *
 * @module
 */
import { Distribution, Histogram, histogramSlots } from '@pelikan/metrics'
import type { Counts } from '../protocol/codec.ts'

const BITS = 10
/** The histogram's unit; its longest latency is 214 s, and longer ones are counted as that. */
const PER_MILLISECOND = 10_000
const PER_MICROSECOND = 10

const REQUESTS = 0
const UNSENT = 1
const KEYS = 2
const MISSES = 3
const REFUSED = 4
const LATENCIES = 5

export class Recording {
  /** Memory to give to another thread, for its own `Recording`. */
  readonly memory: SharedArrayBuffer
  readonly #numbers: Float64Array
  readonly #histogram: Histogram
  readonly #latencies: Distribution

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer((LATENCIES + histogramSlots(BITS)) * 8)
    this.#numbers = new Float64Array(this.memory)
    const slots = this.#numbers.subarray(LATENCIES)
    this.#histogram = new Histogram(slots, 0, BITS)
    this.#latencies = new Distribution(slots, BITS)
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
    return this.#latencies.max / PER_MICROSECOND
  }

  /** The mean latency, in microseconds; NaN of none. */
  get mean(): number {
    return this.#latencies.mean / PER_MICROSECOND
  }

  clear(): void {
    this.#numbers.fill(0)
  }

  /** Count a request that took `milliseconds`. */
  record(milliseconds: number): void {
    this.#numbers[REQUESTS]!++
    this.#histogram.record(milliseconds * PER_MILLISECOND)
  }

  /** Count a request that was due `milliseconds` ago and is given up: it would have taken longer still. */
  recordUnsent(milliseconds: number): void {
    this.#numbers[UNSENT]!++
    this.#histogram.record(milliseconds * PER_MILLISECOND)
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
    for (let i = 0; i < LATENCIES; i++) numbers[i]! += other.#numbers[i]!
    this.#latencies.add(other.#latencies)
  }

  /** @returns microseconds that `share` (such as 0.99) of the requests did not exceed; NaN of none */
  percentile(share: number): number {
    return this.#latencies.percentile(share) / PER_MICROSECOND
  }
}
