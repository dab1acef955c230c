import { type Clock, NEVER, SystemClock, TICKS_PER_SECOND } from '@pelikan/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const TICK_MS = 1000 / TICKS_PER_SECOND

describe('SystemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_700_000_000_500 })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('starts behind NEVER', () => {
    const clock: Clock = new SystemClock()
    expect(clock.now).toBe(1)
    expect(clock.now).toBeGreaterThan(NEVER)
    expect(clock.unixSeconds).toBe(1_700_000_000)
    clock.refresh()
    expect(clock.now).toBe(1)
  })

  it('counts tenths of a second', () => {
    expect(TICK_MS).toBe(100)
    const clock = new SystemClock()
    vi.advanceTimersByTime(99)
    clock.refresh()
    expect(clock.now).toBe(1)
    vi.advanceTimersByTime(1)
    clock.refresh()
    expect(clock.now).toBe(2)
    vi.advanceTimersByTime(10_000)
    clock.refresh()
    expect(clock.now).toBe(102)
  })

  it('holds still until it is refreshed', () => {
    const clock = new SystemClock()
    vi.advanceTimersByTime(60_000)
    expect([clock.now, clock.unixSeconds]).toEqual([1, 1_700_000_000])
    clock.refresh()
    expect([clock.now, clock.unixSeconds]).toEqual([601, 1_700_000_060])
  })

  it('counts from when it was made', () => {
    vi.advanceTimersByTime(60_000)
    expect(new SystemClock().now).toBe(1)
  })

  it('shows the ticks of another clock, given its origin', () => {
    const first = new SystemClock()
    const other = new SystemClock(first.origin - 10 * 1000)
    expect(other.now).toBe(101)
    vi.advanceTimersByTime(250)
    for (const clock of [first, other]) clock.refresh()
    expect([first.now, other.now]).toEqual([3, 103])
  })

  it('never goes backwards, whatever happens to the date', () => {
    const step = fc.record({
      ms: fc.nat(5000),
      date: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    })
    const property = fc.property(fc.array(step), (steps) => {
      const clock = new SystemClock()
      let elapsed = 0
      for (const { ms, date } of steps) {
        const before = clock.now
        vi.advanceTimersByTime(ms)
        vi.setSystemTime(date)
        elapsed += ms
        clock.refresh()
        expect(clock.now).toBeGreaterThanOrEqual(before)
        expect(clock.now).toBe(1 + Math.floor(elapsed / TICK_MS))
      }
    })
    fc.assert(property)
  })

  it('learns of a new date with the next tick', () => {
    const clock = new SystemClock()
    vi.setSystemTime(1_800_000_000_000)
    vi.advanceTimersByTime(TICK_MS)
    clock.refresh()
    expect(clock.unixSeconds).toBe(1_800_000_000)
  })

  it('stays a 31-bit integer for six years', () => {
    const clock = new SystemClock()
    vi.advanceTimersByTime(6 * 365 * 24 * 3_600_000)
    clock.refresh()
    expect(clock.now).toBeLessThan(2 ** 31)
    expect(clock.now).toBe(clock.now | 0)
  })
})
