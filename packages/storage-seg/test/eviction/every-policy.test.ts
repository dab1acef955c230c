import { Status } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { EVICTING, entryOf } from '../begin.ts'
import { begin, name, names, VALUE } from './fours.ts'

describe.each(EVICTING)('under %s', (eviction) => {
  it('a set never fails, whatever the TTLs', () => {
    const { clock, seg } = begin({ eviction, hashPower: 10 })
    for (let i = 0; i < 20_000; i++) {
      const ttl = 1 + ((i * 7919) % 1000) * 977
      const deadline = i % 5 === 0 ? 0 : clock.now + ttl * 10
      if (seg.set(entryOf(name(i % 3000), (i * 31) % 900, deadline)) !== Status.Ok) {
        throw new Error(`set ${i} was refused`)
      }
      if (i % 100 === 0) seg.check()
      if (i % 1000 === 0) clock.advance(1)
    }
  })

  it('a thousand TTLs share the heap, and do not take a segment each', () => {
    const { seg, subject, count } = begin({ eviction, segments: 64, hashPower: 12 })
    for (let i = 0; i < 10_000; i++) {
      const deadline = subject.in(10 * (1 + ((i * 7919) % 1000) * 600))
      expect(seg.set(entryOf(name(i), 8, deadline))).toBe(Status.Ok)
    }
    // 64 segments hold 2,340 items of 28 bytes.
    expect(count('itemCurrent')).toBeGreaterThan(700)
    seg.check()
  })

  it('what has expired goes before anything else', () => {
    const { subject, there, count } = begin({ eviction })
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
    const { subject } = begin({ eviction, segments: 2 })
    const reservation = subject.reserve('r', 900)
    for (let i = 0; i < 50; i++) expect(subject.set(name(i), VALUE)).toBe('Ok')
    if (typeof reservation === 'number') subject.abort(reservation)
  })
})
