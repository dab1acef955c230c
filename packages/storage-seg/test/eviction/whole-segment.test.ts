import { describe, expect, it } from 'vitest'
import { begin, name, names, VALUE } from './fours.ts'

describe('which segment goes', () => {
  it('fifo: the oldest', () => {
    const { subject, there } = begin({ eviction: 'fifo' })
    for (const key of names(0, 64)) subject.set(key, VALUE)
    subject.set('next', VALUE)
    expect(there(names(0, 64))).toEqual(names(4, 64))
  })

  it('cte: the one that ends first, but not just before its end', () => {
    const { subject, there } = begin({ eviction: 'cte' })
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
    const { subject, there } = begin({ eviction: 'util' })
    for (const key of names(0, 64)) subject.set(key, VALUE)
    for (const i of [20, 21, 22, 41, 42]) subject.delete(name(i))
    subject.set('next', VALUE)
    expect(there(names(0, 64)).includes(name(23))).toBe(false)
    expect(there(names(0, 64)).length).toBe(64 - 6)
  })

  it.each(['random', 'random-fifo'] as const)('%s: one of them, whole', (eviction) => {
    const { subject, there } = begin({ eviction })
    for (const key of names(0, 64)) subject.set(key, VALUE)
    subject.set('next', VALUE)
    const left = there(names(0, 64))
    expect(left.length).toBe(60)
    const gone = names(0, 64).filter((key) => !left.includes(key))
    expect(Number(gone[3]) - Number(gone[0])).toBe(3)
  })
})
