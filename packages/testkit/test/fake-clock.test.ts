import { FakeClock } from '@pelikan/testkit'
import { expect, it } from 'vitest'

it('stands still until it is told to go on', () => {
  const clock = new FakeClock(1000)
  clock.refresh()
  expect([clock.now, clock.unixSeconds]).toEqual([1, 1000])
  clock.advance(2)
  expect([clock.now, clock.unixSeconds]).toEqual([21, 1002])
  clock.advance(1.1)
  expect([clock.now, clock.unixSeconds]).toEqual([32, 1003])
})

it('counts ticks into seconds', () => {
  const clock = new FakeClock(1000)
  for (let tick = 0; tick < 9; tick++) clock.advanceTicks(1)
  expect([clock.now, clock.unixSeconds]).toEqual([10, 1000])
  clock.advanceTicks(1)
  expect([clock.now, clock.unixSeconds]).toEqual([11, 1001])
})

it('takes another date without moving now', () => {
  const clock = new FakeClock()
  const { now } = clock
  clock.unixSeconds = 5
  expect([clock.now, clock.unixSeconds]).toEqual([now, 5])
  clock.advance(1)
  expect(clock.unixSeconds).toBe(6)
})

it('does not go backwards or in parts of a tick', () => {
  expect(() => new FakeClock().advance(-1)).toThrow(RangeError)
  expect(() => new FakeClock().advance(0.05)).toThrow(RangeError)
})
