/**
 * What a worker has seen lately: of two generations one is filled, for a window of time, and then the other
 * one is cleared and filled. A generation is shown until two windows after it began, so what is shown is
 * at least one window old and at most two, and what was hot yesterday is gone, whether requests come or not.
 *
 * ```text
 *   memory of a worker   lock | which is filled | began, float64 × 2 | generation | generation
 * ```
 *
 * The lock is held by whoever writes or reads. A worker never waits for it: while somebody reads, it lets a
 * request pass unseen. Who reads waits for the worker, whose writes take about a microsecond.
 *
 * @module
 */
const FREE = 0
const WRITTEN = 1
const READ = 2

const LOCK = 0
const FILLED = 1
const BEGAN_AT = 2 * Int32Array.BYTES_PER_ELEMENT
const HEAD_BYTES = BEGAN_AT + 2 * Float64Array.BYTES_PER_ELEMENT

/** A worker that the system has stopped while it writes is waited for so often, a millisecond each. */
const TRIES = 100

export interface Generation {
  /** It takes no more. */
  readonly isFull: boolean
  readonly clear: () => void
}

/** Makes a generation in memory, from `at` on. */
export type MakeGeneration<T> = (memory: SharedArrayBuffer, at: number) => T

/** Bytes for one worker, whose generations take `bytes` each, a multiple of 8. */
export function generationsBytes(bytes: number): number {
  return HEAD_BYTES + 2 * bytes
}

export class Generations<T extends Generation> {
  readonly #words: Int32Array
  readonly #began: Float64Array
  readonly #generations: readonly T[]
  readonly #windowMs: number

  /**
   * @param at where its {@link generationsBytes} begin, a multiple of 8
   * @param bytes of a generation
   * @param windowMs for how long a generation is filled
   */
  constructor(
    memory: SharedArrayBuffer,
    at: number,
    bytes: number,
    make: MakeGeneration<T>,
    windowMs: number,
  ) {
    this.#words = new Int32Array(memory, at, 2)
    this.#began = new Float64Array(memory, at + BEGAN_AT, 2)
    this.#generations = [0, 1].map((i) => make(memory, at + HEAD_BYTES + i * bytes))
    this.#windowMs = windowMs
  }

  /**
   * The generation to fill, until {@link Generations.leave}; `undefined` while somebody reads.
   *
   * @param now milliseconds since 1970
   */
  enter(now: number): T | undefined {
    if (Atomics.compareExchange(this.#words, LOCK, FREE, WRITTEN) !== FREE) return undefined
    const filled = this.#words[FILLED]
    const age = now - this.#began[filled]
    // The clock of a machine may be set back.
    const isOver = age >= this.#windowMs || age < 0
    if (!isOver && !this.#generations[filled].isFull) return this.#generations[filled]
    const next = 1 - filled
    this.#words[FILLED] = next
    this.#began[next] = now
    this.#generations[next].clear()
    return this.#generations[next]
  }

  leave(): void {
    Atomics.store(this.#words, LOCK, FREE)
  }

  /**
   * What `read` says of each generation that began less than two windows before `now`. None, where the
   * worker has been stopped by the system while it wrote.
   */
  read<Seen>(now: number, read: (generation: T) => Seen): Seen[] {
    if (!this.#waitForWriter()) return []
    try {
      return this.#generations
        .filter((_, i) => Math.abs(now - this.#began[i]) < 2 * this.#windowMs)
        .map(read)
    } finally {
      Atomics.store(this.#words, LOCK, FREE)
    }
  }

  #waitForWriter(): boolean {
    for (let tries = 0; tries < TRIES; tries++) {
      const holder = Atomics.compareExchange(this.#words, LOCK, FREE, READ)
      if (holder === FREE) return true
      // Nobody wakes it up: this is a sleep, which ends early where the lock has been left.
      Atomics.wait(this.#words, LOCK, holder, 1)
    }
    return false
  }
}
