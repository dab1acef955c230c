/**
 * Random numbers that come again with the same seed (xorshift32, Marsaglia 2003), so that both sides of
 * a comparison are asked the same.
 *
 * @module
 */

const TWO_32 = 0x1_0000_0000

export class Random {
  #state: number

  /** @param seed any whole number but 0 */
  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 up to and without `bound`; `bound` is at most 2^31. */
  below(bound: number): number {
    return (this.#next() >>> 1) % bound
  }

  /** From 0 up to and without 1. */
  fraction(): number {
    return (this.#next() >>> 0) / TWO_32
  }

  #next(): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return state
  }
}
