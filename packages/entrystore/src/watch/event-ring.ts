/**
 * Lines on their way from one worker to one watcher, in shared memory. One thread puts them in, another
 * takes them out, and neither waits: a line for which there is no room is left away and counted, and the
 * next one that has room says how many are missing before it.
 *
 * ```text
 *   head | tail | skipped | -        bytes put, bytes taken (they wrap at 2^32), lines left away
 *   length, kind | skipped before it | number | line, filled up to 4 bytes    a record, from tail to head
 * ```
 *
 * @module
 */
import type { Output } from '@pelikan/buffer'

/** Bytes for records; a power of two. */
const RING_BYTES = 65_536
/** Bytes of a ring with what is before its records. */
export const RING_SIZE: number = RING_BYTES + 16

const MASK = RING_BYTES - 1
const HEAD = 0
const TAIL = 1
const SKIPPED = 2
const RECORDS = 4
const RECORD_HEAD_BYTES = 12
const KIND_BITS = 8

export class EventRing {
  /** Of the record that {@link EventRing.next} found. */
  kind = 0
  /** Lines left away before it. */
  skipped = 0
  /** Its place among the events of all workers, modulo 2^32. */
  number = 0
  #length = 0
  readonly #words: Int32Array
  readonly #bytes: Buffer
  /** The first word of the ring. */
  readonly #at: number

  /** @param at where the ring begins in `memory`; a multiple of 4 */
  constructor(memory: SharedArrayBuffer, at: number) {
    this.#words = new Int32Array(memory)
    this.#bytes = Buffer.from(memory, at + RECORDS * 4, RING_BYTES)
    this.#at = at >> 2
  }

  // The worker

  /** Put `line` in, or leave it away. */
  put(kind: number, number: number, line: Buffer): void {
    const words = this.#words
    const head = Atomics.load(words, this.#at + HEAD)
    const used = (head - Atomics.load(words, this.#at + TAIL)) | 0
    if (used + sizeOf(line.length) > RING_BYTES) {
      Atomics.add(words, this.#at + SKIPPED, 1)
      return
    }
    this.#setWord(head, (line.length << KIND_BITS) | kind)
    this.#setWord(head + 4, Atomics.exchange(words, this.#at + SKIPPED, 0))
    this.#setWord(head + 8, number)
    const start = (head + RECORD_HEAD_BYTES) & MASK
    const first = line.copy(this.#bytes, start)
    line.copy(this.#bytes, 0, first)
    Atomics.store(words, this.#at + HEAD, (head + sizeOf(line.length)) | 0)
  }

  // The watcher

  /** Forget everything that is in it, for another watcher. */
  clear(): void {
    Atomics.store(this.#words, this.#at + SKIPPED, 0)
    Atomics.store(this.#words, this.#at + TAIL, Atomics.load(this.#words, this.#at + HEAD))
  }

  /** Look at the next record; returns whether there is one. */
  next(): boolean {
    const tail = Atomics.load(this.#words, this.#at + TAIL)
    if (tail === Atomics.load(this.#words, this.#at + HEAD)) return false
    const word = this.#word(tail)
    this.kind = word & ((1 << KIND_BITS) - 1)
    this.#length = word >>> KIND_BITS
    this.skipped = this.#word(tail + 4)
    this.number = this.#word(tail + 8)
    return true
  }

  /** Write the line of the record that {@link EventRing.next} found. */
  write(output: Output): void {
    const start = (Atomics.load(this.#words, this.#at + TAIL) + RECORD_HEAD_BYTES) & MASK
    const first = Math.min(this.#length, RING_BYTES - start)
    output.write(this.#bytes, start, start + first)
    output.write(this.#bytes, 0, this.#length - first)
  }

  /** Take out the record that {@link EventRing.next} found. */
  take(): void {
    const tail = Atomics.load(this.#words, this.#at + TAIL)
    Atomics.store(this.#words, this.#at + TAIL, (tail + sizeOf(this.#length)) | 0)
  }

  #word(at: number): number {
    return this.#words[this.#at + RECORDS + ((at & MASK) >> 2)]
  }

  #setWord(at: number, value: number): void {
    this.#words[this.#at + RECORDS + ((at & MASK) >> 2)] = value
  }
}

/** Bytes of a record. */
function sizeOf(length: number): number {
  return RECORD_HEAD_BYTES + ((length + 3) & ~3)
}
