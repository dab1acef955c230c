/**
 * What the test and its threads have in common.
 *
 * @module
 */
import type { Clock } from '@pelikan/core'
import type { SegHandle } from '@pelikan/storage-seg'
import type { JobName } from './jobs/jobs.ts'

/** Words of {@link Plan.shared}. */
export const Word = {
  /** Of the clock of all. */
  Tick: 0,
  Command: 1,
  /** Threads that wait for another command. */
  AtRest: 2,
  /** And one for each thread: operations that it has done. */
  Done: 3,
} as const

export const Command = { Run: 0, Stop: 1, Rest: 2 } as const

/** What a thread is given. */
export interface Plan {
  readonly job: JobName
  readonly handle: SegHandle
  readonly shared: SharedArrayBuffer
  readonly id: number
  readonly rounds: number
}

/** What a thread has found. */
export interface Report {
  readonly operations: number
  readonly hits: number
  /** Loans that were taken back, and other tries that another thread came before. */
  readonly repeats: number
  /** Sets without room. */
  readonly refused: number
  /** Of values longer than a segment. Where another arrives, that may be in every run that there could be. */
  readonly refusedLong: number
  /** Milliseconds of the longest round. */
  readonly slowest: number
  readonly error: string | undefined
}

/** A clock that the test advances for all threads. */
export function sharedClock(words: Int32Array): Clock {
  return {
    get now() {
      return Atomics.load(words, Word.Tick)
    },
    unixSeconds: 0,
    refresh() {},
  }
}
