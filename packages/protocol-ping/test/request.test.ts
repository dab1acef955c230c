import { PingOp, PingRequest } from '@pelikan/protocol-ping'
import { describe, expect, expectTypeOf, it } from 'vitest'

describe('PingRequest', () => {
  it('is a ping at first', () => {
    expect(new PingRequest().op).toBe(PingOp.Ping)
  })

  it('asks for exactly these', () => {
    expect(new Set(Object.values(PingOp)).size).toBe(2)
    expectTypeOf<PingOp>().toEqualTypeOf<0 | 1>()
    expectTypeOf<PingRequest['op']>().toEqualTypeOf<PingOp>()
  })
})
