import { describe, expect, it } from 'vitest'
import { itemSize } from '@pelikan/storage-seg'
import { begin, entryOf, read, seconds } from './begin.ts'

describe('items and segments', () => {
  it('writes a value of the same size in place', () => {
    const { subject, count } = begin()
    subject.set('a', 'one')
    const { cas } = subject.get('a') ?? {}
    subject.set('a', 'two')
    expect(count('itemDead')).toBe(0)
    expect(subject.get('a')?.value).toBe('two')
    expect(subject.get('a')?.cas).not.toBe(cas)
  })

  it('takes 92 bytes for a key of 16 and a value of 64, and what its flags announce', () => {
    const { subject, count } = begin()
    expect(itemSize(16, 64, 0)).toBe(92)
    subject.set('k'.repeat(16), 'v'.repeat(64))
    expect(count('itemCurrentBytes')).toBe(92)
    subject.set('K'.repeat(16), 'v'.repeat(64), { flags: 1, deadline: subject.in(100) })
    expect(count('itemCurrentBytes')).toBe(192)
  })

  it('fills a segment to the last byte, and refuses one more where an item may have no other', () => {
    const { subject } = begin({ itemSizeMax: 4096 - 9 - 4 })
    // Room for a deadline is kept, which a touch may give.
    const most = 4096 - 9 - 1 - 4
    expect(subject.set('a', 'x'.repeat(most))).toBe('Ok')
    expect(subject.get('a')?.value.length).toBe(most)
    expect(subject.set('b', 'x'.repeat(most + 1))).toBe('TooLarge')
    expect(subject.set('b', 'x'.repeat(most), { flags: 1 })).toBe('TooLarge')
    expect(subject.touch('a', subject.in(10))).toBe('Ok')
    expect(subject.get('a')?.value.length).toBe(most)
  })

  it('finds items at the far end of the largest segments, and behind the first GiB', () => {
    const segmentBytes = 4 * 1024 * 1024
    // Each TTL, of the next bucket, opens a segment, while half of them are not in use.
    const { clock, seg } = begin({ segments: 520, segmentBytes })
    const ttl = (i: number) => seconds(i <= 256 ? 8 * i - 1 : 2048 + 128 * (i - 256) - 1)
    for (let i = 1; i < 260; i++) {
      expect(seg.set(entryOf(`a${i}`, 8, clock.now + ttl(i)))).toBe(0)
    }
    expect(seg.inspect().segments.filter(({ state }) => state === 'live').length).toBe(259)
    const size = itemSize(4, 8, 1)
    const big = segmentBytes - size - itemSize(3, 0, 1)
    expect(seg.set(entryOf('big', big, clock.now + ttl(260)))).toBe(0)
    expect(seg.set(entryOf('last', 8, clock.now + ttl(260)))).toBe(0)
    const { liveBytes } = seg.inspect().segments[259]
    expect(liveBytes).toBe(segmentBytes)
    for (const key of ['a1', 'a255', 'a256', 'a259', 'big', 'last'])
      expect(read(seg, key)).toBe(true)
    seg.check()
  })
})
