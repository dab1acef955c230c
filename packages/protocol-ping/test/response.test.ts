import { BlockPool, MemoryBudget, Output } from '@pelikan/buffer'
import type { Response } from '@pelikan/core'
import { PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest'

describe('PingResponse', () => {
  const request = new PingRequest()
  let output: Output
  let response: PingResponse

  beforeEach(() => {
    output = new Output(new BlockPool(new MemoryBudget(1 << 20), 64, 1))
    response = new PingResponse()
    response.begin(request, output)
  })

  const sent = (from = output): string => from.bytes.toString('latin1', 0, from.at)

  it('answers PONG', () => {
    response.pong()
    expect(sent()).toBe('PONG\r\n')
    expect(response.hangup).toBe(false)
  })

  it('hangs up without an answer', () => {
    response.quit()
    expect(response.hangup).toBe(true)
    expect(output.length).toBe(0)
  })

  it('forgets the hangup when the next request begins', () => {
    response.quit()
    response.begin(request, output)
    expect(response.hangup).toBe(false)
  })

  it('writes to the output that the last request came with', () => {
    const other = new Output(new BlockPool(new MemoryBudget(1 << 20), 64, 1))
    response.pong()
    response.begin(request, other)
    response.pong()
    expect([sent(), sent(other)]).toEqual(['PONG\r\n', 'PONG\r\n'])
  })

  it('takes back what was written since a mark', () => {
    response.pong()
    const mark = response.mark()
    response.pong()
    response.pong()
    response.rollback(mark)
    expect(sent()).toBe('PONG\r\n')
    response.rollback(0)
    expect(output.length).toBe(0)
  })

  it('cannot answer before a request began', () => {
    const early = new PingResponse()
    const nothing = new TypeError('no request has begun')
    expect(() => early.pong()).toThrow(nothing)
  })

  it('is a response to ping requests and to no others', () => {
    expectTypeOf<PingResponse>().toExtend<Response<PingRequest>>()
    expectTypeOf<PingResponse>().not.toExtend<Response<{ readonly verb: string }>>()
  })
})
