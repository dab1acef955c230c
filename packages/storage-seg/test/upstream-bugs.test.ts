/** What went wrong in Pelikan and must not here: a test for each that a storage can have. */
import { describe, expect, it } from 'vitest'
import { begin, EVICTING, entryOf, read, seconds } from './begin.ts'
import { WeakHash } from './weak-hash.ts'

describe('not as in Pelikan', () => {
  it.each(['007', '+5', ' 7', '7 ', '-0', '1e3', '18446744073709551616', '0x10'])(
    'the value "%s" comes back as it was given',
    (value) => {
      const { subject } = begin()
      subject.set('a', value)
      expect(subject.get('a')?.value).toBe(value)
    },
  )

  it('where the next merge begins is no segment that has gone meanwhile', () => {
    const { clock, seg, count } = begin({
      eviction: 'merge',
      segments: 16,
      segmentBytes: 1024,
      compactTarget: 0,
    })
    let written = 0
    const write = (deadline: number) => {
      const key = String(written++).padStart(4, '0')
      expect(seg.set(entryOf(key, 230, deadline))).toBe(0)
      return key
    }
    for (let round = 0; round < 12; round++) {
      const before = count('segmentMerge')
      while (count('segmentMerge') === before) write(clock.now + seconds(1000))
      // Empty the segments one by one, from the oldest: among them the next to be merged.
      const { segments } = seg.inspect()
      const live = segments.filter(({ state }) => state === 'live').length
      for (let i = 0; i < written; i++) {
        const key = Buffer.from(String(i).padStart(4, '0'))
        if (!read(seg, key.toString())) continue
        seg.delete(key, 0, key.length)
        seg.check()
        if (seg.inspect().segments.filter(({ state }) => state === 'live').length < live - 6) break
      }
      clock.advance(1)
    }
    expect(count('segmentEvictEx')).toBe(0)
  })

  it('at most mergeMax segments become one', () => {
    const { seg, count } = begin({
      eviction: 'merge',
      segments: 32,
      segmentBytes: 1024,
      mergeTarget: 8,
      mergeMax: 8,
    })
    for (let i = 0; count('segmentMerge') === 0; i++) seg.set(entryOf(`key-${i}`, 30, 0))
    expect(count('segmentReturn')).toBeLessThanOrEqual(7)
    expect(count('segmentReturn')).toBeGreaterThanOrEqual(3)
  })

  it('a merge of what is all hot gives no segment, and the set is stored all the same', () => {
    const { clock, seg, count } = begin({ eviction: 'merge', segments: 8, segmentBytes: 1024 })
    for (let round = 0; round < 30; round++) {
      const keys = Array.from({ length: 32 }, (_, i) => `${round}-${i}`.padEnd(5))
      for (const key of keys) expect(seg.set(entryOf(key, 230, 0))).toBe(0)
      for (let second = 0; second < 3; second++) {
        clock.advance(1)
        for (const key of keys) read(seg, key)
      }
      seg.check()
    }
    expect(count('segmentMerge')).toBeGreaterThan(0)
    expect(count('segmentRequestFailure')).toBe(0)
  })

  it('overflow buckets come back: adds and deletes never use a table up', () => {
    const { seg, subject, count } = begin({
      eviction: 'none',
      hashPower: 3,
      overflowFactor: 4,
      hash: new WeakHash(1),
    })
    const room = seg.inspect().table.slots
    let state = 1
    const random = (bound: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fff_ffff
      return (state >>> 8) % bound
    }
    const there: string[] = []
    for (let i = 0; i < 5000; i++) {
      // Up and down: full at times, empty at others.
      const grows = random(100) < (i % 400 < 200 ? 70 : 30)
      if (grows && there.length < room) {
        there.push(`${i}`)
        if (subject.storage.add(entryOf(`${i}`, 1, 0)) !== 0)
          throw new Error(`add ${i} was refused`)
      } else if (there.length > 0) {
        const [key = ''] = there.splice(random(there.length), 1)
        expect(seg.delete(Buffer.from(key), 0, key.length)).toBe(0)
      }
      if (i % 50 === 0) seg.check()
    }
    expect(count('hashInsertEx')).toBe(0)
    for (const key of there) expect(subject.delete(key)).toBe('Ok')
    expect(seg.inspect().table.unusedOverflowBuckets).toBe(4)
  })

  it.each(EVICTING)('a flood of short TTLs fills no heap under %s', (eviction) => {
    for (const ttl of [1, 8, 9, 17, 23]) {
      const { clock, seg } = begin({ eviction, segments: 8, segmentBytes: 1024 })
      for (let i = 0; i < 500; i++) {
        const deadline = clock.now + seconds(ttl)
        expect(seg.set(entryOf(`k${i}`, 200, deadline))).toBe(0)
        expect(read(seg, `k${i}`)).toBe(true)
      }
      seg.check()
    }
  })

  it('a deadline does not come early, however long the segment has been open', () => {
    const { clock, seg } = begin()
    seg.set(entryOf('first', 10, clock.now + seconds(300)))
    clock.advance(250)
    // The same segment: in Pelikan it ends with the first.
    const deadline = clock.now + seconds(300)
    seg.set(entryOf('second', 10, deadline))
    clock.advance(50)
    seg.expire(clock.now)
    expect([read(seg, 'first'), read(seg, 'second')]).toEqual([false, true])
    clock.advanceTicks(deadline - 1 - clock.now)
    seg.expire(clock.now)
    expect(read(seg, 'second')).toBe(true)
  })

  it('an item that is over is gone before anything has expired it', () => {
    const { clock, seg } = begin()
    seg.set(entryOf('a', 10, clock.now + 5))
    clock.advanceTicks(5)
    expect(read(seg, 'a')).toBe(false)
  })
})
