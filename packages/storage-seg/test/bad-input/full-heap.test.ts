/** Heaps without room: a refusal that loses nothing, and room again when something goes. */
import { NO_RESERVATION } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import type { Eviction } from '@pelikan/storage-seg'
import { begin } from '../begin.ts'

describe('a heap that is full under none', () => {
  it('refuses what is new, keeps what it has, and takes more when something goes', () => {
    const { clock, seg, subject, count } = begin({
      eviction: 'none',
      segments: 4,
      segmentBytes: 1024,
    })
    const keys: string[] = []
    for (;;) {
      const key = `key-${keys.length}`
      if (subject.store('add', key, 'x'.repeat(200)) !== 'Ok') break
      keys.push(key)
    }
    expect(keys.length).toBe(16)
    const isWhole = () => keys.every((key) => subject.get(key)?.value === 'x'.repeat(200))
    expect(subject.store('add', 'new', 'x'.repeat(200))).toBe('NoSpace')
    expect(subject.set('new', 'x'.repeat(200))).toBe('NoSpace')
    expect(subject.store('append', keys[3], 'x'.repeat(200))).toBe('NoSpace')
    expect(subject.reserve('new', 200)).toBe('NoSpace')
    expect(isWhole()).toBe(true)
    expect(count('itemEvict')).toBe(0)
    // Of the same size there is room, in place.
    expect(subject.set(keys[3], 'y'.repeat(200))).toBe('Ok')
    expect(subject.set(keys[3], 'x'.repeat(200))).toBe('Ok')
    // A segment comes free when its last item goes, by delete or by time.
    for (const key of keys.splice(0, 4)) expect(subject.delete(key)).toBe('Ok')
    for (let i = 0; i < 4; i++) {
      expect(subject.set(`short-${i}`, 'x'.repeat(200), { deadline: subject.in(5) })).toBe('Ok')
    }
    expect(subject.set('new', 'x'.repeat(200))).toBe('NoSpace')
    clock.advanceTicks(5)
    expect(subject.set('new', 'x'.repeat(200))).toBe('Ok')
    expect(isWhole()).toBe(true)
    seg.check()
  })

  it('gives a reservation up that it cannot store', () => {
    const { seg, subject } = begin({ eviction: 'none', segments: 4, segmentBytes: 1024 })
    const reservation = subject.reserve('new', 900)
    if (typeof reservation !== 'number') throw new Error(reservation)
    subject.write(reservation, 'x'.repeat(900))
    for (let i = 0; subject.set(`key-${i}`, 'x'.repeat(200)) === 'Ok'; i++);
    expect(reservation).not.toBe(NO_RESERVATION)
    expect(subject.set('new', '', { reservation })).toBe('NoSpace')
    expect(() => seg.abort(reservation)).toThrow(
      expect.objectContaining({ code: 'PELIKAN_SEG_INVALID_RESERVATION' }),
    )
    // The room that it took is room again.
    expect(subject.set('new', 'x'.repeat(900))).toBe('Ok')
  })
})

it.each(['none', 'merge', 's3-fifo', 'random'] as Eviction[])(
  'the smallest heap that can be had works under %s',
  (eviction) => {
    const { subject } = begin({
      eviction,
      segments: 2,
      segmentBytes: 64,
      hashPower: 3,
      overflowFactor: 0,
    })
    let stored = 0
    for (let i = 0; i < 200; i++) {
      const answer = subject.set(`k${i % 9}`, 'v'.repeat(i % 50))
      expect(eviction === 'none' ? ['Ok', 'NoSpace', 'TooLarge'] : ['Ok', 'TooLarge']).toContain(
        answer,
      )
      if (answer !== 'Ok') continue
      stored++
      expect(subject.get(`k${i % 9}`)?.value).toBe('v'.repeat(i % 50))
    }
    expect(stored).toBeGreaterThan(10)
  },
)
