/**
 * What those who watch and those who are watched have in common: who watches what, and for each worker
 * and each watcher a ring of lines between them.
 *
 * ```text
 *   worker 1  ──ring──►  watcher 0       kinds it wants
 *             ──ring──►  watcher 1       kinds it wants
 *   worker 2  ──ring──►  watcher 0
 *             ──ring──►  watcher 1
 * ```
 *
 * Memory that nobody has watched with is not touched: the system has not to have it.
 *
 * @module
 */
import { EVENT_KINDS } from './event-kind.ts'
import { EventRing, RING_SIZE } from './event-ring.ts'

/** Who may watch at once, as with memcached. */
export const MAX_WATCHERS = 20

/** Words: the number of the last event, in two halves; how many watch each kind, 5 bits a kind; kinds by watcher. */
const NUMBER = 0
const NUMBER_HIGH = 1
const WATCHED = 2
const WATCHERS = 3
const COUNT_BITS = 5
const RINGS_AT = 256
const NOBODY = 0

/** For so many workers, and the main thread, whose row is 0. */
export function makeWatchMemory(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer(RINGS_AT + (workers + 1) * MAX_WATCHERS * RING_SIZE)
}

export class WatchMemory {
  /** Workers, and the main thread. */
  readonly rows: number
  readonly #memory: SharedArrayBuffer
  readonly #words: Int32Array

  /** @param memory of {@link makeWatchMemory} */
  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory
    this.#words = new Int32Array(memory, 0, RINGS_AT >> 2)
    this.rows = (memory.byteLength - RINGS_AT) / (MAX_WATCHERS * RING_SIZE)
  }

  ring(row: number, watcher: number): EventRing {
    return new EventRing(this.#memory, RINGS_AT + (row * MAX_WATCHERS + watcher) * RING_SIZE)
  }

  /** Whether somebody watches one of the kinds that `counts` is of, {@link countsOf} them. */
  watches(counts: number): boolean {
    return (Atomics.load(this.#words, WATCHED) & counts) !== 0
  }

  /** What `watcher` watches; 0 where there is none. */
  kindsOf(watcher: number): number {
    return Atomics.load(this.#words, WATCHERS + watcher)
  }

  /** Become a watcher of `kinds`; -1 where there are as many as may be. */
  join(kinds: number): number {
    for (let watcher = 0; watcher < MAX_WATCHERS; watcher++) {
      const at = WATCHERS + watcher
      if (Atomics.compareExchange(this.#words, at, NOBODY, kinds) !== NOBODY) continue
      for (let row = 0; row < this.rows; row++) this.ring(row, watcher).clear()
      Atomics.add(this.#words, WATCHED, oneOf(kinds))
      return watcher
    }
    return -1
  }

  leave(watcher: number): void {
    const kinds = Atomics.exchange(this.#words, WATCHERS + watcher, NOBODY)
    Atomics.sub(this.#words, WATCHED, oneOf(kinds))
  }

  /** Another event: the lower half of its number, signed. */
  nextNumber(): number {
    const low = Atomics.add(this.#words, NUMBER, 1) + 1
    if (low === 0) Atomics.add(this.#words, NUMBER_HIGH, 1)
    return low | 0
  }

  /** A number that was given a moment ago, in full. */
  fullNumber(low: number): number {
    return Atomics.load(this.#words, NUMBER_HIGH) * 2 ** 32 + (low >>> 0)
  }
}

/** Where it is counted who watches `kinds`, for {@link WatchMemory.watches}. */
export function countsOf(kinds: number): number {
  return oneOf(kinds) * ((1 << COUNT_BITS) - 1)
}

/** What one watcher of `kinds` adds to the counts. */
function oneOf(kinds: number): number {
  let one = 0
  for (let bit = 0; bit < EVENT_KINDS; bit++) {
    if ((kinds & (1 << bit)) !== 0) one |= 1 << (bit * COUNT_BITS)
  }
  return one
}
