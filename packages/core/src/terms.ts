/**
 * Reads and writes with more to them: conditions, marks, an item that is made where none is.
 *
 * The marks let many clients share one refill. An item that was *invalidated* is stale: it is still
 * shown, and one reader, the first, is told that it has won. Until a write puts a fresh item in
 * its place, all others are told that somebody has.
 *
 * ```text
 *              set                discard, invalidates            fetch
 *   absent ----------> fresh -----------------------> stale ---------------> stale, won by a reader
 *      |                 ^                                                          |
 *      | fetch, vivifies |  set, add, replace, cas, append, prepend                 |
 *      +-----> empty, won by that reader ------------------------> fresh <----------+
 * ```
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { NEVER, type Tick } from './clock.ts'

/** What an item may be marked with, as bits. A write that stores a value takes all marks away. */
export const Mark = {
  /** Invalidated: to be shown, and to be replaced. */
  Stale: 1,
  /** A reader was told to replace it. */
  Won: 2,
  /** It was read. */
  Fetched: 4,
  /** Whoever stored it gave its key in an encoding: it may be anything. */
  BinaryKey: 8,
} as const

/** How {@link KeyValueStorage.store} stores. */
export const StoreMode = {
  Set: 0,
  Add: 1,
  Replace: 2,
  Append: 3,
  Prepend: 4,
} as const

export type StoreMode = (typeof StoreMode)[keyof typeof StoreMode]

/**
 * What an operation is asked for beyond its plain form, and what it found out. One object is filled
 * for every operation and lent for the call; {@link Terms.reset} makes it ask for nothing.
 */
export class Terms {
  /** Go on only where the item has the token {@link Terms.cas}. */
  compares = false
  readonly cas: Uint64 = new Uint64()
  /** Of `store`: where the token is lower than the item's, store all the same, but stale, and with the item's deadline. */
  acceptsOlder = false

  /** Give the item the token {@link Terms.newCas}, should it change, instead of one that the storage chooses. */
  setsCas = false
  readonly newCas: Uint64 = new Uint64()
  /** Give an item that is there {@link Terms.deadline}. */
  setsDeadline = false
  deadline: Tick = NEVER
  /** Make the item where there is none. */
  vivifies = false
  vivifyDeadline: Tick = NEVER
  /** Mark the key as one that was encoded, should the item be made. */
  binaryKey = false

  /** Of `fetch`: leave no trace of the read in the marks or the order of use. */
  peeks = false
  /** Of `fetch`: win what can be won. */
  claims = true
  /** Of `fetch`: an item whose deadline comes before this tick can be won. */
  recacheBefore: Tick = NEVER
  /** Of `fetch`: that is decided by the deadline that it is given. */
  setsDeadlineFirst = false

  /** Of `discard`: do not delete the item but mark it stale, to be won. */
  invalidates = false
  /** Of `discard`: keep the key, with an empty value, no flags, no marks, and {@link Terms.deadline} where that is set. */
  empties = false

  /** Of `count`: stop at 0 and go down. */
  subtracts = false
  readonly delta: Uint64 = new Uint64()
  /** Of `count`: the number of an item that is made. */
  readonly initial: Uint64 = new Uint64()

  /** Set by `fetch` and `count`: the item was made. */
  created = false
  /** Set by `fetch`: this reader is the one who is to replace the item. */
  won = false
  /** Set by `fetch` and `count`: the deadlines before and after; of an item that was made, the first is {@link NEVER}. */
  deadlineBefore: Tick = NEVER
  deadlineAfter: Tick = NEVER
  /** Set by `store` and `count` on `Ok`: the item's token. */
  readonly token: Uint64 = new Uint64()
  /** Set by `store` on `Ok`: the length of the item's value. */
  length = 0

  reset(): void {
    this.compares = false
    this.acceptsOlder = false
    this.setsCas = false
    this.setsDeadline = false
    this.deadline = NEVER
    this.vivifies = false
    this.vivifyDeadline = NEVER
    this.binaryKey = false
    this.peeks = false
    this.claims = true
    this.recacheBefore = NEVER
    this.setsDeadlineFirst = false
    this.invalidates = false
    this.empties = false
    this.subtracts = false
    this.created = false
    this.won = false
    this.deadlineBefore = NEVER
    this.deadlineAfter = NEVER
  }

  /**
   * What `fetch` is to do about an item with these marks and this deadline: the result goes into
   * {@link Terms.won} and the two deadlines. Whoever calls keeps the new deadline, and the mark
   * {@link Mark.Won} where it was won.
   */
  judge(marks: number, deadline: Tick): void {
    const after = this.setsDeadline ? this.deadline : deadline
    this.created = false
    this.deadlineBefore = deadline
    this.deadlineAfter = after
    this.won = false
    if (!this.claims || (marks & Mark.Won) !== 0) return
    const looked = this.setsDeadlineFirst ? after : deadline
    this.won = (marks & Mark.Stale) !== 0 || (looked !== NEVER && looked < this.recacheBefore)
  }

  /** As {@link Terms.judge}, of an item that `fetch` or `count` has just made. */
  judgeCreated(): void {
    this.created = true
    this.deadlineBefore = NEVER
    this.deadlineAfter = this.vivifyDeadline
    this.won = this.claims
  }
}
