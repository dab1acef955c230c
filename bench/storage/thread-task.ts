/** What a thread of the bench is told, and what it reports. */
import type { SegHandle } from '@pelikan/storage-seg'

export interface ThreadTask {
  readonly items: number
  /** Of a hundred operations. */
  readonly gets: number
  /** The storage of another thread; by default the thread makes its own. */
  readonly handle?: SegHandle
  /** Word {@link PHASE_WORD}: the {@link Phase}; word {@link READY_WORD}: threads that are ready. */
  readonly control: SharedArrayBuffer
  readonly seed: number
  readonly heapBytes: number
}

export interface ThreadReport {
  readonly operations: number
  readonly seconds: number
  /** Reads that a writer came into, and that were done again. */
  readonly repeats: number
}

export const Phase = { WarmUp: 0, Measure: 1, Stop: 2 } as const
export const PHASE_WORD = 0
export const READY_WORD = 1
