/**
 * One account for memory that many owners take and give back, such as the buffers of all sessions.
 *
 * A budget counts and never refuses: whoever is about to take more asks {@link MemoryBudget.exhausted}
 * first and knows what to do about it (close the session that has waited longest, answer an error).
 */
export class MemoryBudget {
  /** Bytes that may be in use before the budget is exhausted. */
  readonly limit: number
  #used = 0

  /** @param limit bytes */
  constructor(limit: number) {
    this.limit = limit
  }

  /** Bytes taken and not given back. */
  get used(): number {
    return this.#used
  }

  get exhausted(): boolean {
    return this.#used >= this.limit
  }

  take(bytes: number): void {
    this.#used += bytes
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}
