import { NOWHERE, type Output } from '@pelikan/buffer'
import type { Response } from '@pelikan/core'
import type { PingRequest } from './request.ts'

const PONG = Buffer.from('PONG\r\n', 'latin1')

/** Writes `PONG`. */
export class PingResponse implements Response<PingRequest> {
  hangup = false
  #output: Output = NOWHERE

  begin(_request: PingRequest, output: Output): void {
    this.hangup = false
    this.#output = output
  }

  mark(): number {
    return this.#output.mark()
  }

  rollback(mark: number): void {
    this.#output.rollback(mark)
  }

  pong(): void {
    this.#output.write(PONG, 0, PONG.length)
  }

  /** Close without an answer. */
  quit(): void {
    this.hangup = true
  }
}
