/** Keys and values that are too large: refused, and nothing else is lost. */
import { describe, expect, it } from 'vitest'
import { begin, POLICIES } from '../begin.ts'

describe.each(POLICIES)('under %s', (eviction) => {
  it('a value larger than the largest is refused by every operation, and nothing else is lost', () => {
    const options = { eviction, segments: 8, segmentBytes: 1024 }
    const { subject, seg } = begin({ ...options, itemSizeMax: 3 * 1024 })
    for (let i = 0; i < 10; i++) subject.set(`other-${i}`, 'x'.repeat(100))
    subject.set('a', 'kept')
    for (const length of [3 * 1024, 100_000]) {
      const value = 'x'.repeat(length)
      for (const operation of ['replace', 'cas', 'append', 'prepend'] as const) {
        const { cas = '' } = subject.get('a') ?? {}
        expect(subject.store(operation, 'a', value, { cas })).toBe('TooLarge')
        expect(subject.get('a')?.value).toBe('kept')
      }
      expect(subject.store('add', 'new', value)).toBe('TooLarge')
      expect(subject.reserve('new', length)).toBe('TooLarge')
    }
    expect(subject.set('a', 'x'.repeat(3 * 1024))).toBe('TooLarge')
    // An old value is not shown in place of the one that was refused.
    expect(subject.get('a')).toBeUndefined()
    for (let i = 0; i < 10; i++) expect(subject.get(`other-${i}`)?.value.length).toBe(100)
    seg.check()
  })

  it('lengths that no item has, of key or value, are refused before anything is touched', () => {
    const { subject, count } = begin({ eviction })
    for (const name of ['', 'k'.repeat(251), 'k'.repeat(256), 'k'.repeat(4000)]) {
      for (const operation of ['set', 'add'] as const) {
        expect(subject.store(operation, name, 'x')).toBe('TooLarge')
      }
      for (const operation of ['replace', 'append', 'prepend'] as const) {
        expect(subject.store(operation, name, 'x')).toBe('NotStored')
      }
      expect(subject.store('cas', name, 'x')).toBe('NotFound')
      expect(subject.reserve(name, 1)).toBe('TooLarge')
      expect(subject.increment(name, 1n)).toBe('NotFound')
      expect(subject.touch(name, 0)).toBe('NotFound')
      expect(subject.getAndTouch(name, 0)).toBeUndefined()
      expect(subject.delete(name)).toBe('NotFound')
      expect(subject.get(name)).toBeUndefined()
    }
    for (const length of [2 ** 24, 2 ** 31 - 1, 2 ** 32, 2 ** 40]) {
      expect(subject.reserve('a', length)).toBe('TooLarge')
    }
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([0, 64])
    for (const name of ['k', 'k'.repeat(250)]) {
      expect(subject.set(name, 'x')).toBe('Ok')
      expect(subject.get(name)?.value).toBe('x')
    }
  })
})
