import { NEVER } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { begin, read, seconds } from './begin.ts'

describe('time', () => {
  it('counts a deadline that a touch has made later', () => {
    const { subject, count } = begin()
    subject.set('a', 'x', { deadline: subject.in(10) })
    subject.set('b', 'x', { deadline: subject.in(10) })
    subject.touch('a', subject.in(70))
    // Both stay in the segment of their bucket.
    expect(count('segmentFree')).toBe(63)
    subject.wait(10)
    subject.expire()
    expect(subject.get('a')?.value).toBe('x')
    expect(subject.get('b')).toBeUndefined()
    subject.touch('a', subject.in(seconds(5000)))
    expect(subject.get('a')?.value).toBe('x')
    expect(count('itemDead')).toBe(0)
  })

  it('reads a value that was touched to its end', () => {
    const { subject } = begin()
    subject.set('a', 'value')
    expect(subject.getAndTouch('a', 1)?.value).toBe('value')
    expect(subject.get('a')).toBeUndefined()
  })

  it('keeps cas and flags through a touch that moves the item', () => {
    const { subject } = begin()
    subject.set('a', 'value', { flags: 3 })
    const { cas } = subject.get('a') ?? {}
    expect(subject.touch('a', subject.in(1000))).toBe('Ok')
    expect(subject.get('a')).toEqual({ value: 'value', flags: 3, deadline: subject.in(1000), cas })
    expect(subject.touch('a', NEVER)).toBe('Ok')
    expect(subject.get('a')).toEqual({ value: 'value', flags: 3, deadline: NEVER, cas })
  })

  it('tells of the deadline that stays where there is no room for another', () => {
    const { seg, subject } = begin({ eviction: 'none', segments: 2, segmentBytes: 256 })
    for (let i = 0; subject.set(`key-${i}`, 'x'.repeat(40)) === 'Ok'; i++);
    expect(subject.getAndTouch('key-0', subject.in(100))?.deadline).toBe(NEVER)
    expect(subject.get('key-0')?.deadline).toBe(NEVER)
    seg.check()
  })

  it.each([2 ** 31, 2 ** 31 + 10, 2 ** 32, 2 ** 32 + 100, 2 ** 40])(
    'takes the deadline %d, of more than 31 bits, for one that is far away',
    (deadline) => {
      const { clock, seg, subject } = begin()
      expect(subject.set('a', 'x', { deadline })).toBe('Ok')
      expect(subject.get('a')?.value).toBe('x')
      subject.set('b', 'x')
      expect(subject.touch('b', deadline)).toBe('Ok')
      expect(subject.get('b')?.value).toBe('x')
      clock.advance(365 * 86_400)
      seg.expire(clock.now)
      expect([read(seg, 'a'), read(seg, 'b')]).toEqual([true, true])
      subject.flush(deadline)
      expect([read(seg, 'a'), read(seg, 'b')]).toEqual([true, true])
    },
  )
})
