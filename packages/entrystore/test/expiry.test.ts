import { NEVER } from '@pelikan/core'
import { Expiry, MAX_DELTA_SECONDS, type TimeType } from '@pelikan/entrystore'
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

const NOW = 1_700_000_000
const MAX_TICK = 2 ** 31 - 1

/** Ticks from now to the deadline of `exptime`; 0 for expired at once, `NEVER` as a word. */
function ticksLeft(timeType: TimeType, exptime: number): number | 'never' {
  const clock = new FakeClock(NOW)
  clock.advance(100)
  clock.unixSeconds = NOW
  const deadline = new Expiry(clock, timeType).deadline(exptime)
  return deadline === NEVER ? 'never' : deadline - clock.now
}

describe('Expiry', () => {
  it.each<[TimeType, number, number | 'never']>([
    ['Memcache', 0, 'never'],
    ['Memcache', 1, 10],
    ['Memcache', MAX_DELTA_SECONDS, MAX_DELTA_SECONDS * 10],
    ['Memcache', MAX_DELTA_SECONDS + 1, 0],
    ['Memcache', NOW - 1, 0],
    ['Memcache', NOW, 0],
    ['Memcache', NOW + 1, 10],
    ['Memcache', NOW + 1000, 10_000],
    ['Memcache', -1, 0],
    ['Memcache', -(2 ** 31), 0],
    ['Unix', 0, 'never'],
    ['Unix', 1, 0],
    ['Unix', MAX_DELTA_SECONDS, 0],
    ['Unix', NOW, 0],
    ['Unix', NOW + 5, 50],
    ['Unix', -1, 0],
    ['Delta', 0, 'never'],
    ['Delta', 1, 10],
    ['Delta', MAX_DELTA_SECONDS + 1, (MAX_DELTA_SECONDS + 1) * 10],
    ['Delta', -1, 0],
  ])('%s %i', (timeType, exptime, ticks) => {
    expect(ticksLeft(timeType, exptime)).toBe(ticks)
  })

  it('keeps deadlines within 31 bits', () => {
    const clock = new FakeClock(NOW)
    expect(new Expiry(clock, 'Memcache').deadline(MAX_TICK)).toBe(MAX_TICK)
    expect(new Expiry(clock, 'Delta').deadline(MAX_TICK)).toBe(MAX_TICK)
  })

  it('counts the delay of flush_all likewise, and 0 is now', () => {
    const clock = new FakeClock(NOW)
    const expiry = new Expiry(clock, 'Memcache')
    expect(expiry.delayed(0)).toBe(clock.now)
    expect(expiry.delayed(-1)).toBe(clock.now)
    expect(expiry.delayed(5)).toBe(clock.now + 50)
    expect(expiry.delayed(NOW + 5)).toBe(clock.now + 50)
    expect(expiry.delayed(NOW - 5)).toBe(clock.now)
  })
})
