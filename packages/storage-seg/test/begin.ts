/**
 * A storage to try things on: small, on a clock that the test holds, with its counters at hand.
 *
 * @module
 */
import { Entry } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { SegStorage, segMetrics, type Eviction, type SegOptions } from '@pelikan/storage-seg'

export const EVICTING: readonly Eviction[] = [
  'random',
  'random-fifo',
  'fifo',
  'cte',
  'util',
  'merge',
  's3-fifo',
]
export const POLICIES: readonly Eviction[] = ['none', ...EVICTING]

/** By default 64 segments of 4 KiB, evicted only when they are needed. */
export function begin(options: Partial<SegOptions> = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics([segMetrics])
  const seg = new SegStorage({
    heapBytes: 1,
    segments: 64,
    segmentBytes: 4096,
    hashPower: 12,
    spareSegments: 0,
    eviction: 'random',
    seed: 7,
    clock,
    metrics,
    ...options,
  })
  const count = (name: keyof typeof segMetrics) => metrics.read(segMetrics[name])
  return { clock, seg, subject: new StorageSubject(seg, clock), count }
}

/** Two storages over one memory, by default of 8 segments of 1 KiB: what one thread does between two steps of another. */
export function beginTwo(options: Partial<SegOptions> = {}) {
  const clock = new FakeClock()
  const sizes = { heapBytes: 1, segments: 8, segmentBytes: 1024, hashPower: 8, seed: 7 }
  const seg = new SegStorage({ ...sizes, clock, ...options })
  const other = SegStorage.attach(seg.share(), { clock, seed: 8 })
  return { seg, other, one: new StorageSubject(seg, clock), two: new StorageSubject(other, clock) }
}

/** Ticks of so many seconds. */
export const seconds = (count: number) => count * 10

/** Write without a recount afterwards: for the many. */
export function entryOf(key: string, valueLength: number, deadline: number): Entry {
  const entry = new Entry()
  entry.key = Buffer.from(key)
  entry.keyEnd = entry.key.length
  entry.value = Buffer.alloc(valueLength, 'v')
  entry.valueEnd = valueLength
  entry.deadline = deadline
  return entry
}

/** Read without a recount afterwards; whether the item is there. */
export function read(seg: SegStorage, key: string): boolean {
  const bytes = Buffer.from(key)
  const item = seg.get(bytes, 0, bytes.length)
  return item !== undefined && seg.release(item)
}
