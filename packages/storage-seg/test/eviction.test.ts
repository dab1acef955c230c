import { Entry, Status } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import {
  itemSize,
  SegStorage,
  segMetrics,
  type Eviction,
  type SegOptions,
} from '@pelikan/storage-seg'

const POLICIES: readonly Eviction[] = [
  'random',
  'random-fifo',
  'fifo',
  'cte',
  'util',
  'merge',
  's3-fifo',
]

function make(options: Partial<SegOptions>) {
  const clock = new FakeClock()
  const metrics = new Metrics([segMetrics])
  const seg = new SegStorage({
    heapBytes: 1,
    segmentBytes: 1024,
    segments: 16,
    hashPower: 12,
    seed: 3,
    clock,
    metrics,
    ...options,
  })
  const subject = new StorageSubject(seg, clock)
  const count = (name: keyof typeof segMetrics) => metrics.read(segMetrics[name])
  const there = (names: readonly string[]) =>
    names.filter((name) => subject.get(name) !== undefined)
  return { clock, seg, subject, count, there }
}

const VALUE = 'x'.repeat(230)
/** So that four items fill a segment of 1,024 bytes. */
const SIZE = itemSize(4, VALUE.length, 0)
const FOUR = 4
const name = (i: number) => String(i).padStart(4, '0')
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => name(from + i))

it('the tests here count on four items a segment', () => {
  expect(Math.floor(1024 / SIZE)).toBe(FOUR)
})

describe.each(POLICIES)('under %s', (eviction) => {
  it('a set never fails, whatever the TTLs', () => {
    const { clock, seg, subject } = make({ eviction, hashPower: 10 })
    for (let i = 0; i < 20_000; i++) {
      const ttl = 1 + ((i * 7919) % 1000) * 977
      const deadline = i % 5 === 0 ? 0 : clock.now + ttl * 10
      if (subject.storage.set(entryOf(name(i % 3000), (i * 31) % 900, deadline)) !== Status.Ok) {
        throw new Error(`set ${i} was refused`)
      }
      if (i % 100 === 0) seg.check()
      if (i % 1000 === 0) clock.advance(1)
    }
  })

  it('a thousand TTLs share the heap, and do not take a segment each', () => {
    const { seg, subject, count } = make({ eviction, segments: 64, hashPower: 12 })
    for (let i = 0; i < 10_000; i++) {
      const deadline = subject.in(10 * (1 + ((i * 7919) % 1000) * 600))
      expect(seg.set(entryOf(name(i), 8, deadline))).toBe(Status.Ok)
    }
    // 64 segments hold 2,340 items of 28 bytes.
    expect(count('itemCurrent')).toBeGreaterThan(700)
    seg.check()
  })

  it('what has expired goes before anything else', () => {
    const { subject, there, count } = make({ eviction })
    for (const key of names(0, 32)) subject.set(key, VALUE, { deadline: subject.in(10) })
    const kept = names(32, 52)
    for (const key of kept) subject.set(key, VALUE)
    subject.wait(10)
    for (const key of names(60, 84)) subject.set(key, VALUE)
    expect(there(kept)).toEqual(kept)
    expect(count('itemEvict')).toBe(0)
    // Of 16 segments 3 were free, and 6 were needed.
    expect(count('itemExpire')).toBe(12)
  })

  it('one segment may be all that there is for items', () => {
    const { subject } = make({ eviction, segments: 2 })
    const reservation = subject.reserve('r', 900)
    for (let i = 0; i < 50; i++) expect(subject.set(name(i), VALUE)).toBe('Ok')
    if (typeof reservation === 'number') subject.abort(reservation)
  })
})

describe('which segment goes', () => {
  it('fifo: the oldest', () => {
    const { subject, there } = make({ eviction: 'fifo' })
    for (const key of names(0, 64)) subject.set(key, VALUE)
    subject.set('next', VALUE)
    expect(there(names(0, 64))).toEqual(names(4, 64))
  })

  it('cte: the one that ends first, but not just before its end', () => {
    const { subject, there } = make({ eviction: 'cte' })
    const ttls = [90, 15, 600, 300]
    for (const ttl of ttls) {
      for (const key of names(ttl, ttl + 16)) {
        subject.set(key, VALUE, { deadline: subject.in(ttl * 10) })
      }
    }
    subject.set('next', VALUE)
    expect(there(names(15, 31)).length).toBe(16)
    expect(there(names(90, 106))).toEqual(names(94, 106))
  })

  it('util: the one with the fewest live bytes', () => {
    const { subject, there } = make({ eviction: 'util' })
    for (const key of names(0, 64)) subject.set(key, VALUE)
    for (const i of [20, 21, 22, 41, 42]) subject.delete(name(i))
    subject.set('next', VALUE)
    expect(there(names(0, 64)).includes(name(23))).toBe(false)
    expect(there(names(0, 64)).length).toBe(64 - 6)
  })

  it.each(['random', 'random-fifo'] as const)('%s: one of them, whole', (eviction) => {
    const { subject, there } = make({ eviction })
    for (const key of names(0, 64)) subject.set(key, VALUE)
    subject.set('next', VALUE)
    const left = there(names(0, 64))
    expect(left.length).toBe(60)
    const gone = names(0, 64).filter((key) => !left.includes(key))
    expect(Number(gone[3]) - Number(gone[0])).toBe(3)
  })
})

