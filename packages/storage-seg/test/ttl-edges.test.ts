/** Both ends of every TTL bucket: the times at which what is in it is seen, whatever became of its segment. */
import { describe, expect, it } from 'vitest'
import { ttlBucket, ttlBucketEnd } from '@pelikan/storage-seg'
import { begin, entryOf, read, seconds } from './begin.ts'

interface Edges {
  readonly bucket: number
  /** Seconds, the shortest and the longest TTL of the bucket. */
  readonly ttls: readonly [shortest: number, longest: number]
}

/** Every bucket that a TTL has; the first 16 of each tier but the first have none. */
function everyBucket(): Edges[] {
  const edges: Edges[] = []
  let shortest = 1
  for (let bucket = 0; bucket < 1024; bucket++) {
    if (bucket >= 256 && bucket % 256 < 16) continue
    // The last one has no end; this is a year more.
    const end = bucket === 1023 ? shortest + 365 * 86_400 : ttlBucketEnd(bucket)
    edges.push({ bucket, ttls: [shortest, end - 1] })
    shortest = end
  }
  return edges
}

const BUCKETS = everyBucket()

describe('both ends of every TTL bucket', () => {
  it('are of that bucket', () => {
    expect(BUCKETS.length).toBe(256 + 3 * 240)
    for (const { bucket, ttls } of BUCKETS) expect(ttls.map(ttlBucket)).toEqual([bucket, bucket])
  })

  it('are kept together, and each is seen exactly while now < stored + ttl', () => {
    const { clock, seg, count } = begin({ segments: 4096, segmentBytes: 64, hashPower: 12 })
    const items = BUCKETS.flatMap(({ ttls }) =>
      ttls.map((ttl) => ({ key: `${ttl}`, deadline: clock.now + seconds(ttl) })),
    )
    for (const { key, deadline } of items) expect(seg.set(entryOf(key, 4, deadline))).toBe(0)
    const { buckets } = seg.inspect()
    expect(buckets.map(({ bucket }) => bucket)).toEqual(BUCKETS.map(({ bucket }) => bucket))
    expect(buckets.every(({ segments }) => segments.length === 1)).toBe(true)
    let left = items.length
    for (const { key, deadline } of items) {
      clock.advanceTicks(deadline - 1 - clock.now)
      seg.expire(clock.now)
      expect([key, read(seg, key)]).toEqual([key, true])
      clock.advanceTicks(1)
      expect([key, read(seg, key)]).toEqual([key, false])
      seg.expire(clock.now)
      left--
      if (left % 100 === 0) seg.check()
    }
    expect([count('itemCurrent'), count('segmentFree'), count('itemEvict')]).toEqual([0, 4096, 0])
  })

  it('are seen exactly as long after merges, where these keep them', () => {
    let merges = 0
    let survivors = 0
    for (const { bucket, ttls } of BUCKETS) {
      // What ends within 20 seconds is left to expire.
      if (ttls[1] < 25) continue
      const { clock, seg, count } = begin({
        eviction: 'merge',
        segments: 8,
        segmentBytes: 512,
        hashPower: 6,
      })
      const stored = clock.now
      // Nine fill a segment: one that ends early is merged with one that ends late.
      const edgeOf = (i: number) => (Math.floor(i / 9) % 2) as 0 | 1
      const deadlineOf = (i: number) => stored + seconds(ttls[edgeOf(i)])
      const keys = Array.from({ length: 7 * 9 }, (_, i) => `k${i}`)
      for (const [i, key] of keys.entries()) seg.set(entryOf(key, 40, deadlineOf(i)))
      expect(seg.inspect().buckets.map((view) => view.bucket)).toEqual([bucket])
      const hot = keys.filter((_, i) => i % 5 === 0)
      for (let second = 0; second < 3; second++) {
        clock.advance(1)
        for (const key of hot) read(seg, key)
      }
      for (let i = 0; count('segmentMerge') === 0 && i < 100; i++) {
        seg.set(entryOf(`more${i}`, 40, clock.now + seconds(ttls[1])))
      }
      seg.check()
      merges += count('segmentMerge')
      const there = new Set(keys.filter((key) => read(seg, key)))
      survivors += there.size
      for (const at of [0, 1] as const) {
        const mine = keys.filter((key, i) => edgeOf(i) === at && there.has(key))
        expect(mine.length).toBeGreaterThan(0)
        clock.advanceTicks(stored + seconds(ttls[at]) - 1 - clock.now)
        seg.expire(clock.now)
        expect([bucket, mine.filter((key) => !read(seg, key))]).toEqual([bucket, []])
        clock.advanceTicks(1)
        expect([bucket, mine.filter((key) => read(seg, key))]).toEqual([bucket, []])
      }
    }
    expect(merges).toBeGreaterThanOrEqual(BUCKETS.length - 4)
    expect(survivors).toBeGreaterThan(20 * BUCKETS.length)
  })
})
