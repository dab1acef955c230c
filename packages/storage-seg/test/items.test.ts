import { describe, expect, it } from 'vitest'
import { itemSize } from '@pelikan/storage-seg'
import { begin } from './begin.ts'

describe('items and segments', () => {
  it('writes a value of the same size in place', () => {
    const { subject, count } = begin()
    subject.set('a', 'one')
    const { cas } = subject.get('a') ?? {}
    subject.set('a', 'two')
    expect(count('itemDead')).toBe(0)
    expect(subject.get('a')?.value).toBe('two')
    expect(subject.get('a')?.cas).not.toBe(cas)
  })

  it('takes 92 bytes for a key of 16 and a value of 64, and what its flags announce', () => {
    const { subject, count } = begin()
    expect(itemSize(16, 64, 0)).toBe(92)
    subject.set('k'.repeat(16), 'v'.repeat(64))
    expect(count('itemCurrentBytes')).toBe(92)
    subject.set('K'.repeat(16), 'v'.repeat(64), { flags: 1, deadline: subject.in(100) })
    expect(count('itemCurrentBytes')).toBe(192)
  })

  it('fills a segment to the last byte, and refuses one more', () => {
    const { subject } = begin()
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
    const { subject } = begin()
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
})
