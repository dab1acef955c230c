import { describe, expect, it } from 'vitest'
import { begin, seconds } from './begin.ts'

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
