/**
 * Random numbers that come again with the same seed (xorshift32, Marsaglia 2003), so that all sides of
 * a comparison are asked the same.
 *
 * @module
 */

const TWO_32 = 0x1_0000_0000
/** The state must not be 0; any other start will do. */
const START = 0x2545_f491

export class Random {
  #state: number

  /** @param seed any whole number; neighbouring seeds give unrelated sequences */
  constructor(seed: number) {
    this.#state = mix(seed ^ START) || START
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

/** Spread the bits of `n` over 32 (the finalizer of MurmurHash3, Appleby 2011). */
export function mix(n: number): number {
  let h = n | 0
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
