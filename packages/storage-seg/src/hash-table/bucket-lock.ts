/**
 * The lock of a hash bucket is its version: odd while somebody holds it, and another even number
 * afterwards where an item of its chain has changed.
 *
 * ```text
 *   writer   2 --lock--> 3   change slots or bytes   --unlock--> 4      (2 again where nothing changed)
 *   reader   2 ......... find, copy ............................ 4?     taken back, read again
 * ```
 *
 * A thread holds at most one at a time. Whoever holds one waits for nobody but the holder of the segment
 * lock, who waits for nobody; so waits are short, and where one is not, its thread died inside.
 *
 * @module
 */
import { lockLost } from '../lock.ts'

/** Looks before a thread sleeps. */
const SPINS = 2000
/** Nobody is woken: a holder that was interrupted goes on within a few of these. */
const SLEEP_MS = 1
const SLEEPS_MAX = 30_000

export class BucketLock {
  readonly #words: Int32Array
  /** Whether other threads may be there. */
  isShared = false
  /** The word that is held, and what it was before. */
  #at = 0
  #version = 0
  #hasChanged = false

  /** @param words with the versions of all buckets */
  constructor(words: Int32Array) {
    this.#words = words
  }

  /** @throws SegError `PELIKAN_SEG_LOCK_LOST` after thirty seconds */
  lock(at: number): void {
    if (!this.isShared) return
    this.#at = at
    this.#hasChanged = false
    const words = this.#words
    const version = Atomics.load(words, at)
    this.#version = version
    if (
      (version & 1) === 0 &&
      Atomics.compareExchange(words, at, version, version | 1) === version
    ) {
      return
    }
    this.#wait(at)
  }

  /** Lock a bucket that has this version still; returns whether it has. */
  tryLock(at: number, version: number): boolean {
    this.#at = at
    this.#version = version
    this.#hasChanged = false
    return Atomics.compareExchange(this.#words, at, version, version | 1) === version
  }

  /** To be called before the first change under the lock. */
  change(): void {
    this.#hasChanged = true
  }

  unlock(): void {
    if (!this.isShared) return
    const version = this.#hasChanged ? (this.#version + 2) | 0 : this.#version
    Atomics.store(this.#words, this.#at, version)
  }

  /** Unlock one of many, in which nothing has changed. */
  release(at: number): void {
    if (this.isShared) Atomics.and(this.#words, at, ~1)
  }

  #wait(at: number): void {
    const words = this.#words
    for (let sleeps = 0; sleeps < SLEEPS_MAX; sleeps++) {
      for (let spin = 0; spin < SPINS; spin++) {
        const version = Atomics.load(words, at)
        if ((version & 1) !== 0) continue
        if (Atomics.compareExchange(words, at, version, version | 1) !== version) continue
        this.#version = version
        return
      }
      Atomics.wait(words, at, this.#version | 1, SLEEP_MS)
    }
    throw lockLost()
  }
}
