/**
 * A trace through a storage in this process, on the trace's clock: no time passes but what the trace
 * says, so the same trace always gives the same hits.
 *
 * @module
 */
import { equal } from 'node:assert/strict'
import {
  Entry,
  type Clock,
  type KeyValueStorage,
  Status,
  type Tick,
  TICKS_PER_SECOND,
} from '@pelikan/core'
import { NUMBER_KEY_BYTES, writeNumberKey } from './number-key.ts'
import type { Trace } from './trace.ts'

export interface ReplayResult {
  /** Of the requests after the warm-up. */
  readonly requests: number
  readonly hits: number
  /** Sets that found no room. */
  readonly refused: number
  /** The most real seconds that it was behind its schedule; 0 where time is the trace's own. */
  readonly lagSeconds: number
}

/** The part of a trace that fills the cache and is not counted. */
export const WARM_UP_SHARE = 0.5

export class TraceClock implements Clock {
  now: Tick = 1
  readonly unixSeconds = 0

  refresh(): void {}
}

/** @throws AssertionError where a hit has the value of another key, or one whose time is over */
export function replay(trace: Trace, storage: KeyValueStorage, clock: TraceClock): ReplayResult {
  const { keyOf, requests, ttlSeconds, valueBytes } = trace
  const firstCounted = Math.floor(requests * WARM_UP_SHARE)
  const key = Buffer.alloc(NUMBER_KEY_BYTES)
  const entry = new Entry()
  entry.key = key
  entry.keyEnd = key.length
  entry.value = Buffer.alloc(valueBytes.reduce((most, bytes) => Math.max(most, bytes)))
  let hits = 0
  let refused = 0
  let expiredAt = 0
  for (let i = 0; i < requests; i++) {
    const second = trace.secondsAt(i)
    clock.now = 1 + Math.floor(second * TICKS_PER_SECOND)
    if (second - expiredAt >= 1) {
      expiredAt = second
      storage.expire(clock.now)
    }
    const number = keyOf[i]!
    writeNumberKey(number, key, 0)
    const item = storage.get(key, 0, NUMBER_KEY_BYTES)
    if (item !== undefined) {
      equal(item.end - item.start, valueBytes[number])
      equal(item.bytes.readInt32LE(item.start), number)
      equal(item.deadline > clock.now, true)
      storage.release(item)
      if (i >= firstCounted) hits++
      continue
    }
    entry.value.writeInt32LE(number)
    entry.valueEnd = valueBytes[number]!
    entry.deadline = clock.now + ttlSeconds[number]! * TICKS_PER_SECOND
    if (storage.set(entry) !== Status.Ok) refused++
  }
  return { requests: requests - firstCounted, hits, refused, lagSeconds: 0 }
}
