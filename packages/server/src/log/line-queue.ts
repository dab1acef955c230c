/**
 * Lines on their way from one worker to the thread that writes them to a file: bytes in shared memory, in
 * a circle.
 *
 * ```text
 *   head        tail         bytes
 *   | int32 ..  | int32 ..   | .. get a" 4 1⏎ |  free  | "set b 0 0 1" .. |
 *   worker's    writer's                      ^ head   ^ tail
 * ```
 *
 * Each end is stored by one thread and read by the other. The circle is empty where both are equal, so one
 * byte always stays free. A line that does not fit is not put in: the worker never waits.
 *
 * @module
 */

/** Each end has a cache line of its own, so that the threads do not disturb each other. */
const LINE_WORDS = 16
const HEAD = 0
const TAIL = LINE_WORDS
const BYTES_AT = 2 * LINE_WORDS * Int32Array.BYTES_PER_ELEMENT

export class LineQueue {
  readonly #ends: Int32Array
  readonly #bytes: Buffer

  /** @param memory from {@link LineQueue.memory}, the same on both threads */
  constructor(memory: SharedArrayBuffer) {
    this.#ends = new Int32Array(memory, 0, 2 * LINE_WORDS)
    this.#bytes = Buffer.from(memory, BYTES_AT)
  }

  /** What a queue for `bytes` bytes of lines lies in. */
  static memory(bytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(BYTES_AT + bytes + 1)
  }

  /**
   * For the worker: append `line[0, length)`.
   *
   * @returns whether there was room
   */
  put(line: Buffer, length: number): boolean {
    const ends = this.#ends
    const bytes = this.#bytes
    const head = ends[HEAD]!
    const tail = Atomics.load(ends, TAIL)
    const used = head >= tail ? head - tail : head - tail + bytes.length
    if (used + length >= bytes.length) return false
    const first = Math.min(length, bytes.length - head)
    line.copy(bytes, head, 0, first)
    if (first < length) line.copy(bytes, 0, first, length)
    const next = head + length
    Atomics.store(ends, HEAD, next < bytes.length ? next : next - bytes.length)
    return true
  }

  /**
   * For the writer: what waits now, whole lines, as one run of bytes or as two where it goes round. They are
   * lent until {@link LineQueue.taken}.
   */
  waiting(): readonly Buffer[] {
    const ends = this.#ends
    const bytes = this.#bytes
    const tail = ends[TAIL]!
    const head = Atomics.load(ends, HEAD)
    if (head >= tail) return head === tail ? [] : [bytes.subarray(tail, head)]
    const rest = bytes.subarray(tail)
    return head === 0 ? [rest] : [rest, bytes.subarray(0, head)]
  }

  /** For the writer: a run of `length` bytes is done with. */
  taken(length: number): void {
    const ends = this.#ends
    const next = ends[TAIL]! + length
    Atomics.store(ends, TAIL, next < this.#bytes.length ? next : next - this.#bytes.length)
  }
}
