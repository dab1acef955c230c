import { Entry, Status } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { itemSize } from '@pelikan/storage-seg'
import { begin } from './begin.ts'

describe('items and segments', () => {
  it('begins empty, with every segment free', () => {
    const { seg, count } = begin()
    expect(count('itemCurrent')).toBe(0)
    expect(count('segmentFree')).toBe(64)
    expect(seg.inspect().segments.every(({ state }) => state === 'free')).toBe(true)
  })

  it('overwrites, deletes and clears', () => {
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

  it('fills segments in order and evicts them whole, first in first out', () => {
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

  it('stores all of a million items on a small heap', { timeout: 60_000 }, () => {
    for (const eviction of ['random', 'merge', 's3-fifo'] as const) {
      const { clock, seg } = begin({ segments: 32, segmentBytes: 1024, hashPower: 8, eviction })
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
