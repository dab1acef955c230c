import { Counter, Gauge } from '@pelikan/metrics'
import { describe, expect, it } from 'vitest'

describe('Counter', () => {
  it('counts in its slot only', () => {
    const slots = new Float64Array(3)
    const counter = new Counter(slots, 1)
    counter.increment()
    counter.add(41)
    expect([...slots]).toEqual([0, 42, 0])
  })

  it('is exact to 2^53', () => {
    const slots = new Float64Array(1)
    const counter = new Counter(slots, 0)
    counter.add(Number.MAX_SAFE_INTEGER - 1)
    counter.increment()
    expect(slots[0]).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('Gauge', () => {
  it('rises, falls and is set', () => {
    const slots = new Float64Array(3)
    const gauge = new Gauge(slots, 2)
    gauge.add(10)
    gauge.add(-12)
    expect([...slots]).toEqual([0, 0, -2])
    gauge.set(7)
    expect([...slots]).toEqual([0, 0, 7])
  })
})
