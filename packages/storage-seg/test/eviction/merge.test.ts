import { describe, expect, it } from 'vitest'
import { begin, FOUR, name, names, VALUE } from './fours.ts'

describe('merge', () => {
  it('keeps what is read, and drops what is not', () => {
    const { clock, subject, there, count } = begin({ eviction: 'merge' })
    const all = names(0, 64)
    for (const key of all) subject.set(key, VALUE)
    // One of the four in each segment is read, in three seconds.
    const hot = all.filter((_, i) => i % FOUR === 2)
    for (let second = 0; second < 3; second++) {
      clock.advance(1)
      for (const key of hot) subject.get(key)
    }
    for (const key of names(100, 108)) subject.set(key, VALUE)
    expect(count('segmentMerge')).toBeGreaterThan(0)
    expect(there(hot)).toEqual(hot)
    expect(count('segmentEvictEx')).toBe(0)
  })

  it('frees a segment also where everything is hot', () => {
    const { clock, seg, subject } = begin({ eviction: 'merge' })
    for (let round = 0; round < 20; round++) {
      for (const key of names(round * 64, round * 64 + 64)) {
        expect(subject.set(key, VALUE)).toBe('Ok')
      }
      clock.advance(1)
      for (const key of names(round * 64, round * 64 + 64)) subject.get(key)
    }
    seg.check()
  })

  it('joins two segments that are mostly dead', () => {
    const { subject, there, count } = begin({ eviction: 'merge', compactTarget: 2 })
    for (const key of names(0, 16)) subject.set(key, VALUE)
    expect(count('segmentFree')).toBe(12)
    for (const i of [4, 5, 8, 9]) subject.delete(name(i))
    expect(count('segmentFree')).toBe(13)
    expect(there(names(4, 12))).toEqual(['0006', '0007', '0010', '0011'])
    const never = begin({ eviction: 'merge', compactTarget: 0 })
    for (const key of names(0, 16)) never.subject.set(key, VALUE)
    for (const i of [4, 5, 8, 9]) never.subject.delete(name(i))
    expect(never.count('segmentFree')).toBe(12)
  })
})
