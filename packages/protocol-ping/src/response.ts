import type { Output } from '@pelikan/buffer'
import type { Response } from '@pelikan/core'
import type { PingRequest } from './request.ts'

const PONG = Buffer.from('PONG\r\n', 'latin1')

/** Writes `PONG`. */
export class PingResponse implements Response<PingRequest> {
  hangup = false
  #output: Output | undefined = undefined

  begin(_request: PingRequest, output: Output): void {
    this.hangup = false
    this.#output = output
  }

  mark(): number {
    return this.#bound.mark()
  }

  rollback(mark: number): void {
    this.#bound.rollback(mark)
  }

  pong(): void {
    this.#bound.write(PONG, 0, PONG.length)
  }

  /** Close without an answer. */
  quit(): void {
    this.hangup = true
  }

  get #bound(): Output {
    if (this.#output === undefined) throw new TypeError('no request has begun')
    return this.#output
  }
}
