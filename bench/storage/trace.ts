/**
 * What a cache in front of something slow is asked, made up: popularity after Zipf, sizes after a
 * log-normal distribution, times to live from 10 s to a day. The same options give the same trace.
 *
 * ```text
 *   request i   at i x seconds / requests   for keyOf[i]
 *   key k       valueBytes[k], ttlSeconds[k], which stay
 * ```
 *
 * Who misses writes the value: a write happens where, and only where, a cache has lost or never had the item.
 *
 * @module
 */
import { chooseKeys, Random } from '@pelikan/loadgen'
import { logNormal } from './log-normal.ts'

export interface TraceOptions {
  readonly keys: number
  readonly requests: number
  /** How long it takes on the trace's own clock. */
  readonly seconds: number
  readonly zipfExponent: number
  readonly medianBytes: number
  /** Standard deviation of the logarithm of a size. */
  readonly sigma: number
  readonly seed: number
}

/** Times to live in seconds, with the share of the keys that have them. */
export const TTL_MIX: readonly { readonly seconds: number; readonly share: number }[] = [
  { seconds: 10, share: 0.05 },
  { seconds: 60, share: 0.1 },
  { seconds: 300, share: 0.15 },
  { seconds: 900, share: 0.1 },
  { seconds: 3600, share: 0.25 },
  { seconds: 21_600, share: 0.1 },
  { seconds: 86_400, share: 0.25 },
]

/** Bytes of every key. */
export const TRACE_KEY_BYTES = 16
const VALUE_BYTES_MIN = 8
const VALUE_BYTES_MAX = 64 * 1024

export class Trace {
  readonly seconds: number
  readonly keyOf: Int32Array
  readonly valueBytes: Int32Array
  readonly ttlSeconds: Int32Array

  constructor(options: TraceOptions) {
    const { keys, medianBytes, requests, seed, sigma, zipfExponent } = options
    this.seconds = options.seconds
    const random = new Random(seed)
    const size = logNormal(medianBytes, sigma, random)
    this.valueBytes = Int32Array.from({ length: keys }, () =>
      Math.min(Math.max(Math.round(size()), VALUE_BYTES_MIN), VALUE_BYTES_MAX),
    )
    this.ttlSeconds = Int32Array.from({ length: keys }, () => drawTtl(random.fraction()))
    const choice = chooseKeys(keys, zipfExponent, random)
    this.keyOf = Int32Array.from({ length: requests }, () => choice.next())
  }

  get requests(): number {
    return this.keyOf.length
  }

  /** When request `i` comes. */
  secondsAt(i: number): number {
    return (i * this.seconds) / this.requests
  }

  /** Bytes of all keys and values, without what a cache adds. */
  get payloadBytes(): number {
    return this.valueBytes.reduce((sum, bytes) => sum + bytes + TRACE_KEY_BYTES, 0)
  }
}

function drawTtl(fraction: number): number {
  let left = fraction
  for (const { seconds, share } of TTL_MIX) {
    left -= share
    if (left < 0) return seconds
  }
  return TTL_MIX.at(-1)!.seconds
}
