import { describe, expect, it } from 'vitest'
import { begin, entryOf, POLICIES, read } from './begin.ts'

describe('flush', () => {
  it('drops what was flushed with its segments, and keeps what is arriving', () => {
    const { subject, count } = begin()
    for (let i = 0; i < 100; i++) subject.set(`${i}`, 'x'.repeat(100))
    const reservation = subject.reserve('new', 3)
    subject.flush(subject.in(0))
    subject.expire()
    // What is arriving is an item, in a segment.
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([1, 63])
    expect(count('itemFlush')).toBe(100)
    if (typeof reservation !== 'number') throw new Error(reservation)
    subject.write(reservation, 'abc')
    subject.set('new', '', { reservation })
    expect(subject.get('new')?.value).toBe('abc')
    expect(count('segmentFree')).toBe(63)
  })

  it('flushes at ticks before the first', () => {
    for (const at of [0, -1]) {
      const { subject } = begin()
      subject.set('a', 'x')
      subject.flush(at)
      expect(subject.get('a')).toBeUndefined()
    }
  })

  it.each(POLICIES)('takes everything of before, and nothing of after, under %s', (eviction) => {
    const { clock, seg, subject } = begin({ eviction, segments: 16, segmentBytes: 1024 })
    for (const delay of [0, 7]) {
      for (let i = 0; i < 60; i++) seg.set(entryOf(`old-${i}`, 150, 0))
      subject.flush(subject.in(delay))
      if (delay > 0) {
        clock.advanceTicks(delay - 1)
        expect(read(seg, 'old-59')).toBe(true)
        seg.set(entryOf('between', 150, 0))
        clock.advanceTicks(1)
      }
      const held = Array.from({ length: 60 }, (_, i) => `old-${i}`).filter((key) => read(seg, key))
      expect(held).toEqual([])
      expect(read(seg, 'between')).toBe(false)
      // As many as there is room for beside what is dead: the room is used again.
      for (let i = 0; i < 30; i++) expect(seg.set(entryOf(`new-${i}`, 150, 0))).toBe(0)
      expect(read(seg, 'new-29')).toBe(true)
      seg.check()
      seg.clear()
    }
  })
})
