import { Status } from '@pelikan/core'
import { describe, expect, expectTypeOf, it } from 'vitest'

describe('Status', () => {
  it('has a number for each outcome, counted from 0, so that a table can be indexed with it', () => {
    expect(Object.values(Status)).toEqual(Object.keys(Status).map((_, index) => index))
    expect(Status.Ok).toBe(0)
  })

  it('is a type of exactly these numbers', () => {
    expectTypeOf<Status>().toEqualTypeOf<0 | 1 | 2 | 3 | 4 | 5 | 6>()
    expectTypeOf(Status.NotFound).toExtend<Status>()
    expectTypeOf<7>().not.toExtend<Status>()
  })
})
