/**
 * The unit tests of Pelikan's `seg` crate, by their names, where they are about something that is here too. A name
 * that ends in "here" says where this storage differs on purpose.
 */
import { Entry, Status } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { itemSize, ttlBucket } from '@pelikan/storage-seg'
import { begin, entryOf, read, seconds } from './begin.ts'

describe("Pelikan's unit tests", () => {
  it('sizes: an item has 9 bytes and no padding of its own, a segment header 64, a bucket 68 here', () => {
    expect(itemSize(0, 0, 0)).toBe(12)
    expect(itemSize(3, 0, 0)).toBe(12)
    expect(itemSize(16, 64, 0)).toBe(92)
    const bytes = (options: object) => begin({ overflowFactor: 0, ...options }).seg.totalBytes
    expect(bytes({ segments: 65 }) - bytes({ segments: 64 })).toBe(4096 + 64)
    expect(bytes({ hashPower: 11 }) - bytes({ hashPower: 10 })).toBe((1024 / 8) * 68)
  })

  it('init: it is empty, and every segment is free', () => {
    const { seg, count } = begin()
    expect(count('itemCurrent')).toBe(0)
    expect(count('segmentFree')).toBe(64)
    expect(seg.inspect().segments.every(({ state }) => state === 'free')).toBe(true)
  })

  it('overwrite, delete, clear', () => {
    const { seg, subject, count } = begin()
    for (const value of ['one', 'two, longer', 'three, longer yet']) {
      expect(subject.set('a', value)).toBe('Ok')
      expect(subject.get('a')?.value).toBe(value)
      expect([count('itemCurrent'), count('segmentFree')]).toEqual([1, 63])
    }
    expect(count('itemDead')).toBe(2)
    subject.set('b', 'x')
    expect(subject.delete('a')).toBe('Ok')
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([1, 63])
    seg.clear()
    expect([count('itemCurrent'), count('segmentFree'), count('itemDead')]).toEqual([0, 64, 0])
  })

  it('integration_basic: segments are filled in order and evicted whole, the first first', () => {
    const { subject } = begin({ segments: 2, segmentBytes: 256, hashPower: 6, eviction: 'fifo' })
    const put = (name: string, size: number) =>
      expect(subject.set(name, 'x'.repeat(size - 10))).toBe('Ok')
    const there = () =>
      [...'abcdefghijk'].filter((name) => subject.get(name) !== undefined).join('')
    put('a', 72)
    put('b', 40)
    put('c', 48)
    put('d', 96)
    put('e', 72)
    put('f', 32)
    put('g', 48)
    expect(there()).toBe('abcdefg')
    put('h', 152)
    expect(there()).toBe('efgh')
    put('i', 56)
    put('j', 44)
    expect(there()).toBe('efghij')
    put('k', 200)
    expect(there()).toBe('hijk')
  })

  it('full_cache_long: every one of 450,000 sets is stored', { timeout: 60_000 }, () => {
    for (const eviction of ['random', 'merge', 's3-fifo'] as const) {
      const { clock, seg } = begin({ segments: 32, segmentBytes: 1024, hashPower: 8, eviction })
      const entry = new Entry()
      entry.key = Buffer.from([0])
      entry.keyEnd = 1
      entry.value = Buffer.alloc(512)
      let refused = 0
      for (let i = 0; i < 150_000; i++) {
        entry.key[0] = (Math.imul(i, 2654435761) >>> 13) & 0xff
        entry.valueEnd = 511 - (i % 3)
        if (seg.set(entry) !== 0) refused++
        if (i % 50_000 === 0) clock.advance(1)
      }
      expect(refused).toBe(0)
      seg.check()
    }
  })

  it('collisions: a full bucket refuses under none, and takes the key when another has gone', () => {
    const { seg, subject } = begin({ eviction: 'none', hashPower: 3, overflowFactor: 0 })
    for (let i = 0; i < 7; i++) expect(subject.set(`key-${i}`, 'x')).toBe('Ok')
    expect(subject.set('one more', 'x')).toBe('NoSpace')
    expect(subject.get('one more')).toBeUndefined()
    expect(subject.set('key-3', 'a longer value')).toBe('Ok')
    subject.delete('key-0')
    expect(subject.set('one more', 'x')).toBe('Ok')
    seg.check()
  })

  it('collisions_2: three keys in turn where two have room', () => {
    const { subject } = begin({ segments: 2, segmentBytes: 64, hashPower: 3 })
    for (let i = 0; i < 1000; i++) {
      const name = `0${i % 3}`
      expect(subject.set(name, `${i}`.padEnd(40))).toBe('Ok')
      expect(subject.get(name)?.value).toBe(`${i}`.padEnd(40))
    }
  })

  it('expiration: each segment is free when its last deadline has passed', () => {
    const { seg, subject, count } = begin({ segmentBytes: 2048 })
    subject.set('a', 'x', { deadline: subject.in(seconds(5)) })
    subject.set('b', 'x', { deadline: subject.in(seconds(15)) })
    subject.expire()
    expect(count('segmentFree')).toBe(62)
    subject.wait(seconds(5) - 1)
    subject.expire()
    expect(count('segmentFree')).toBe(62)
    subject.wait(1)
    subject.expire()
    expect([count('segmentFree'), count('itemExpire'), count('segmentExpire')]).toEqual([63, 1, 1])
    subject.wait(seconds(10))
    subject.expire()
    expect(count('segmentFree')).toBe(64)
    seg.check()
  })

  it('get_free_seg: the first item is in segment 1', () => {
    const { seg, subject, count } = begin()
    subject.set('a', 'x')
    expect(seg.inspect().segments.filter(({ state }) => state === 'live')).toMatchObject([
      { id: 1, liveItems: 1 },
    ])
    expect(count('segmentFree')).toBe(63)
  })

  it('free_q: every segment that was freed is used again before any is evicted', () => {
    const { clock, seg, count } = begin({ segments: 16, segmentBytes: 256, eviction: 'fifo' })
    // Two of 128 bytes fill a segment; each round every other TTL is over.
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 32; i++) {
        const deadline = clock.now + seconds(round % 2 === 0 ? 5 : 60)
        expect(seg.set(entryOf(`${round}-${String(i).padStart(2, '0')}`, 110, deadline))).toBe(0)
      }
      clock.advance(60)
      seg.expire(clock.now)
      expect(count('segmentFree')).toBe(16)
      seg.check()
    }
    expect(count('itemEvict')).toBe(0)
  })

  it('cas: a token that is not the last one is refused, and a neighbour changes none here', () => {
    // One bucket, whose items have one token in Pelikan.
    const { subject } = begin({ hashPower: 3, overflowFactor: 4 })
    for (const name of ['a', 'b', 'c', 'd']) subject.set(name, 'x')
    const { cas = '' } = subject.get('a') ?? {}
    subject.set('b', 'another')
    subject.delete('c')
    subject.set('e', 'new')
    expect(subject.store('cas', 'a', 'y', { cas })).toBe('Ok')
    expect(subject.store('cas', 'a', 'z', { cas })).toBe('Exists')
    expect(subject.store('cas', 'none', 'z', { cas })).toBe('NotFound')
    expect(subject.get('a')?.value).toBe('y')
  })

  it('full_cache_long_2: of small items every set is stored', () => {
    const { seg } = begin({ segments: 64, segmentBytes: 2048, hashPower: 16 })
    const entry = entryOf('kk', 1, 0)
    for (let i = 0; i < 100_000; i++) {
      entry.key.writeUInt16LE((Math.imul(i, 2654435761) >>> 13) & 0xffff)
      if (seg.set(entry) !== Status.Ok) throw new Error(`set ${i} was refused`)
    }
    seg.check()
  })

  it('wrapping_add, saturating_sub: over the ends', () => {
    const { subject } = begin()
    subject.set('a', '0')
    expect(subject.increment('a', 1n)).toBe(1n)
    expect(subject.increment('a', 2n ** 64n - 2n)).toBe(2n ** 64n - 1n)
    expect(subject.increment('a', 1n)).toBe(0n)
    expect(subject.increment('a', 2n)).toBe(2n)
    subject.set('a', '3')
    expect([subject.decrement('a', 2n), subject.decrement('a', 1n)]).toEqual([1n, 0n])
    expect(subject.decrement('a', 1n)).toBe(0n)
  })

  it('fuzz_1: nothing of an item that lay there before is seen in a new one', () => {
    const { clock, seg, subject } = begin({
      segments: 8,
      segmentBytes: 1024,
      hashPower: 3,
      eviction: 'fifo',
    })
    for (let round = 0; round < 40; round++) {
      // Long and short, with flags and deadlines and without, each over another.
      const flags = round % 2 === 0 ? -1 : 0
      const deadline = round % 3 === 0 ? clock.now + 1000 : 0
      for (let i = 0; i < 9; i++) {
        const value = `${i};`.repeat(20 + ((round * 7 + i * 13) % 60))
        const key = `key-${round % 5}-${i}`
        expect(subject.set(key, value, { flags, deadline })).toBe('Ok')
        expect(subject.get(key)).toMatchObject({ value, flags, deadline })
      }
      if (round % 7 === 0) seg.clear()
    }
  })

  it('fuzz_2: items stay what they are through merges and joins', () => {
    for (const hashPower of [3, 4, 5]) {
      const { clock, seg, subject, count } = begin({
        segments: 8,
        segmentBytes: 1024,
        hashPower,
        overflowFactor: 16,
        eviction: 'merge',
      })
      const valueOf = (i: number) => `${i};`.repeat(5 + (i % 11))
      for (let i = 0; i < 1000; i++) {
        expect(subject.set(`k${i}`, valueOf(i))).toBe('Ok')
        if (i % 3 === 0) subject.delete(`k${i - 5}`)
        if (i % 10 === 0) clock.advance(1)
        for (let back = 0; back < 20; back += 4) read(seg, `k${i - back}`)
      }
      for (let i = 0; i < 1000; i++) {
        const seen = subject.get(`k${i}`)
        if (seen !== undefined) expect(seen.value).toBe(valueOf(i))
      }
      expect(count('segmentMerge')).toBeGreaterThan(0)
      expect(count('itemCompacted')).toBeGreaterThan(0)
    }
  })

  it('bucket_index: what never expires has a bucket of its own here', () => {
    const { seg, subject } = begin()
    subject.set('a', 'x')
    expect(seg.inspect().buckets.map(({ bucket }) => bucket)).toEqual([1024])
    expect([ttlBucket(1), ttlBucket(7), ttlBucket(8_388_608), ttlBucket(2 ** 32 - 1)]).toEqual([
      0, 0, 1023, 1023,
    ])
  })
})
