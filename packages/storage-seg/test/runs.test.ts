/** Items that are longer than a segment: each lies in a run of neighbouring ones. */
import { describe, expect, it } from 'vitest'
import { begin, entryOf, EVICTING, POLICIES, read, seconds } from './begin.ts'

const SEGMENT = 1024
const SMALL = { segments: 16, segmentBytes: SEGMENT, itemSizeMax: 6 * SEGMENT, hashPower: 8 }

/** So many bytes, no two neighbours alike. */
function textOf(length: number): string {
  return Array.from({ length }, (_, i) =>
    String.fromCodePoint(97 + ((i * 7 + (i >> 8)) % 26)),
  ).join('')
}

describe.each(POLICIES)('a long item under %s', (eviction) => {
  it('is what was given, and frees its segments at once when it goes', () => {
    const { seg, subject, count } = begin({ ...SMALL, eviction })
    const value = textOf(2.5 * SEGMENT)
    expect(subject.set('long', value, { flags: 7 })).toBe('Ok')
    expect(subject.get('long')).toMatchObject({ value, flags: 7 })
    expect(seg.inspect().segments.filter(({ state }) => state === 'run')).toMatchObject([
      { id: 1, run: 1, liveItems: 1 },
      { id: 2, run: 1, liveItems: 0 },
      { id: 3, run: 1, liveItems: 0 },
    ])
    expect(count('segmentFree')).toBe(13)
    expect(subject.delete('long')).toBe('Ok')
    expect(count('segmentFree')).toBe(16)
    expect(subject.set('long', value)).toBe('Ok')
    expect(subject.set('long', 'short')).toBe('Ok')
    expect([count('segmentFree'), count('itemDead')]).toEqual([15, 0])
  })

  it('grows out of a segment, and out of a run', () => {
    const { subject, count } = begin({ ...SMALL, eviction })
    const [one, two, three] = [textOf(900), textOf(500), textOf(2000)]
    subject.set('a', one, { flags: 3 })
    expect(subject.store('append', 'a', two)).toBe('Ok')
    expect(subject.get('a')).toMatchObject({ value: one + two, flags: 3 })
    expect(subject.store('prepend', 'a', three)).toBe('Ok')
    expect(subject.get('a')).toMatchObject({ value: three + one + two, flags: 3 })
    expect(count('segmentFree')).toBe(12)
    expect(subject.increment('a', 1n)).toBe('NotANumber')
  })

  it('is over with its deadline, which a touch may give it, and its segments are free then', () => {
    const { subject, count } = begin({ ...SMALL, eviction })
    const value = textOf(3000)
    subject.set('a', value, { deadline: subject.in(50) })
    subject.set('b', value)
    expect(subject.touch('a', subject.in(seconds(1000)))).toBe('Ok')
    expect(subject.touch('b', subject.in(60))).toBe('Ok')
    expect(subject.getAndTouch('b', subject.in(40))?.value).toBe(value)
    subject.wait(40)
    expect(subject.get('a')?.value).toBe(value)
    expect(subject.get('b')).toBeUndefined()
    subject.wait(seconds(1000))
    subject.expire()
    expect([count('segmentFree'), count('segmentExpire')]).toEqual([16, 3])
  })

  it('is gone with a flush', () => {
    const { subject, seg, count } = begin({ ...SMALL, eviction })
    subject.set('a', textOf(3000))
    subject.set('b', textOf(10))
    subject.flush(subject.in(0))
    expect(subject.get('a')).toBeUndefined()
    subject.set('c', textOf(4000))
    subject.flush(subject.in(0))
    seg.expire(0)
    expect([count('segmentFree'), count('itemCurrent')]).toEqual([16, 0])
  })

  it('arrives in its place, alone where it is large', () => {
    const { seg, subject, count } = begin({ ...SMALL, eviction })
    const value = textOf(5000)
    const id = subject.reserve('a', value.length, { flags: 1, deadline: subject.in(100) })
    if (typeof id !== 'number') throw new Error(id)
    const before = count('segmentFree')
    // Nothing else has room to arrive, and nothing goes for that.
    expect(subject.reserve('b', value.length)).toBe('NoSpace')
    expect(subject.reserve('b', 2000)).toBe('NoSpace')
    expect(count('segmentFree')).toBe(before)
    for (let i = 0; i < 20; i++) subject.set(`other ${i}`, textOf(100))
    for (let at = 0; at < value.length; at += 700) subject.write(id, value.slice(at, at + 700))
    expect(subject.get('a')).toBeUndefined()
    subject.set('a', '', { reservation: id, flags: 1, deadline: subject.in(300) })
    expect(subject.get('a')).toMatchObject({ value, flags: 1, deadline: subject.in(300) })
    expect(seg.inspect().segments.filter(({ state }) => state === 'run').length).toBe(5)
    const next = subject.reserve('b', value.length)
    if (typeof next !== 'number') throw new Error(next)
    subject.abort(next)
    subject.delete('a')
    expect(seg.inspect().segments.filter(({ state }) => state === 'run')).toEqual([])
  })

  it('is dropped where it is over before it has arrived', () => {
    const { subject, count } = begin({ ...SMALL, eviction })
    subject.set('a', 'old')
    const deadline = subject.in(0)
    const id = subject.reserve('a', 3000, { deadline })
    if (typeof id !== 'number') throw new Error(id)
    subject.write(id, textOf(3000))
    expect(subject.set('a', '', { reservation: id, deadline })).toBe('Ok')
    expect(subject.get('a')).toBeUndefined()
    expect(count('segmentFree')).toBe(16)
  })
})

