/**
 * The contract between the commands of a protocol (`@pelikan/entrystore`) and a storage. A storage
 * that keeps it, which `testKeyValueStorage` of `@pelikan/testkit` decides, serves every protocol.
 *
 * - Every operation is atomic, and sees an item exactly while now < deadline.
 * - Keys are 1 to {@link MAX_KEY_BYTES} bytes of any value, which whoever calls sees to; the range `key[keyStart, keyEnd)` is lent for the call.
 * - A cas token differs after every write of its item, in-place arithmetic included; `touch` keeps it.
 * - Bytes come back as they were given.
 * - A flush that is due happens before anything else an operation does: nobody calls when it is due.
 *
 * What the operations answer, besides `Ok`:
 *
 * ```text
 *   set                    TooLarge NoSpace
 *   add replace            TooLarge NoSpace NotStored
 *   cas                    TooLarge NoSpace NotFound Exists
 *   append prepend         TooLarge NoSpace NotStored
 *   increment decrement    TooLarge NoSpace NotFound NotANumber
 *   touch delete           NotFound
 *   reserve                TooLarge NoSpace
 *   store                  TooLarge NoSpace NotStored NotFound Exists
 *   discard                NoSpace NotFound Exists
 *   count                  TooLarge NoSpace NotFound Exists NotANumber
 * ```
 *
 * The last three and `fetch` are the others with {@link Terms}: whatever a protocol asks of one key in
 * one step.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import type { Tick } from './clock.ts'
import type { Entry } from './entry.ts'
import type { EntryStore } from './entry-store.ts'
import type { Item } from './item.ts'
import type { Status } from './status.ts'
import type { StoreMode, Terms } from './terms.ts'

/** Longest key that a storage is ever asked for. */
export const MAX_KEY_BYTES = 250

export interface KeyValueStorage extends EntryStore {
  /**
   * Find an item. The view is lent until {@link KeyValueStorage.release}, which must follow before
   * any other call; `undefined` where there is no such item.
   */
  readonly get: (key: Buffer, keyStart: number, keyEnd: number) => Item | undefined
  /** As `get`, with a new deadline for the item. */
  readonly getAndTouch: (
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    deadline: Tick,
  ) => Item | undefined
  /**
   * End the loan of an item.
   *
   * @returns whether the view was true all the while. False only where storages are shared between
   * threads: take back what was copied, and get again.
   */
  readonly release: (item: Item) => boolean
  /**
   * Several keys are about to be asked for, one by one. A hint: nothing changes, and a storage may do nothing.
   *
   * @param bytes lent for the call
   * @param places where in `bytes` the keys are: start, end, start, end, ..
   * @param count keys
   */
  readonly prefetch: (bytes: Buffer, places: Int32Array, count: number) => void

  /** Store, whatever was there. A refused `TooLarge` or `NoSpace` removes what was there. */
  readonly set: (entry: Entry) => Status
  /** Store where the key is absent, else `NotStored`. */
  readonly add: (entry: Entry) => Status
  /** Store where the key is present, else `NotStored`. */
  readonly replace: (entry: Entry) => Status
  /** Store where the item still has the token `entry.cas`, else `Exists` or `NotFound`. */
  readonly cas: (entry: Entry) => Status
  /** Put the value behind the one that is there, else `NotStored`. Flags and deadline stay as they are. */
  readonly append: (entry: Entry) => Status
  /** Put the value before the one that is there, else `NotStored`. Flags and deadline stay as they are. */
  readonly prepend: (entry: Entry) => Status

  /**
   * Add `delta`, modulo 2^64, to the decimal number that the value is, and put the sum in `result`. The
   * value is rewritten as decimal; one that gets shorter keeps its length, padded on the right
   * with blanks. Flags and deadline stay as they are.
   */
  readonly increment: (
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    delta: Uint64,
    result: Uint64,
  ) => Status
  /** As `increment`, subtracting and stopping at 0. */
  readonly decrement: (
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    delta: Uint64,
    result: Uint64,
  ) => Status
  /** Give the item a new deadline; value, flags and cas token stay as they are. */
  readonly touch: (key: Buffer, keyStart: number, keyEnd: number, deadline: Tick) => Status
  readonly delete: (key: Buffer, keyStart: number, keyEnd: number) => Status

  /**
   * As `get`, on `terms`: with what an item is marked with, a new deadline, a claim to replace it, or an
   * empty item where there was none, which the caller has won. `terms` says afterwards what happened.
   * Where anything but the order of use changed, `release` does not answer false: it cannot be done again.
   *
   * @returns `undefined` where there is none and none was to be made, or there is no room for it
   */
  readonly fetch: (key: Buffer, keyStart: number, keyEnd: number, terms: Terms) => Item | undefined
  /**
   * Store `entry` on `terms`, which say what token it got and how long the value is. `entry.cas` does not
   * matter.
   *
   * - With `compares`, `Set` and `Replace` do what `cas` does, `Append` and `Prepend` answer `Exists` to
   *   another token, and `Add` takes no notice.
   * - With `vivifies`, `Append` and `Prepend` store where there is nothing, with `terms.vivifyDeadline`.
   * - A reservation of `entry` ends, whatever the answer; a refused `Set` removes what was there.
   */
  readonly store: (mode: StoreMode, entry: Entry, terms: Terms) => Status
  /** Delete an item on `terms`, or make it stale, or empty. All but deleting give it another token. */
  readonly discard: (key: Buffer, keyStart: number, keyEnd: number, terms: Terms) => Status
  /** `increment` or `decrement` by `terms.delta`, or make an item of `terms.initial`. Marks stay as they are. */
  readonly count: (
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    terms: Terms,
    result: Uint64,
  ) => Status

  /**
   * Hold room for a value of `valueLength` bytes that arrives in pieces, for the key of `entry`. What
   * is stored under the key stays visible. On `Ok`, `entry.reservation` is set to a number that is not
   * negative; whoever holds it must
   * store it with one of the writing operations, which gives it up whatever their answer, or
   * {@link KeyValueStorage.abort} it. Reserved bytes count as used memory, and the storage bounds them.
   */
  readonly reserve: (entry: Entry, valueLength: number) => Status
  /** Append `bytes[start, end)` to a reservation; together never more than was reserved. */
  readonly write: (reservation: number, bytes: Buffer, start: number, end: number) => void
  readonly abort: (reservation: number) => void

  /**
   * Make everything stored before the tick `at` invisible when that tick comes; at once if it has
   * come. What is stored afterwards, even in the same tick, stays. A later call replaces one that is
   * still waiting.
   */
  readonly flush: (at: Tick) => void
}
