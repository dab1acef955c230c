import { describe, expect, it } from 'vitest'
import { begin } from './begin.ts'
import { WeakHash } from './weak-hash.ts'

describe('hash table', () => {
  it('tells keys with one hash apart', () => {
    const { seg, subject, count } = begin({ hash: new WeakHash(1), segments: 64 })
    const names = Array.from({ length: 100 }, (_, i) => `key-${i}`)
    for (const name of names) subject.set(name, `value of ${name}`)
    for (const name of names) expect(subject.get(name)?.value).toBe(`value of ${name}`)
    expect(count('hashTagCollision')).toBeGreaterThan(1000)
    for (const name of names.slice(0, 90)) expect(subject.delete(name)).toBe('Ok')
    for (const name of names.slice(90)) expect(subject.get(name)?.value).toBe(`value of ${name}`)
    seg.check()
  })

  it('has chains of 16 overflow buckets at most, and then the coldest item goes', () => {
    const { clock, subject, count } = begin({ hash: new WeakHash(1), overflowFactor: 16 })
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
    const { seg, subject } = begin({ eviction: 'none', hashPower: 3, overflowFactor: 0 })
    for (let i = 0; i < 7; i++) expect(subject.set(`key-${i}`, 'x')).toBe('Ok')
    expect(subject.set('one more', 'x')).toBe('NoSpace')
    expect(subject.get('one more')).toBeUndefined()
    expect(subject.set('key-3', 'a longer value')).toBe('Ok')
    subject.delete('key-0')
    expect(subject.set('one more', 'x')).toBe('Ok')
    seg.check()
  })

  it('uses overflow buckets again, however often they were used', () => {
    const { seg, subject } = begin({ eviction: 'none', hashPower: 3, overflowFactor: 3 })
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 28; i++) expect(subject.set(`${round}-${i}`, 'x')).toBe('Ok')
      for (let i = 0; i < 28; i++) expect(subject.delete(`${round}-${i}`)).toBe('Ok')
    }
    expect(seg.inspect().table.unusedOverflowBuckets).toBe(3)
  })

  it('evicts in turn where two keys have room', () => {
    const { subject } = begin({ segments: 2, segmentBytes: 64, hashPower: 3 })
    for (let i = 0; i < 1000; i++) {
      const name = `0${i % 3}`
      expect(subject.set(name, `${i}`.padEnd(40))).toBe('Ok')
      expect(subject.get(name)?.value).toBe(`${i}`.padEnd(40))
    }
  })
})
