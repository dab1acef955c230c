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
})
