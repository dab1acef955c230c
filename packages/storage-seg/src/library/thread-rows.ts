/**
 * Which row of the metrics is which thread's. A row is on loan: its thread renews the loan with every
 * sweep and gives the row back when it closes, and that of a thread that ended without a word is free
 * again after a minute. Counts stay in a row from one thread to the next, for only sums are read.
 *
 * ```text
 *   word r   0 row r is free   else the tick of the last sign of life of its thread
 * ```
 *
 * A thread that does not come to its timers for a minute may find another in its row. Then counts of the two
 * that meet are lost, and nothing else.
 *
 * @module
 */
import { TICKS_PER_SECOND, type Tick } from '@pelikan/core'
import { SegError } from '../errors.ts'

const FREE = 0
const LOAN_TICKS = 60 * TICKS_PER_SECOND

export class ThreadRows {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array

  /** @param memory that of another thread's; by default new */
  constructor(threads: number, memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(threads * Int32Array.BYTES_PER_ELEMENT)
    this.#words = new Int32Array(this.memory)
  }

  /** How many there are. */
  get count(): number {
    return this.#words.length
  }

  /** @throws SegError `PELIKAN_SEG_TOO_MANY_THREADS` */
  take(now: Tick): number {
    const isFree = (word: number) => word === FREE
    const isLeft = (word: number) => now - word > LOAN_TICKS
    const row = this.#claim(isFree, now) ?? this.#claim(isLeft, now)
    if (row !== undefined) return row
    throw new SegError(
      'PELIKAN_SEG_TOO_MANY_THREADS',
      `${this.count} threads have the cache open, and "threads" allows no more. ` +
        'Close it in threads that are done, or make it with more.',
    )
  }

  renew(row: number, now: Tick): void {
    Atomics.store(this.#words, row, now)
  }

  giveBack(row: number): void {
    Atomics.store(this.#words, row, FREE)
  }

  #claim(mayClaim: (word: number) => boolean, now: Tick): number | undefined {
    for (let row = 0; row < this.count; row++) {
      const word = Atomics.load(this.#words, row)
      if (mayClaim(word) && Atomics.compareExchange(this.#words, row, word, now) === word) {
        return row
      }
    }
    return undefined
  }
}
