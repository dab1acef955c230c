/**
 * How many connections are open on all threads of a process. It is touched when one opens or closes, never
 * for a request.
 */
export class ConnectionCount {
  /** With it, another thread counts along. */
  readonly memory: SharedArrayBuffer
  readonly #count: Int32Array

  /** @param memory of the count of another thread; without it, one that begins at 0 */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    this.#count = new Int32Array(this.memory)
  }

  /**
   * One more, unless there are `limit`. Of several threads at the last place, all may be refused.
   *
   * @returns whether there was room
   */
  take(limit: number): boolean {
    if (Atomics.add(this.#count, 0, 1) < limit) return true
    this.give()
    return false
  }

  /** One less. */
  give(): void {
    Atomics.sub(this.#count, 0, 1)
  }
}
