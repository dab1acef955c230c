/**
 * What code counts with: one number in a worker's row. Only that worker writes it, so an update is a
 * plain load and store; readers on other threads see it a moment later.
 *
 * @module
 */

/** A number that only rises. */
export class Counter {
  readonly #slots: Float64Array
  readonly #index: number

  constructor(slots: Float64Array, index: number) {
    this.#slots = slots
    this.#index = index
  }

  increment(): void {
    this.#slots[this.#index]! += 1
  }

  /** @param count a whole number, not negative */
  add(count: number): void {
    this.#slots[this.#index]! += count
  }
}

/** A number that rises and falls; the rows of all workers add up. */
export class Gauge {
  readonly #slots: Float64Array
  readonly #index: number

  constructor(slots: Float64Array, index: number) {
    this.#slots = slots
    this.#index = index
  }

  add(count: number): void {
    this.#slots[this.#index]! += count
  }

  set(value: number): void {
    this.#slots[this.#index] = value
  }
}