describe('where nothing is evicted', () => {
  it('a long item needs neighbours that are free, or over', () => {
    const { subject, count } = begin({
      ...SMALL,
      eviction: 'none',
      segments: 6,
      itemSizeMax: 3 * SEGMENT,
    })
    for (let i = 0; i < 6; i++) {
      // The tail of the next longer bucket would do where most segments are tails.
      const deadline = i === 4 ? subject.in(seconds(5)) : 0
      expect(subject.set(`k${i}`, textOf(900), { deadline })).toBe('Ok')
    }
    const value = textOf(2500)
    expect(subject.set('long', value)).toBe('NoSpace')
    for (const i of [1, 3, 5]) subject.delete(`k${i}`)
    expect(count('segmentFree')).toBe(3)
    expect(subject.set('long', value)).toBe('NoSpace')
    // Between 3 and 5.
    subject.wait(seconds(5))
    expect(subject.set('long', value)).toBe('Ok')
    for (const i of [0, 2]) expect(subject.get(`k${i}`)?.value).toBe(textOf(900))
    expect([count('itemEvict'), count('itemExpire')]).toEqual([0, 1])
  })
})

describe.each(EVICTING)('in a full heap under %s', (eviction) => {
  it('a long item takes the place of as much as it needs', () => {
    const { seg, count } = begin({ ...SMALL, segments: 64, eviction })
    for (let i = 0; i < 2000; i++) seg.set(entryOf(`k${i}`, 80, 0))
    const before = { evicted: count('itemEvict'), free: count('segmentFree') }
    expect(before.free).toBeLessThan(5)
    expect(seg.set(entryOf('long', 4500, 0))).toBe(0)
    expect(read(seg, 'long')).toBe(true)
    // Ten items have room in a segment.
    expect(count('itemEvict') - before.evicted).toBeLessThanOrEqual(50)
    seg.check()
  })

  it('long items are evicted for short ones', () => {
    const { seg } = begin({ ...SMALL, eviction })
    for (let i = 0; i < 10; i++) expect(seg.set(entryOf(`long ${i}`, 3500, 0))).toBe(0)
    for (let i = 0; i < 1000; i++) expect(seg.set(entryOf(`k${i}`, 80, 0))).toBe(0)
    const left = Array.from({ length: 10 }, (_, i) => read(seg, `long ${i}`)).filter(Boolean)
    expect(left.length).toBeLessThan(3)
    seg.check()
  })
})

describe.each(['merge', 's3-fifo'] as const)('under %s', (eviction) => {
  it('a long item that is read outlives those that are not', () => {
    const { clock, seg } = begin({ ...SMALL, segments: 24, eviction })
    seg.set(entryOf('read', 3500, 0))
    for (let i = 0; i < 60; i++) {
      expect(read(seg, 'read')).toBe(true)
      seg.set(entryOf(`long ${i}`, 3500, 0))
      for (let j = 0; j < 10; j++) seg.set(entryOf(`short ${i} ${j}`, 90, 0))
      clock.advance(2)
    }
    seg.check()
  })
})

describe('in slabs of 1 GiB', () => {
  const MIB = 1024 * 1024
  const LARGE = { segments: 300, segmentBytes: 4 * MIB, itemSizeMax: 1000 * MIB }

  it('a run lies in one of them', () => {
    const { seg, subject } = begin({ ...LARGE, eviction: 'none' })
    // Of 256 segments 250 are taken, by a value whose bytes do not come.
    const id = subject.reserve('first', 999 * MIB)
    expect(seg.set(entryOf('long', 26 * MIB, 0))).toBe(0)
    const heads = seg.inspect().segments.filter(({ liveItems }) => liveItems > 0)
    expect(heads.map((segment) => segment.id)).toEqual([1, 257])
    if (typeof id === 'number') subject.abort(id)
    seg.check()
  })

  it('an item of 16 MiB and more is whole, with flags, deadline and key', () => {
    const { clock, seg, subject } = begin({ ...LARGE, segments: 16, itemSizeMax: 40 * MIB })
    const value = Buffer.alloc(17 * MIB + 3, 'abcdefghijk')
    const entry = { ...entryOf('a key', 0, 0), value, valueEnd: value.length, flags: 5 }
    expect(seg.set(Object.assign(entryOf('a key', 0, clock.now + 90), entry))).toBe(0)
    const item = seg.get(entry.key, 0, entry.keyEnd)
    expect(item?.bytes.compare(value, 0, value.length, item.start, item.end)).toBe(0)
    expect(item).toMatchObject({ flags: 5, deadline: 0 })
    const more = entryOf('a key', MIB, 0)
    expect(seg.append(more)).toBe(0)
    expect(seg.touch(entry.key, 0, entry.keyEnd, clock.now + 90)).toBe(0)
    expect(read(seg, 'a key')).toBe(true)
    seg.check()
    clock.advanceTicks(90)
    expect(subject.get('a key')).toBeUndefined()
    expect(seg.inspect().segments.every(({ state }) => state === 'free')).toBe(true)
  })
})
