/**
 * Counters: decimal numbers that all threads count in, which begin where they are absent.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { Entry, Status, type Clock } from '@pelikan/core'
import { SegError } from '../errors.ts'
import type { SegStorage } from '../seg-storage.ts'
import type { KeyBytes } from './key-bytes.ts'
import { deadlineAfter, lifetimeTicks, type SegLifetime } from './lifetime.ts'

/** How a counter begins, and how long it lives then. */
export interface SegCounterOptions extends SegLifetime {
  /** Stored, and the answer, where the key is absent: a whole number from 0 to 2^53 - 1. */
  readonly initial?: number | undefined
}

/** Times that a counter may vanish between the look and the write. */
const TRIES = 16
const TWO_32 = 2 ** 32

export class Counting {
  readonly #storage: SegStorage
  readonly #clock: Clock
  readonly #delta = new Uint64()
  readonly #sum = new Uint64()
  /** A counter that begins. */
  readonly #entry = new Entry()
  readonly #digits = Buffer.alloc(16)

  constructor(storage: SegStorage, clock: Clock) {
    this.#storage = storage
    this.#clock = clock
    this.#entry.value = this.#digits
  }

  /**
   * Add `by` to the value under `key`, or subtract it; returns the number then, or `undefined` where there is none.
   *
   * @throws SegError `PELIKAN_SEG_NOT_A_NUMBER`, `PELIKAN_SEG_INVALID_TTL`
   */
  count(
    key: KeyBytes,
    by: number,
    up: boolean,
    options: SegCounterOptions | undefined,
  ): number | undefined {
    checkNumber('by', by)
    const ticks = lifetimeTicks(options)
    const initial = options?.initial
    if (initial !== undefined) checkNumber('initial', initial)
    this.#delta.setNumber(by)
    for (let left = TRIES; left > 0; left--) {
      const status = this.#add(key, up)
      if (status === Status.Ok) return (this.#sum.high >>> 0) * TWO_32 + (this.#sum.low >>> 0)
      if (status === Status.NotANumber) {
        throw new SegError('PELIKAN_SEG_NOT_A_NUMBER', 'the value is no decimal number')
      }
      if (status !== Status.NotFound || initial === undefined) return undefined
      const begun = this.#begin(key, initial, ticks)
      if (begun === Status.Ok) return initial
      // Another thread was faster: count in its counter.
      if (begun !== Status.NotStored) return undefined
    }
    return undefined
  }

  #add(key: KeyBytes, up: boolean): Status {
    this.#clock.refresh()
    return up
      ? this.#storage.increment(key.bytes, 0, key.end, this.#delta, this.#sum)
      : this.#storage.decrement(key.bytes, 0, key.end, this.#delta, this.#sum)
  }

  #begin(key: KeyBytes, initial: number, ticks: number): Status {
    const entry = this.#entry
    entry.key = key.bytes
    entry.keyEnd = key.end
    entry.valueEnd = this.#digits.write(String(initial), 'latin1')
    entry.deadline = deadlineAfter(this.#clock.now, ticks)
    return this.#storage.add(entry)
  }
}

function checkNumber(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new SegError(
    'PELIKAN_SEG_NOT_A_NUMBER',
    `${name} is ${value}; it must be a whole number from 0 to 2^53 - 1`,
  )
}
