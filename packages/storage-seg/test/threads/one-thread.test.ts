import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { SegStorage } from '@pelikan/storage-seg'
import { WeakHash } from '../weak-hash.ts'

describe('a shared storage, from one thread', () => {
  it('does the same after sharing', () => {
    const clock = new FakeClock()
    clock.advance(10)
    const seg = new SegStorage({ heapBytes: 4 * 1024 * 1024, segmentBytes: 4096, clock })
    const first = new StorageSubject(seg, clock)
    const handle = seg.share()
    const second = new StorageSubject(SegStorage.attach(handle, { clock }), clock)
    expect(first.set('a', 'one', { flags: 3, deadline: first.in(20) })).toBe('Ok')
    expect(second.get('a')).toEqual(first.get('a'))
    expect(second.get('a')).toMatchObject({ value: 'one', flags: 3, deadline: first.in(20) })
    expect(second.getAndTouch('a', second.in(30))?.value).toBe('one')
    expect(first.getAndTouch('a', first.in(-1))?.value).toBe('one')
    expect(second.get('a')).toBeUndefined()
    second.set('b', '1', { deadline: first.in(5) })
    expect(first.increment('b', 41n)).toBe(42n)
    expect(first.get('b')?.value).toBe('42')
    first.wait(5)
    expect(second.get('b')).toBeUndefined()
    first.set('c', 'x')
    second.flush(second.in(2))
    expect(first.get('c')?.value).toBe('x')
    first.wait(2)
    expect(first.get('c')).toBeUndefined()
    const reservation = second.reserve('d', 3)
    if (typeof reservation !== 'number') throw new Error(reservation)
    second.write(reservation, 'abc')
    second.set('d', '', { reservation })
    expect(first.get('d')?.value).toBe('abc')
    first.clear()
    expect(second.get('d')).toBeUndefined()
    seg.check()
  })

  it('takes back a loan that a write came into', () => {
    const clock = new FakeClock()
    const seg = new SegStorage({ heapBytes: 4 * 1024 * 1024, segmentBytes: 4096, clock })
    const other = new StorageSubject(SegStorage.attach(seg.share(), { clock }), clock)
    other.set('a', 'one')
    const key = Buffer.from('a')
    for (let loan = 0; loan < 8; loan++) {
      const item = seg.get(key, 0, 1)
      other.set('a', 'two')
      expect(item !== undefined && seg.release(item)).toBe(false)
    }
    // After so many a copy is lent, which stays as it was.
    const copy = seg.get(key, 0, 1)
    other.set('a', 'new')
    if (copy === undefined) throw new Error('no item')
    expect(copy.bytes.toString('latin1', copy.start, copy.end)).toBe('two')
    expect(seg.release(copy)).toBe(true)
    const item = seg.get(key, 0, 1)
    expect(item !== undefined && seg.release(item)).toBe(true)
  })

  it('refuses to share a hash of the caller', () => {
    const seg = new SegStorage({
      heapBytes: 4 * 1024 * 1024,
      hash: new WeakHash(),
      clock: new FakeClock(),
    })
    expect(() => seg.share()).toThrow(expect.objectContaining({ code: 'PELIKAN_SEG_NOT_SHARED' }))
  })
})
