/** Who listens is told of every item that is evicted, and of no other. */
import { type EvictionListener, Mark } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { begin, entryOf, EVICTING, seconds } from '../begin.ts'
import { WeakHash } from '../weak-hash.ts'

/** Keeps what it is told. */
class Listener implements EvictionListener {
  isOn = true
  readonly keys: string[] = []
  readonly told: object[] = []

  evicted({ bytes, deadline, end, keyEnd, keyStart, lastAccess, marks, start }: Told): void {
    const key = bytes.toString('latin1', keyStart, keyEnd)
    this.keys.push(key)
    const isFetched = (marks & Mark.Fetched) !== 0
    this.told.push({
      key,
      value: bytes.toString('latin1', start, end),
      deadline,
      lastAccess,
      isFetched,
    })
  }
}

type Told = Parameters<EvictionListener['evicted']>[0]

describe.each(EVICTING)('under %s', (eviction) => {
  it('a listener hears of every eviction, as it is counted', () => {
    const { count, seg } = begin({ eviction, segments: 8, hashPower: 8 })
    const listener = new Listener()
    seg.listenToEvictions(listener)
    for (let i = 0; i < 2000; i++) {
      seg.set(entryOf(`key-${i % 700}`, 1 + ((i * 31) % 90), 0))
      const other = Buffer.from(`key-${(i * 3) % 700}`)
      if (i % 7 === 0) seg.delete(other, 0, other.length)
    }
    expect(count('itemEvict')).toBeGreaterThan(100)
    expect(listener.keys).toHaveLength(count('itemEvict'))
    seg.check()
    const before = listener.keys.length
    listener.isOn = false
    for (let i = 0; i < 1000; i++) seg.set(entryOf(`other-${i}`, 90, 0))
    expect(listener.keys).toHaveLength(before)
  })
})

it('a listener is told what the item was', () => {
  const { clock, seg, subject } = begin({ eviction: 'fifo', segments: 2 })
  const listener = new Listener()
  seg.listenToEvictions(listener)
  clock.advance(4)
  subject.set('a', 'first', { deadline: subject.in(600) })
  subject.set('b', 'second', { deadline: subject.in(600) })
  subject.get('b')
  clock.advance(2)
  for (let i = 0; listener.told.length < 2; i++) {
    subject.set(`later-${i}`, 'x'.repeat(1000), { deadline: subject.in(600) })
    if (i > 20) break
  }
  expect(listener.told.slice(0, 2)).toEqual([
    { key: 'a', value: 'first', deadline: 641, lastAccess: 41, isFetched: false },
    { key: 'b', value: 'second', deadline: 641, lastAccess: 41, isFetched: true },
  ])
})

it('a scan tells when items were used, and whether they were read', () => {
  const { clock, seg, subject } = begin()
  clock.advance(4)
  subject.set('read', 'x')
  subject.set('unread', 'x')
  clock.advance(3)
  subject.get('read')
  clock.advance(2)
  const seen = new Map<string, object>()
  for (let bucket = 0; bucket < seg.buckets; bucket++) {
    seg.scan(bucket, ({ bytes, keyEnd, keyStart, lastAccess, marks }) => {
      const isFetched = (marks & Mark.Fetched) !== 0
      seen.set(bytes.toString('latin1', keyStart, keyEnd), { lastAccess, isFetched })
    })
  }
  expect(seen.get('read')).toEqual({ lastAccess: 71, isFetched: true })
  expect(seen.get('unread')).toEqual({ lastAccess: 41, isFetched: false })
})

it('a listener is told when an item was used that a full chain gives up after others were evicted', () => {
  const sizes = { segments: 8, segmentBytes: 1024, hashPower: 4, overflowFactor: 0 }
  const options = { eviction: 'fifo', spareSegments: 6, hash: new WeakHash() } as const
  const { clock, seg, subject } = begin({ ...sizes, ...options })
  const listener = new Listener()
  seg.listenToEvictions(listener)
  clock.advance(1)
  // In one bucket, and the others fill the other.
  subject.set('b', 'x', { deadline: subject.in(seconds(1000)) })
  clock.advance(1)
  const used = clock.now
  for (const key of ['a0', 'a2', 'a4', 'a6', 'a8', 'c0', 'c2']) {
    subject.set(key, 'x', { deadline: subject.in(seconds(9000)) })
  }
  clock.advance(100)
  subject.get('b')
  subject.set('c4', 'x'.repeat(40))
  expect(listener.told).toMatchObject([
    { key: 'b', lastAccess: clock.now },
    { key: 'a0', lastAccess: used },
  ])
})
