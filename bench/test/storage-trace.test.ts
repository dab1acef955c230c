import { describe, expect, it } from 'vitest'
import { type Entry, type Item, Status } from '@pelikan/core'
import { Random } from '@pelikan/loadgen'
import { SegStorage } from '@pelikan/storage-seg'
import { keySequence, KeySpace, VALUE_BYTES } from '../storage/key-space.ts'
import { logNormal } from '../storage/log-normal.ts'
import { NUMBER_KEY_BYTES, readNumberKey, writeNumberKey } from '../storage/number-key.ts'
import { wholeSeconds } from '../storage/replay-memcached.ts'
import { replay, TraceClock, WARM_UP_SHARE } from '../storage/replay.ts'
import { Trace, TRACE_KEY_BYTES, type TraceOptions, TTL_MIX } from '../storage/trace.ts'

const OPTIONS: TraceOptions = {
  keys: 20_000,
  requests: 100_000,
  seconds: 100,
  zipfExponent: 1,
  medianBytes: 200,
  sigma: 1,
  seed: 1,
}

describe('log-normal sizes', () => {
  it('have the median and the spread that were asked for', () => {
    const size = logNormal(200, 1, new Random(3))
    const sorted = Float64Array.from({ length: 50_001 }, size).toSorted()
    expect(sorted[25_000]! / 200).toBeCloseTo(1, 1)
    // One standard deviation, 84.1 %, is a factor of e.
    expect(sorted[42_067]! / sorted[25_000]! / Math.E).toBeCloseTo(1, 1)
  })
})

describe('a trace', () => {
  const trace = new Trace(OPTIONS)

  it('comes again with its seed, and not with another', () => {
    const again = new Trace(OPTIONS)
    expect(again.keyOf).toEqual(trace.keyOf)
    expect(again.valueBytes).toEqual(trace.valueBytes)
    expect(again.ttlSeconds).toEqual(trace.ttlSeconds)
    expect(new Trace({ ...OPTIONS, seed: 2 }).keyOf).not.toEqual(trace.keyOf)
  })

  it('asks for its most popular key as often as Zipf says', () => {
    const counts = new Int32Array(OPTIONS.keys)
    for (const key of trace.keyOf) counts[key]!++
    let harmonic = 0
    for (let rank = 1; rank <= OPTIONS.keys; rank++) harmonic += 1 / rank
    const most = counts.reduce((a, b) => Math.max(a, b))
    expect((most / OPTIONS.requests) * harmonic).toBeCloseTo(1, 1)
  })

  it('mixes times to live as the table says', () => {
    expect(TTL_MIX.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    for (const { seconds, share } of TTL_MIX) {
      const have = trace.ttlSeconds.filter((ttl) => ttl === seconds).length
      expect(have / OPTIONS.keys).toBeCloseTo(share, 1)
    }
  })

  it('knows its bytes and its times', () => {
    const sum = trace.valueBytes.reduce((all, bytes) => all + bytes + TRACE_KEY_BYTES, 0)
    expect(trace.payloadBytes).toBe(sum)
    expect(trace.secondsAt(0)).toBe(0)
    expect(trace.secondsAt(OPTIONS.requests)).toBe(OPTIONS.seconds)
  })
})

describe('a replay', () => {
  /** Hits of a cache that forgets nothing but what has expired. */
  function hitsOf(trace: Trace): number {
    const until = new Map<number, number>()
    let hits = 0
    for (const [i, key] of trace.keyOf.entries()) {
      const tick = Math.floor(trace.secondsAt(i) * 10)
      if ((until.get(key) ?? -1) > tick) {
        if (i >= trace.requests * WARM_UP_SHARE) hits++
      } else {
        until.set(key, tick + trace.ttlSeconds[key]! * 10)
      }
    }
    return hits
  }

  it('hits whatever was written and has not expired, where all of it fits', () => {
    const trace = new Trace(OPTIONS)
    const clock = new TraceClock()
    const storage = new SegStorage({ heapBytes: 64 * 2 ** 20, clock, seed: 1 })
    const result = replay(trace, storage, clock)
    expect(result).toEqual({
      requests: OPTIONS.requests * (1 - WARM_UP_SHARE),
      hits: hitsOf(trace),
      refused: 0,
      lagSeconds: 0,
    })
  })

  it('ends where a storage gives the value of another key', () => {
    const clock = new TraceClock()
    const storage = new SegStorage({ heapBytes: 64 * 2 ** 20, clock, seed: 1 })
    const set = storage.set.bind(storage)
    storage.set = (entry: Entry): Status => {
      entry.value[0]! ^= 1
      return set(entry)
    }
    expect(() => replay(new Trace(OPTIONS), storage, clock)).toThrow('strictly equal')
  })

  it('counts what was refused', () => {
    const clock = new TraceClock()
    const storage = new SegStorage({ heapBytes: 64 * 2 ** 20, clock, seed: 1 })
    storage.get = (): Item | undefined => undefined
    storage.set = () => Status.NoSpace
    const { hits, refused } = replay(new Trace(OPTIONS), storage, clock)
    expect({ hits, refused }).toEqual({ hits: 0, refused: OPTIONS.requests })
  })
})

describe('whole seconds', () => {
  it.each([2, 2.3, 12, 60.5])('let an item live for %d s on average', (seconds) => {
    const random = new Random(5)
    let sum = 0
    const draws = 20_000
    // The server's clock has whole seconds: it lives half a second less than it is told, on average.
    for (let i = 0; i < draws; i++) sum += wholeSeconds(seconds, random) - 0.5
    expect(sum / draws).toBeCloseTo(seconds, 1)
  })
})

describe('number keys', () => {
  it.each([0, 7, 1_699_999, 13_421_773])('are read as they were written: %d', (number) => {
    const bytes = Buffer.alloc(NUMBER_KEY_BYTES + 2)
    expect(writeNumberKey(number, bytes, 1)).toBe(NUMBER_KEY_BYTES + 1)
    expect(bytes.toString('latin1', 1, NUMBER_KEY_BYTES + 1)).toBe(
      String(number).padStart(NUMBER_KEY_BYTES, '0'),
    )
    expect(readNumberKey(bytes, 1)).toBe(number)
  })
})

describe('a key space', () => {
  it('names its keys, and has a value for each', () => {
    const space = new KeySpace(5000)
    expect(space.names()[4999]).toBe('0000000000004999')
    expect(space.valueAt(4999) + VALUE_BYTES).toBeLessThanOrEqual(space.values.length)
  })

  it.each(['uniform', 'zipf'] as const)('is asked in the same %s order again', (distribution) => {
    const sequence = keySequence(distribution, 5000, 1000, 1)
    expect(keySequence(distribution, 5000, 1000, 1)).toEqual(sequence)
    expect(sequence.every((key) => key >= 0 && key < 5000)).toBe(true)
  })
})
