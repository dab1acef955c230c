import { describe, expect, it } from 'vitest'
import { begin } from './begin.ts'
import { WeakHash } from './weak-hash.ts'

/** Items of a chain that cannot get longer. */
const CHAIN = 17 * 7

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
    const names = Array.from({ length: CHAIN }, (_, i) => `key-${i}`)
    for (const name of names) expect(subject.set(name, 'x')).toBe('Ok')
    expect(count('itemCurrent')).toBe(CHAIN)
    for (const name of names) if (name !== 'key-50') subject.get(name)
    clock.advance(1)
    expect(subject.set('one more', 'x')).toBe('Ok')
    expect(count('itemCurrent')).toBe(CHAIN)
    expect(count('hashInsertEx')).toBe(1)
    expect(names.filter((name) => subject.get(name) === undefined)).toEqual(['key-50'])
  })

  it('uses overflow buckets again, however often they were used', () => {
    const { seg, subject } = begin({ eviction: 'none', hashPower: 3, overflowFactor: 3 })
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 28; i++) expect(subject.set(`${round}-${i}`, 'x')).toBe('Ok')
      for (let i = 0; i < 28; i++) expect(subject.delete(`${round}-${i}`)).toBe('Ok')
    }
    expect(seg.inspect().table.unusedOverflowBuckets).toBe(3)
  })

  it('has chains of 16 overflow buckets at most under none, and then refuses', () => {
    const { seg, subject, count } = begin({
      hash: new WeakHash(1),
      overflowFactor: 16,
      eviction: 'none',
    })
    for (let i = 0; i < CHAIN; i++) expect(subject.set(`key-${i}`, 'x')).toBe('Ok')
    expect(subject.set('one more', 'x')).toBe('NoSpace')
    expect(subject.store('add', 'one more', 'x')).toBe('NoSpace')
    expect(count('itemCurrent')).toBe(CHAIN)
    expect(subject.delete('key-60')).toBe('Ok')
    expect(subject.store('add', 'one more', 'x')).toBe('Ok')
    for (let i = 0; i < CHAIN; i++) {
      expect(subject.get(`key-${i}`)?.value).toBe(i === 60 ? undefined : 'x')
    }
    expect(seg.inspect().table.unusedOverflowBuckets).toBe(512 * 16 - 16)
  })

  it('drops the coldest of its chain also where no overflow bucket is left', () => {
    const { clock, seg, subject, count } = begin({
      hash: new WeakHash(2),
      hashPower: 4,
      overflowFactor: 1,
      eviction: 'fifo',
    })
    // Two chains of one bucket each, and two more for whoever is first.
    const chain = (parity: number, length: number) =>
      Array.from(
        { length },
        (_, i) => `${String.fromCharCode(48 + ((i * 2 + parity) % 10))}${'0'.repeat(2 * i)}`,
      )
    const first = chain(0, 21)
    const second = chain(1, 7)
    for (const name of [...first, ...second]) expect(subject.set(name, 'x')).toBe('Ok')
    expect(seg.inspect().table.unusedOverflowBuckets).toBe(0)
    clock.advance(1)
    for (const name of second.slice(1)) subject.get(name)
    expect(subject.set(chain(1, 8)[7], 'x')).toBe('Ok')
    expect([count('hashInsertEx'), count('itemEvict')]).toEqual([1, 1])
    expect(subject.get(second[0])).toBeUndefined()
    for (const name of [...first, ...second.slice(1)]) expect(subject.get(name)?.value).toBe('x')
  })

  it('tells keys apart that begin alike, at whatever place of the chain', () => {
    const { subject } = begin({ hash: new WeakHash(1), overflowFactor: 16 })
    const names = Array.from({ length: 100 }, (_, i) => 'k'.repeat(i + 1))
    for (const [i, name] of names.entries()) subject.set(name, `${i}`)
    for (let i = 0; i < names.length; i += 2) expect(subject.delete(names[i])).toBe('Ok')
    for (const [i, name] of names.entries()) {
      expect(subject.get(name)?.value).toBe(i % 2 === 0 ? undefined : `${i}`)
    }
    for (const [i, name] of names.entries()) subject.set(name, `again ${i}`)
    for (const [i, name] of names.entries()) expect(subject.get(name)?.value).toBe(`again ${i}`)
  })
})
