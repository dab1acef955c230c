/** Xorshift, 32 bits (Marsaglia, 2003): enough to choose segments and to thin out counts. */
export class Random {
  #state: number

  /** @param seed any number; the same seed gives the same sequence */
  constructor(seed: number) {
    this.#state = seed | 0 || 1
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return (state >>> 1) % bound
  }
}
