import type { Tick } from './clock.ts'

/** What the worker asks of every storage, whatever it keeps. */
export interface EntryStore {
  /** Called about once a second: drop what has expired, as far as that is cheap. */
  readonly expire: (now: Tick) => void
  /** Drop everything. */
  readonly clear: () => void
}
