import { NEVER, SegmentKind } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { begin, entryOf, seconds } from './begin.ts'

describe('inspect', () => {
  it('shows segments and buckets', () => {
    const { clock, seg, subject } = begin({ segments: 4 })
    subject.set('a', 'x', { deadline: subject.in(seconds(60)) })
    subject.set('b', 'x')
    subject.set('b', 'longer')
    clock.advance(2)
    const { buckets, segments, table } = seg.inspect()
    expect(buckets.map(({ bucket, ttlEnd }) => [bucket, ttlEnd])).toEqual([
      [7, 64],
      [1024, Infinity],
    ])
    expect(segments.map(({ state }) => state)).toEqual(['live', 'live', 'free', 'free'])
    expect(segments[1]).toMatchObject({
      bucket: 1024,
      liveItems: 1,
      deadItems: 1,
      liveBytes: 16,
      deadBytes: 12,
      age: 20,
      lastDeadline: undefined,
    })
    expect(segments[0]?.lastDeadline).toBe(1 + seconds(60))
    expect(table.slots).toBe((512 + 512) * 7)
  })
})

describe('the map of segments', () => {
  it('shows what each holds, and sums by time to live', () => {
    const { clock, seg, subject } = begin({ segments: 4 })
    subject.set('a', 'x', { deadline: subject.in(seconds(60)) })
    subject.set('b', 'x')
    subject.set('b', 'longer')
    clock.advance(2)
    const { segments } = seg.inspect()
    const map = seg.segmentMap()
    expect(map).toMatchObject({ count: 4, step: 1, free: 2, staging: 0, merged: [] })
    expect(map.buckets).toEqual([7, 1024, SegmentKind.Free, SegmentKind.Free])
    expect(map.left).toEqual([58, -1, -1, -1])
    const percent = (bytes: number): number => Math.round((100 * bytes) / map.segmentBytes)
    expect(map.live).toEqual(segments.map(({ liveBytes }) => percent(liveBytes)))
    expect(map.dead).toEqual(segments.map(({ deadBytes }) => percent(deadBytes)))
    expect(map.ttls).toEqual([
      {
        bucket: 7,
        ttlEnd: 64,
        segments: 1,
        liveItems: 1,
        liveBytes: segments[0].liveBytes,
        deadBytes: 0,
      },
      { bucket: 1024, ttlEnd: null, segments: 1, liveItems: 1, liveBytes: 16, deadBytes: 12 },
    ])
  })

  it('shows an item longer than a segment in all that it has', () => {
    const { seg } = begin({ segments: 8, itemSizeMax: 3 * 4096 })
    seg.set(entryOf('key', 10_000, NEVER))
    const map = seg.segmentMap()
    const free = SegmentKind.Free
    expect(map.buckets).toEqual([1024, 1024, 1024, free, free, free, free, free])
    expect(map.live).toEqual([100, 100, 44, 0, 0, 0, 0, 0])
    expect(map.dead).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(map.ttls).toEqual([
      { bucket: 1024, ttlEnd: null, segments: 3, liveItems: 1, liveBytes: 10_012, deadBytes: 0 },
    ])
  })

  it('marks what a merge has kept', () => {
    const { count, seg } = begin({ segments: 16, eviction: 'merge' })
    for (let key = 0; count('segmentMerge') === 0 && key < 10_000; key++) {
      seg.set(entryOf(`key ${key}`, 100, NEVER))
    }
    const { buckets, merged } = seg.segmentMap()
    expect(merged).toHaveLength(1)
    expect(buckets[merged[0]]).toBe(1024)
  })

  it('shows at most 4096, evenly, and sums all of them', () => {
    const { seg } = begin({ segments: 9000 })
    const map = seg.segmentMap()
    expect(map).toMatchObject({ count: 9000, step: 3, free: 9000 })
    for (const column of [map.buckets, map.live, map.dead, map.left]) {
      expect(column).toHaveLength(3000)
    }
  })
})