describe('merge', () => {
  it('keeps what is read, and drops what is not', () => {
    const { clock, subject, there, count } = make({ eviction: 'merge' })
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

  it('retains the most read by a frequency oracle', () => {
    const small = 'x'.repeat(7)
    const { clock, subject, seg, count } = make({
      eviction: 'merge',
      segments: 32,
      segmentBytes: 2048,
      spareSegments: 0,
    })
    // Items of 20 bytes: 102 a segment. Each is read in as many seconds as its rank among 8 says.
    const rank = (i: number) => (i * 5 + (i >> 3)) % 8
    const filled = Array.from({ length: 102 * 31 }, (_, i) => name(i))
    for (const key of filled) subject.storage.set(entryOf(key, small.length, 0))
    for (let second = 1; second <= 8; second++) {
      clock.advance(1)
      for (const [i, key] of filled.entries()) if (rank(i) >= second) read(seg, key)
    }
    const before = count('segmentMerge')
    for (let i = 0; count('segmentMerge') === before; i++) {
      subject.storage.set(entryOf(name(5000 + i), small.length, 0))
    }
    const merged = new Set<number>()
    const present = filled.map((key) => isThere(seg, key))
    for (const [i, there] of present.entries()) if (!there) merged.add(Math.floor(i / 102))
    expect(merged.size).toBeGreaterThanOrEqual(3)
    const ranks = (there: boolean) =>
      filled.flatMap((_, i) =>
        merged.has(Math.floor(i / 102)) && present[i] === there ? [rank(i)] : [],
      )
    // About a segment of them stays, and on the whole it is the upper part.
    expect(ranks(true).length).toBeGreaterThan(70)
    expect(ranks(true).length).toBeLessThanOrEqual(102)
    expect(mean(ranks(true))).toBeGreaterThan(mean(ranks(false)) + 1.5)
    seg.check()
  })

  it('frees a segment also where everything is hot', () => {
    const { clock, seg, subject } = make({ eviction: 'merge' })
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
    const { subject, there, count } = make({ eviction: 'merge', compactTarget: 2 })
    for (const key of names(0, 16)) subject.set(key, VALUE)
    expect(count('segmentFree')).toBe(12)
    for (const i of [4, 5, 8, 9]) subject.delete(name(i))
    expect(count('segmentFree')).toBe(13)
    expect(there(names(4, 12))).toEqual(['0006', '0007', '0010', '0011'])
    const never = make({ eviction: 'merge', compactTarget: 0 })
    for (const key of names(0, 16)) never.subject.set(key, VALUE)
    for (const i of [4, 5, 8, 9]) never.subject.delete(name(i))
    expect(never.count('segmentFree')).toBe(12)
  })
})

describe('s3-fifo', () => {
  it('keeps what was read through a scan of keys that are read once', () => {
    const { clock, subject, there } = make({ eviction: 's3-fifo' })
    const hot = names(0, 12)
    for (const key of hot) subject.set(key, VALUE)
    for (let i = 0; i < 500; i++) {
      subject.set(name(1000 + i), VALUE)
      if (i % 20 === 0) {
        clock.advance(1)
        for (const key of hot) subject.get(key)
      }
    }
    expect(there(hot)).toEqual(hot)
  })

  it('lets a key that comes back soon into the main queue', () => {
    const { seg, subject, there } = make({ eviction: 's3-fifo' })
    for (const key of names(0, 80)) subject.set(key, VALUE)
    const gone = names(0, 80).filter((key) => !there(names(0, 80)).includes(key))
    expect(gone.length).toBeGreaterThan(0)
    expect(seg.inspect().buckets.some(({ main }) => main)).toBe(false)
    subject.set(gone[0] ?? '', VALUE)
    expect(seg.inspect().buckets.some(({ main }) => main)).toBe(true)
  })
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function isThere(seg: SegStorage, key: string): boolean {
  const item = seg.get(Buffer.from(key), 0, key.length)
  return item !== undefined && seg.release(item)
}

function read(seg: SegStorage, key: string): void {
  const item = seg.get(Buffer.from(key), 0, key.length)
  if (item !== undefined) seg.release(item)
}

function entryOf(key: string, length: number, deadline: number): Entry {
  const entry = new Entry()
  entry.key = Buffer.from(key)
  entry.keyEnd = key.length
  entry.value = Buffer.alloc(length, 'v')
  entry.valueEnd = length
  entry.deadline = deadline
  return entry
}
