/**
 * Lets one thread at a time into what it guards.
 *
 * ```text
 *   word 0   0 free   1 held   2 held, and somebody sleeps
 *   word 1   how many have slept in vain: newcomers let them go first
 * ```
 *
 * A storage that is not shared has the same locks and does not use them. Waits end: a lock that does not
 * come free belongs to a thread that died inside, and what it left cannot be trusted.
 *
 * @module
 */
import { SegError } from './errors.ts'

const FREE = 0
const HELD = 1
const CONTENDED = 2
/**
 * Looks before a thread sleeps, which costs more than most operations take. With two threads that only
 * set, 200 gave 0.7 million sets a second, 2,000 0.8 and 10,000 1.2; one thread alone 1.1.
 */
const SPINS = 10_000
const WAIT_MS = 50
const GIVE_WAY_MS = 1
/** A recount holds every lock for seconds. */
const LOST_MS = 30_000

export class Lock {
  readonly #words: Int32Array
  readonly #at: number
  readonly #patient: number
  /** Whether other threads may be there. */
  isShared = false

  /** @param at two words that are the lock's */
  constructor(words: Int32Array, at: number) {
    this.#words = words
    this.#at = at
    this.#patient = at + 1
  }

  /** @throws SegError `PELIKAN_SEG_LOCK_LOST` after thirty seconds */
  acquire(): void {
    if (!this.isShared) return
    const patient = Atomics.load(this.#words, this.#patient)
    if (patient > 0) Atomics.wait(this.#words, this.#patient, patient, GIVE_WAY_MS)
    if (!this.#take()) this.#wait()
  }

  /** Take the lock where it is free; returns whether it was. */
  tryAcquire(): boolean {
    return !this.isShared || this.#take()
  }

  release(): void {
    if (!this.isShared) return
    const before = Atomics.exchange(this.#words, this.#at, FREE)
    if (before === CONTENDED) Atomics.notify(this.#words, this.#at, 1)
  }

  #take(): boolean {
    return Atomics.compareExchange(this.#words, this.#at, FREE, HELD) === FREE
  }

  #wait(): void {
    for (let spin = 0; spin < SPINS; spin++) {
      // A look disturbs the holder less than an attempt.
      if (Atomics.load(this.#words, this.#at) === FREE && this.#take()) return
    }
    if (this.#sleep()) return
    Atomics.add(this.#words, this.#patient, 1)
    const end = performance.now() + LOST_MS
    let has = this.#sleep()
    while (!has && performance.now() < end) has = this.#sleep()
    Atomics.sub(this.#words, this.#patient, 1)
    Atomics.notify(this.#words, this.#patient)
    if (!has) throw lockLost()
  }

  /** Take the lock where it is free, else sleep until it may be; returns whether it was taken. */
  #sleep(): boolean {
    if (Atomics.exchange(this.#words, this.#at, CONTENDED) === FREE) return true
    Atomics.wait(this.#words, this.#at, CONTENDED, WAIT_MS)
    return Atomics.exchange(this.#words, this.#at, CONTENDED) === FREE
  }
}

/** What a thread throws that has waited in vain. */
export function lockLost(): SegError {
  return new SegError('PELIKAN_SEG_LOCK_LOST', 'a thread that shares the storage died in it')
}
