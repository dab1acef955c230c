import type { Recording } from '../measure/recording.ts'
import type { Codec, RequestSource } from '../protocol/codec.ts'
import type { ClientTransport, Target } from './client-transport.ts'

/** What a thread does in one phase. */
export interface LoadPlan {
  readonly codec: Codec
  readonly source: RequestSource
  readonly transport: ClientTransport
  readonly target: Target
  /** This thread's connections, and the number of the first. */
  readonly connections: number
  readonly firstConnection: number
  /** Most requests in flight on a connection. */
  readonly depth: number
  /** Requests per second of this thread; 0 for as many as the server answers. */
  readonly rate: number
  /** When to stop sending; Infinity for the end of the source. */
  readonly durationMs: number
  readonly recording: Recording
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}
