/**
 * A trace through a memcached in real time, `scale` times as fast as the trace's own clock.
 *
 * Times to live are divided by `scale`. memcached counts whole seconds: a time to live of n is between
 * n - 1 and n, by when the item was written. So n is chosen between two neighbours at random, such that
 * the mean is what the trace says. Requests go in batches, each of different keys: a key that comes
 * again within a batch would have been a hit, because the first of them would have written it.
 *
 * @module
 */
import { equal } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '@pelikan/loadgen'
import type { MemcacheClient } from './memcache-client.ts'
import { type ReplayResult, WARM_UP_SHARE } from './replay.ts'
import type { Trace } from './trace.ts'

const BATCH = 200
const PAUSE_MS = 2

/** @throws AssertionError where a hit has the value of another key */
export async function replayInRealTime(
  trace: Trace,
  client: MemcacheClient,
  scale: number,
): Promise<ReplayResult> {
  const { keyOf, requests, ttlSeconds, valueBytes } = trace
  const firstCounted = Math.floor(requests * WARM_UP_SHARE)
  const value = Buffer.alloc(valueBytes.reduce((most, bytes) => Math.max(most, bytes)))
  const random = new Random(1)
  const numbers = new Int32Array(BATCH)
  /** The keys of the batch: those that were not found yet. */
  const missing = new Set<number>()
  const began = performance.now()
  let hits = 0
  let lag = 0
  for (let i = 0; i < requests;) {
    const due = trace.secondsAt(i) / scale
    let elapsed = (performance.now() - began) / 1000
    for (; elapsed < due; elapsed = (performance.now() - began) / 1000) await sleep(PAUSE_MS)
    lag = Math.max(lag, elapsed - due)

    missing.clear()
    const first = i
    while (i < requests && i - first < BATCH && trace.secondsAt(i) / scale <= elapsed) {
      numbers[missing.size] = keyOf[i]!
      missing.add(keyOf[i]!)
      i++
    }
    const asked = missing.size
    await client.get(numbers, asked, (number, bytes, start, end) => {
      equal(end - start, valueBytes[number])
      equal(bytes.readInt32LE(start), number)
      missing.delete(number)
    })
    if (first >= firstCounted) hits += i - first - missing.size
    for (const number of missing) {
      value.writeInt32LE(number)
      const seconds = wholeSeconds(ttlSeconds[number]! / scale, random)
      client.set(number, seconds, value, 0, valueBytes[number]!)
    }
    await client.flush()
  }
  return { requests: requests - firstCounted, hits, refused: 0, lagSeconds: lag }
}

/** What memcached is to be told, so that an item lives for `seconds` on average. */
export function wholeSeconds(seconds: number, random: Random): number {
  const wanted = seconds + 0.5
  return Math.floor(wanted) + (random.fraction() < wanted % 1 ? 1 : 0)
}
