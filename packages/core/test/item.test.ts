import { Item, NEVER } from '@pelikan/core'
import { describe, expect, it } from 'vitest'

describe('Item', () => {
  it('shows an empty value without an end at first', () => {
    const item = new Item()
    expect(item).toMatchObject({ start: 0, end: 0, flags: 0, deadline: NEVER })
    expect(item.bytes.length).toBe(0)
    expect(item.cas.isZero()).toBe(true)
  })

  it('has a cas token of its own', () => {
    const [one, other] = [new Item(), new Item()]
    one.cas.setNumber(7)
    expect(other.cas.isZero()).toBe(true)
  })
})
