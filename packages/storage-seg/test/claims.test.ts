/** Storages over one memory in one thread: what one has claimed, and rests in, is no harm to the others. */
import type { StorageSubject } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import type { SegStorage } from '@pelikan/storage-seg'
import { beginTwo } from './begin.ts'

describe('while a walk of one storage rests', () => {
  it.each([
    ['has expired', (one: StorageSubject) => one.wait(20)],
    ['was flushed', (one: StorageSubject) => one.flush(one.in(0))],
  ])('another finds what else %s', (_, end) => {
    const { one, two } = beginTwo({ eviction: 'none', spareSegments: 8 })
    const short = { deadline: one.in(10) }
    for (let i = 0; i < 28; i++) one.set(`s${i}`, 'x'.repeat(200), short)
    end(one)
    // Begins to free a segment, and rests.
    expect(one.set('a', 'x'.repeat(20))).toBe('Ok')
    for (let i = 0; i < 20; i++) expect([i, two.set(`n${i}`, 'x'.repeat(200))]).toEqual([i, 'Ok'])
  })
})

describe('what a walk has claimed when it rests', () => {
  const isFree = (seg: SegStorage) => seg.inspect().segments.every(({ state }) => state === 'free')
  /** The second begins to make room, and rests. */
  function beginResting() {
    const both = beginTwo({ eviction: 'merge', spareSegments: 4 })
    // Four segments, with sixteen items each.
    for (let i = 0; i < 64; i++) both.one.set(`k${i}`, 'x'.repeat(50))
    both.two.set('a', 'x'.repeat(20))
    return both
  }

  it('is given back by a thread that has nothing to write for a while', () => {
    const { seg, other } = beginResting()
    other.settle()
    other.settle()
    seg.clear()
    expect(isFree(seg)).toBe(true)
    seg.check()
  })

  it('is not given back by one that was at it a moment ago', () => {
    const { seg, other } = beginResting()
    other.settle()
    seg.clear()
    expect(isFree(seg)).toBe(false)
    seg.check()
  })

  it('is given back by a thread that closes, with what was arriving there', () => {
    const { seg, other, two } = beginResting()
    const reservation = two.reserve('a', 500)
    if (typeof reservation !== 'number') throw new Error(reservation)
    other.close()
    seg.clear()
    expect(isFree(seg)).toBe(true)
    expect(() => other.abort(reservation)).toThrow(/^there is no reservation/)
    seg.check()
  })
})
