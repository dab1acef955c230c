import type { Tick } from './clock.ts'

/** What the worker asks of every storage, whatever it keeps. */
export interface EntryStore {
  /** Called about once a second: drop what has expired, as far as that is cheap. */
  readonly expire: (now: Tick) => void
  /**
   * In place of `expire`, on every worker but the one that lets a storage expire which they share: end what this one has
   * begun for all, such as to make room, and has had no reason to go on with.
   */
  readonly settle?: () => void
  /** Drop everything. */
  readonly clear: () => void
}
