import type { ByteBuffer } from '@pelikan/buffer'
import type { Clock, Execute, Response } from '@pelikan/core'
import type { SessionLimits } from './limits.ts'
import type { Session } from './session.ts'

/** What a session has of its worker. */
export interface SessionWorker<Request> {
  readonly clock: Clock
  readonly limits: SessionLimits
  readonly execute: Execute<Request, Response<Request>>
  readonly response: Response<Request>
  /** Wraps the transport's bytes while a session parses them. */
  readonly window: ByteBuffer
  /** Bytes have arrived: look at the clock, and make room if memory is short. */
  readonly startTurn: () => void
  /** `count` requests were executed. */
  readonly executed: (count: number) => void
  /** Execute `request` with its answer thrown away. */
  readonly executeUnheard: (request: Request) => void
  /** Call {@link Session.nextTurn} in the next turn. */
  readonly yielded: (session: Session<Request>) => void
  readonly stalled: () => void
  readonly closed: (session: Session<Request>) => void
  /** An exception ended a session. */
  readonly failed: (error: unknown) => void
}
