/**
 * Slots in the order of their counts, as far as it takes to know the one with the least: a binary heap.
 * A count that rises by one moves down a few places at most.
 *
 * @module
 */
export class LeastFirst {
  readonly #counts: Int32Array
  readonly #heap: Int32Array
  /** Where in the heap each slot is. */
  readonly #places: Int32Array
  #length = 0

  /** @param counts by slot; whoever changes one says so */
  constructor(counts: Int32Array) {
    this.#counts = counts
    this.#heap = new Int32Array(counts.length)
    this.#places = new Int32Array(counts.length)
  }

  /** A slot with the least count. */
  get least(): number {
    return this.#heap[0]
  }

  /** Take up a slot whose count is 0. */
  push(slot: number): void {
    let place = this.#length++
    while (place > 0 && this.#counts[this.#heap[(place - 1) >> 1]] > 0) {
      this.#move(this.#heap[(place - 1) >> 1], place)
      place = (place - 1) >> 1
    }
    this.#move(slot, place)
  }

  /** The count of `slot` has risen. */
  rose(slot: number): void {
    const counts = this.#counts
    const heap = this.#heap
    const count = counts[slot]
    let place = this.#places[slot]
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.#length) break
      if (child + 1 < this.#length && counts[heap[child + 1]] < counts[heap[child]]) child++
      if (counts[heap[child]] >= count) break
      this.#move(heap[child], place)
      place = child
    }
    this.#move(slot, place)
  }

  clear(): void {
    this.#length = 0
  }

  #move(slot: number, place: number): void {
    this.#heap[place] = slot
    this.#places[slot] = place
  }
}
