import type { Recording } from '../measure/recording.ts'
import type { LoadConnection } from './load-connection.ts'
import type { LoadPlan } from './load-plan.ts'

/** How requests follow each other. */
export interface Pace {
  readonly begin: (now: number) => void
  /** Replies have come on `connection`. */
  readonly answered: (connection: LoadConnection, now: number) => void
  /** `connection` can be sent to again. */
  readonly writable: (connection: LoadConnection) => void
  /** Time has passed. Called in every turn of the event loop where {@link Pace.needsTurns}. */
  readonly turn: (now: number) => void
  readonly needsTurns: boolean
}

/** The run that a pace belongs to, as far as it concerns the pace. */
export interface PacedRun {
  readonly plan: LoadPlan
  readonly connections: readonly LoadConnection[]
  /** Where latencies go; undefined where they do not count any more. */
  readonly recording: Recording | undefined
  /** What is counted ends here; what is still in flight is only checked. */
  readonly endMeasuring: (now: number) => void
  /** Close all connections if none has anything in flight. */
  readonly restIfIdle: (now: number) => void
}
