import { MemoryBudget } from '@pelikan/buffer'
import { describe, expect, it } from 'vitest'

describe('MemoryBudget', () => {
  it('counts what is taken and given back', () => {
    const budget = new MemoryBudget(100)
    expect(budget.used).toBe(0)
    budget.take(60)
    budget.take(30)
    budget.give(50)
    expect(budget.used).toBe(40)
  })

  it('is exhausted from its limit on, and not after enough came back', () => {
    const budget = new MemoryBudget(100)
    budget.take(99)
    expect(budget.exhausted).toBe(false)
    budget.take(1)
    expect(budget.exhausted).toBe(true)
    budget.give(1)
    expect(budget.exhausted).toBe(false)
  })

  it('counts beyond its limit, because it never refuses', () => {
    const budget = new MemoryBudget(100)
    budget.take(1000)
    expect(budget).toMatchObject({ used: 1000, exhausted: true, limit: 100 })
  })
})
