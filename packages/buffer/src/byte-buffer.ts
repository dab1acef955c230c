/**
 * A growing run of bytes with a read end and a write end.
 *
 * ```text
 *   0        start              end          capacity
 *   |  read  |  to be read      |  free      |
 *            ^ consume() moves  ^ append() moves
 * ```
 *
 * Reading moves `start`, writing moves `end`; when everything is read both return to 0. Room is made
 * first by sliding what is unread to the front, then by doubling, never beyond the limit. What a buffer
 * grew by is given back with the first write after it ran empty, and not before: bytes that were just
 * read stay where they are, so that a request may point into them. A buffer can also *wrap* bytes of somebody else (a transport's
 * receive buffer), so that a parser reads them in place.
 *
 * @module
 */
import type { MemoryBudget } from './memory-budget.ts'

const EMPTY = Buffer.alloc(0)

/** How a {@link ByteBuffer} grows; all sizes in bytes. */
export interface ByteBufferOptions {
  /** Capacity that is taken at first and shrunk back to; a power of two. */
  readonly initial: number
  /** Capacity that is never exceeded. */
  readonly limit: number
  /** Account that the capacity is charged to. */
  readonly budget?: MemoryBudget
}

export class ByteBuffer {
  /** What holds the bytes. It is replaced when the buffer grows, shrinks or wraps: never keep it. */
  bytes: Buffer = EMPTY
  /** Read end: the first byte not yet consumed. */
  start = 0
  /** Write end: one past the last byte. */
  end = 0
  /** Whether `bytes` belongs to somebody else. */
  #wrapped = false
  readonly #initial: number
  readonly #limit: number
  readonly #budget: MemoryBudget | undefined

  /** A buffer that owns no memory until something is appended. */
  constructor(options: ByteBufferOptions) {
    this.#initial = Math.min(options.initial, options.limit)
    this.#limit = options.limit
    this.#budget = options.budget
  }

  /** Bytes that wait to be read. */
  get length(): number {
    return this.end - this.start
  }

  /** Bytes of memory that this buffer owns. */
  get capacity(): number {
    return this.#wrapped ? 0 : this.bytes.length
  }

  /** Read `bytes[start, end)` of somebody else in place; lent until {@link release}. The buffer must be empty. */
  wrap(bytes: Buffer, start: number, end: number): void {
    if (this.bytes.length !== 0 && !this.#wrapped) this.release()
    this.#wrapped = true
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  /** Forget what is unread and own no memory. */
  release(): void {
    this.#own(EMPTY)
    this.start = 0
    this.end = 0
  }

  /** Move the read end past `count` bytes; `count` is at most {@link length}. */
  consume(count: number): void {
    this.start += count
    if (this.start < this.end) return
    this.start = 0
    this.end = 0
    if (this.#wrapped) this.#own(EMPTY)
  }

  /**
   * Copy `source[start, end)` to the write end.
   *
   * @returns false, with nothing copied, where the limit leaves no room.
   */
  append(source: Buffer, start: number, end: number): boolean {
    if (!this.reserve(end - start)) return false
    source.copy(this.bytes, this.end, start, end)
    this.end += end - start
    return true
  }

  /**
   * Make room for `count` bytes at the write end.
   *
   * @returns false where the limit leaves no room.
   */
  reserve(count: number): boolean {
    const needed = this.length + count
    if (needed > this.#limit) return false
    if (needed === count && this.capacity > this.#initial) this.release()
    if (!this.#wrapped && this.end + count <= this.bytes.length) return true
    if (!this.#wrapped && needed <= this.bytes.length) this.#compact()
    else this.#grow(needed)
    return true
  }

  /** Slide what is unread to the front. */
  #compact(): void {
    this.bytes.copyWithin(0, this.start, this.end)
    this.end -= this.start
    this.start = 0
  }

  #grow(needed: number): void {
    let capacity = Math.max(this.#initial, this.capacity)
    while (capacity < needed) capacity *= 2
    const grown = Buffer.allocUnsafeSlow(Math.min(capacity, this.#limit))
    this.bytes.copy(grown, 0, this.start, this.end)
    this.end -= this.start
    this.start = 0
    this.#own(grown)
  }

  #own(bytes: Buffer): void {
    if (this.#budget !== undefined) {
      this.#budget.give(this.capacity)
      this.#budget.take(bytes.length)
    }
    if (this.capacity > 0) free(this.bytes)
    this.#wrapped = false
    this.bytes = bytes
  }
}

/**
 * Give memory back at once: the garbage collector may take its time, and clients that make buffers
 * grow would then hold several times what the budget says.
 */
function free(bytes: Buffer): void {
  ;(bytes.buffer as ArrayBuffer).transfer(0)
}
