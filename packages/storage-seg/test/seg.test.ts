import { Entry, NEVER } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import {
  itemSize,
  SegStorage,
  SegError,
  segMetrics,
  type Eviction,
  type SegOptions,
} from '@pelikan/storage-seg'
import { WeakHash } from './weak-hash.ts'

const MIB = 1024 * 1024

function make(options: Partial<SegOptions> = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics([segMetrics])
  const seg = new SegStorage({
    heapBytes: 64 * MIB,
    segments: 64,
    segmentBytes: 4096,
    hashPower: 12,
    eviction: 'random',
    seed: 7,
    clock,
    metrics,
    ...options,
  })
  const count = (name: keyof typeof segMetrics) => metrics.read(segMetrics[name])
  return { clock, seg, subject: new StorageSubject(seg, clock), count }
}

/** Ticks of so many seconds. */
const seconds = (count: number) => count * 10

describe('options', () => {
  it.each([
    ['heapBytes', { heapBytes: 0 }],
    ['heapBytes', { heapBytes: Number.NaN }],
    ['segmentBytes', { segmentBytes: 4 * MIB + 4 }],
    ['segmentBytes', { segmentBytes: 60 }],
    ['segmentBytes', { segmentBytes: 4094 }],
    ['segments', { segments: 1 }],
    ['hashPower', { hashPower: 2 }],
    ['overflowFactor', { overflowFactor: 17 }],
    ['overflowFactor', { overflowFactor: Number.NaN }],
    ['eviction', { eviction: 'lru' as Eviction }],
    ['mergeTarget', { mergeTarget: 1 }],
    ['mergeMax', { mergeMax: 3 }],
    ['compactTarget', { compactTarget: -1 }],
  ])('refuses a %s that cannot work: %o', (name, options) => {
    expect(() => make(options)).toThrow(SegError)
    expect(() => make(options)).toThrow(new RegExp(`^${name} is `))
    expect(() => make(options)).toThrow(
      expect.objectContaining({ code: 'PELIKAN_SEG_INVALID_OPTION' }),
    )
  })

  it('says how much memory the least needs', () => {
    const clock = new FakeClock()
    const message = /^heapBytes is 1048576; 2 segments of 1048576 bytes.* need (\d+)/
    let least = 0
    try {
      void new SegStorage({ heapBytes: MIB, clock })
    } catch (error) {
      least = Number(message.exec((error as Error).message)?.[1])
    }
    expect(least).toBeGreaterThan(2 * MIB)
    // The table grows with the memory, so a little more than the message says may be needed.
    expect(
      new SegStorage({ heapBytes: Math.ceil(least * 1.1), clock }).inspect().segments.length,
    ).toBe(2)
  })

  it('refuses more segments than have a number', () => {
    const options = { heapBytes: 4096 * MIB, segmentBytes: 64, clock: new FakeClock() }
    expect(() => new SegStorage(options)).toThrow(
      /^heapBytes is 4294967296; in segments of 64 bytes/,
    )
  })

  it.each([3, 10, 64, 100, 1024])('keeps everything within %d MiB', (mib) => {
    const seg = new SegStorage({ heapBytes: mib * MIB, clock: new FakeClock() })
    expect(seg.totalBytes).toBeLessThanOrEqual(mib * MIB)
    expect(seg.totalBytes).toBeGreaterThan((mib - 1.1) * MIB)
    const { segments, table } = seg.inspect()
    // Items of 120 bytes fill the segments where buckets are filled to 5 of 7.
    expect((table.slots * 5) / 7).toBeGreaterThan((segments.length * MIB) / 124)
    expect(table.overflowBuckets).toBeGreaterThanOrEqual(Math.floor(table.primaryBuckets * 0.4))
    expect(seg.warnings).toEqual([])
  })

  it('warns of a table that is too small for the memory, with the power that suits it', () => {
    const { warnings } = new SegStorage({
      heapBytes: 64 * MIB,
      hashPower: 10,
      clock: new FakeClock(),
    })
    expect(warnings).toEqual([expect.stringMatching(/^hashPower 10 .*; 19 suits it$/)])
    const suited = new SegStorage({ heapBytes: 64 * MIB, hashPower: 19, clock: new FakeClock() })
    expect(suited.warnings).toEqual([])
  })
})

