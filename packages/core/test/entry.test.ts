import { Entry, NEVER, NO_RESERVATION } from '@pelikan/core'
import { describe, expect, it } from 'vitest'

describe('Entry', () => {
  it('asks for nothing at first: no key, no value, no reservation, no end', () => {
    const entry = new Entry()
    expect(entry).toMatchObject({ keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0, flags: 0 })
    expect([entry.key.length, entry.value.length]).toEqual([0, 0])
    expect(entry.reservation).toBe(NO_RESERVATION)
    expect(entry.deadline).toBe(NEVER)
    expect(entry.cas.isZero()).toBe(true)
  })

  it('has a cas token of its own', () => {
    const [one, other] = [new Entry(), new Entry()]
    one.cas.setNumber(7)
    expect(other.cas.isZero()).toBe(true)
  })

  it('has a reservation that no storage can mistake for one of its own', () => {
    expect(NO_RESERVATION).toBeLessThan(0)
  })
})
