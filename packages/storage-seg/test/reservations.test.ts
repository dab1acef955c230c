import { NEVER, StoreMode } from '@pelikan/core'
import type { StorageSubject } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { begin } from './begin.ts'

describe('reservations', () => {
  it('refuses what was not reserved', () => {
    const { seg, subject } = begin()
    const reservation = subject.reserve('a', 3)
    if (typeof reservation !== 'number') throw new Error(reservation)
    expect(() => subject.write(reservation, 'four')).toThrow(
      expect.objectContaining({ code: 'PELIKAN_SEG_INVALID_RESERVATION' }),
    )
    seg.abort(reservation)
    expect(() => seg.abort(reservation)).toThrow(/^there is no reservation/)
  })

  it('holds a quarter of the segments at most', () => {
    const { seg, subject, count } = begin({ segments: 8 })
    const open: number[] = []
    for (;;) {
      const reservation = subject.reserve(`${open.length}`, 4000)
      if (typeof reservation !== 'number') break
      open.push(reservation)
    }
    expect(open.length).toBe(2)
    expect(count('segmentFree')).toBe(6)
    for (let i = 0; i < 100; i++) expect(subject.set(`${i}`, 'x'.repeat(2000))).toBe('Ok')
    for (const reservation of open) seg.abort(reservation)
    seg.check()
    expect(subject.set('a', 'x'.repeat(4000))).toBe('Ok')
  })

  it('stores a value where it has arrived, with a deadline that counts from then', () => {
    const { seg, subject, count } = begin()
    const reservation = arrive(subject, 'a', { flags: 1, deadline: subject.in(10) })
    subject.wait(3)
    subject.set('a', '', { reservation, flags: 1, deadline: subject.in(10) })
    expect(count('itemAllocate')).toBe(1)
    seg.check()
    subject.wait(9)
    expect(subject.get('a')).toMatchObject({ value: 'abc', flags: 1 })
    subject.wait(1)
    expect(subject.get('a')).toBeUndefined()
  })

  it.each([
    ['another key', 'b', 0, 0],
    ['other flags', 'a', 7, 0],
    ['a deadline', 'a', 0, 10],
  ])('copies a value that is stored with %s', (_, key, flags, lifetime) => {
    const { seg, subject, count } = begin()
    const reservation = arrive(subject, 'a')
    const deadline = lifetime === 0 ? NEVER : subject.in(lifetime)
    subject.set(key, '', { reservation, flags, deadline })
    expect(subject.get(key)).toMatchObject({ value: 'abc', flags })
    expect(count('itemAllocate')).toBe(2)
    expect(count('itemCurrent')).toBe(1)
    seg.check()
  })

  it.each([
    ['added where an item is', StoreMode.Add, 'old', 'NotStored'],
    ['to replace what is not there', StoreMode.Replace, 'a', 'NotStored'],
  ] as const)(
    'ends with a value that is %s, though it may be made on appends',
    (_, mode, key, status) => {
      const { seg, subject, count } = begin()
      subject.set('old', 'x')
      const reservation = arrive(subject, key)
      const answer = subject.storeOn(mode, key, '', { reservation, vivify: NEVER })
      expect(answer.status).toBe(status)
      expect(() => seg.abort(reservation)).toThrow(/^there is no reservation/)
      subject.delete('old')
      expect([count('itemCurrent'), count('segmentFree')]).toEqual([0, 64])
    },
  )

  it('copies a value in whose segment everything was flushed, and drops the others there', () => {
    const { seg, subject, count } = begin()
    subject.set('old', 'x')
    const reservation = arrive(subject, 'a')
    subject.set('later', 'x')
    subject.flush(subject.in(0))
    subject.expire()
    expect(count('itemFlush')).toBe(2)
    subject.set('a', '', { reservation })
    expect(subject.get('a')?.value).toBe('abc')
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([1, 63])
    seg.check()
  })
})

function arrive(
  subject: StorageSubject,
  key: string,
  options: { flags?: number; deadline?: number } = {},
): number {
  const reservation = subject.reserve(key, 3, options)
  if (typeof reservation !== 'number') throw new Error(reservation)
  subject.write(reservation, 'abc')
  return reservation
}