describe('items and segments', () => {
  it('begins empty, with every segment free', () => {
    const { seg, count } = make()
    expect(count('itemCurrent')).toBe(0)
    expect(count('segmentFree')).toBe(64)
    expect(seg.inspect().segments.every(({ state }) => state === 'free')).toBe(true)
  })

  it('overwrites, deletes and clears', () => {
    const { seg, subject, count } = make()
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

  it('writes a value of the same size in place', () => {
    const { subject, count } = make()
    subject.set('a', 'one')
    const { cas } = subject.get('a') ?? {}
    subject.set('a', 'two')
    expect(count('itemDead')).toBe(0)
    expect(subject.get('a')?.value).toBe('two')
    expect(subject.get('a')?.cas).not.toBe(cas)
  })

  it('takes 92 bytes for a key of 16 and a value of 64, and what its flags announce', () => {
    const { subject, count } = make()
    expect(itemSize(16, 64, 0)).toBe(92)
    subject.set('k'.repeat(16), 'v'.repeat(64))
    expect(count('itemCurrentBytes')).toBe(92)
    subject.set('K'.repeat(16), 'v'.repeat(64), { flags: 1, deadline: subject.in(100) })
    expect(count('itemCurrentBytes')).toBe(192)
  })

  it('fills a segment to the last byte, and refuses one more', () => {
    const { subject } = make()
    // Room for a deadline is kept, which a touch may give.
    const most = 4096 - 9 - 1 - 4
    expect(subject.set('a', 'x'.repeat(most))).toBe('Ok')
    expect(subject.get('a')?.value.length).toBe(most)
    expect(subject.set('b', 'x'.repeat(most + 1))).toBe('TooLarge')
    expect(subject.set('b', 'x'.repeat(most), { flags: 1 })).toBe('TooLarge')
    expect(subject.touch('a', subject.in(10))).toBe('Ok')
    expect(subject.get('a')?.value.length).toBe(most)
  })

  it('refuses lengths that no item has', () => {
    const { subject } = make()
    for (const name of ['', 'k'.repeat(251), 'k'.repeat(256), 'k'.repeat(4000)]) {
      expect(subject.set(name, 'x')).toBe('TooLarge')
      expect(subject.reserve(name, 1)).toBe('TooLarge')
      expect(subject.get(name)).toBeUndefined()
    }
    for (const length of [2 ** 24, 2 ** 31 - 1, 2 ** 32, 2 ** 40]) {
      expect(subject.reserve('a', length)).toBe('TooLarge')
    }
    expect(subject.set('k'.repeat(250), 'x')).toBe('Ok')
  })

  it('fills segments in order and evicts them whole, first in first out', () => {
    const { subject } = make({ segments: 2, segmentBytes: 256, hashPower: 6, eviction: 'fifo' })
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

  it('stores all of a million items on a small heap', { timeout: 60_000 }, () => {
    for (const eviction of ['random', 'merge', 's3-fifo'] as const) {
      const { clock, seg } = make({ segments: 32, segmentBytes: 1024, hashPower: 8, eviction })
      const entry = new Entry()
      entry.key = Buffer.from([0])
      entry.keyEnd = 1
      entry.value = Buffer.alloc(512)
      let refused = 0
      for (let i = 0; i < 300_000; i++) {
        entry.key[0] = (Math.imul(i, 2654435761) >>> 13) & 0xff
        entry.valueEnd = 511 - (i % 3)
        if (seg.set(entry) !== 0) refused++
        if (i % 100_000 === 0) clock.advance(1)
      }
      expect(refused).toBe(0)
      seg.check()
    }
  })
})

describe('hash table', () => {
  it('tells keys with one hash apart', () => {
    const { seg, subject, count } = make({ hash: new WeakHash(1), segments: 64 })
    const names = Array.from({ length: 100 }, (_, i) => `key-${i}`)
    for (const name of names) subject.set(name, `value of ${name}`)
    for (const name of names) expect(subject.get(name)?.value).toBe(`value of ${name}`)
    expect(count('hashTagCollision')).toBeGreaterThan(1000)
    for (const name of names.slice(0, 90)) expect(subject.delete(name)).toBe('Ok')
    for (const name of names.slice(90)) expect(subject.get(name)?.value).toBe(`value of ${name}`)
    seg.check()
  })

  it('has chains of 16 overflow buckets at most, and then the coldest item goes', () => {
    const { clock, subject, count } = make({ hash: new WeakHash(1), overflowFactor: 16 })
    const most = 17 * 7
    const names = Array.from({ length: most }, (_, i) => `key-${i}`)
    for (const name of names) expect(subject.set(name, 'x')).toBe('Ok')
    expect(count('itemCurrent')).toBe(most)
    for (const name of names) if (name !== 'key-50') subject.get(name)
    clock.advance(1)
    expect(subject.set('one more', 'x')).toBe('Ok')
    expect(count('itemCurrent')).toBe(most)
    expect(count('hashInsertEx')).toBe(1)
    expect(names.filter((name) => subject.get(name) === undefined)).toEqual(['key-50'])
  })

  it('refuses under none where a chain is full, and takes the key when another has gone', () => {
    const { seg, subject } = make({ eviction: 'none', hashPower: 3, overflowFactor: 0 })
    for (let i = 0; i < 7; i++) expect(subject.set(`key-${i}`, 'x')).toBe('Ok')
    expect(subject.set('one more', 'x')).toBe('NoSpace')
    expect(subject.get('one more')).toBeUndefined()
    expect(subject.set('key-3', 'a longer value')).toBe('Ok')
    subject.delete('key-0')
    expect(subject.set('one more', 'x')).toBe('Ok')
    seg.check()
  })

  it('uses overflow buckets again, however often they were used', () => {
    const { seg, subject } = make({ eviction: 'none', hashPower: 3, overflowFactor: 3 })
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 28; i++) expect(subject.set(`${round}-${i}`, 'x')).toBe('Ok')
      for (let i = 0; i < 28; i++) expect(subject.delete(`${round}-${i}`)).toBe('Ok')
    }
    expect(seg.inspect().table.unusedOverflowBuckets).toBe(3)
  })

  it('evicts in turn where two keys have room', () => {
    const { subject } = make({ segments: 2, segmentBytes: 64, hashPower: 3 })
    for (let i = 0; i < 1000; i++) {
      const name = `0${i % 3}`
      expect(subject.set(name, `${i}`.padEnd(40))).toBe('Ok')
      expect(subject.get(name)?.value).toBe(`${i}`.padEnd(40))
    }
  })
})

describe('time', () => {
  it('frees each segment when its last deadline has passed', () => {
    const { seg, subject, count } = make({ segmentBytes: 2048 })
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

  it('counts a deadline that a touch has made later', () => {
    const { subject, count } = make()
    subject.set('a', 'x', { deadline: subject.in(10) })
    subject.set('b', 'x', { deadline: subject.in(10) })
    subject.touch('a', subject.in(70))
    // Both stay in the segment of their bucket.
    expect(count('segmentFree')).toBe(63)
    subject.wait(10)
    subject.expire()
    expect(subject.get('a')?.value).toBe('x')
    expect(subject.get('b')).toBeUndefined()
    subject.touch('a', subject.in(seconds(5000)))
    expect(subject.get('a')?.value).toBe('x')
    expect(count('itemDead')).toBe(0)
  })

  it('survives a clock that jumps a year ahead', () => {
    const { clock, seg, subject, count } = make()
    for (let i = 0; i < 200; i++) subject.set(`${i}`, 'x', { deadline: subject.in(1 + i * 1e5) })
    subject.set('forever', 'x')
    clock.advance(365 * 86_400)
    seg.expire(clock.now)
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([1, 63])
    expect(subject.get('forever')?.value).toBe('x')
  })

  it('drops what was flushed with its segments, and keeps what is arriving', () => {
    const { subject, count } = make()
    for (let i = 0; i < 100; i++) subject.set(`${i}`, 'x'.repeat(100))
    const reservation = subject.reserve('new', 3)
    subject.flush(subject.in(0))
    subject.expire()
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([0, 63])
    expect(count('itemFlush')).toBe(100)
    if (typeof reservation !== 'number') throw new Error(reservation)
    subject.write(reservation, 'abc')
    subject.set('new', '', { reservation })
    expect(subject.get('new')?.value).toBe('abc')
    expect(count('segmentFree')).toBe(63)
  })

  it('flushes at ticks before the first', () => {
    for (const at of [0, -1]) {
      const { subject } = make()
      subject.set('a', 'x')
      subject.flush(at)
      expect(subject.get('a')).toBeUndefined()
    }
  })

  it('reads a value that was touched to its end', () => {
    const { subject } = make()
    subject.set('a', 'value')
    expect(subject.getAndTouch('a', 1)?.value).toBe('value')
    expect(subject.get('a')).toBeUndefined()
  })

  it('keeps cas and flags through a touch that moves the item', () => {
    const { subject } = make()
    subject.set('a', 'value', { flags: 3 })
    const { cas } = subject.get('a') ?? {}
    expect(subject.touch('a', subject.in(1000))).toBe('Ok')
    expect(subject.get('a')).toEqual({ value: 'value', flags: 3, deadline: subject.in(1000), cas })
    expect(subject.touch('a', NEVER)).toBe('Ok')
    expect(subject.get('a')).toEqual({ value: 'value', flags: 3, deadline: NEVER, cas })
  })
})

describe('reservations', () => {
  it('refuses what was not reserved', () => {
    const { seg, subject } = make()
    const reservation = subject.reserve('a', 3)
    if (typeof reservation !== 'number') throw new Error(reservation)
    expect(() => subject.write(reservation, 'four')).toThrow(
      expect.objectContaining({ code: 'PELIKAN_SEG_INVALID_RESERVATION' }),
    )
    seg.abort(reservation)
    expect(() => seg.abort(reservation)).toThrow(/^there is no reservation/)
  })

  it('holds a quarter of the segments at most', () => {
    const { seg, subject, count } = make({ segments: 8 })
    const open: number[] = []
    for (;;) {
      const reservation = subject.reserve(`${open.length}`, 4000)
      if (typeof reservation !== 'number') break
      open.push(reservation)
    }
    expect(open.length).toBe(2)
    expect(count('segmentFree')).toBe(6)
    for (let i = 0; i < 100; i++) expect(subject.set(`${i}`, 'x'.repeat(2000))).toBe('Ok')
    for (const reservation of open) seg.abort(reservation)
    seg.check()
    expect(subject.set('a', 'x'.repeat(4000))).toBe('Ok')
  })
})

describe('inspect', () => {
  it('shows segments and buckets', () => {
    const { clock, seg, subject } = make({ segments: 4 })
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
