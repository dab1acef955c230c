/**
 * A command line cut into words. Only the blank separates: a tab is part of a word.
 *
 * ```text
 *   set foo  0 0 5 noreply\r\n
 *   0   1    2 3 4 5                 words kept: the first twenty, and the last
 * ```
 *
 * @module
 */
import { SPACE, bytesEqual } from '@pelikan/buffer'

/** A meta command may have so many; no other one looks at more than six. */
const WORDS_KEPT = 20

const NOREPLY = Buffer.from('noreply')
const NO_BYTES = Buffer.alloc(0)

export class CommandLine {
  /** What holds the line. */
  bytes: Buffer = NO_BYTES
  /** How many words there are. */
  count = 0
  readonly #starts = new Int32Array(WORDS_KEPT)
  readonly #ends = new Int32Array(WORDS_KEPT)
  #lastStart = 0
  #lastEnd = 0

  /** Cut `bytes[start, end)`, which is a line without its end, at its blanks. */
  split(bytes: Buffer, start: number, end: number): void {
    const starts = this.#starts
    const ends = this.#ends
    let count = 0
    let wordStart = start
    let wordEnd = start
    let i = start
    for (;;) {
      while (i < end && bytes[i] === SPACE) i++
      if (i === end) break
      wordStart = i
      while (i < end && bytes[i] !== SPACE) i++
      wordEnd = i
      if (count < WORDS_KEPT) {
        starts[count] = wordStart
        ends[count] = wordEnd
      }
      count++
    }
    this.#lastStart = wordStart
    this.#lastEnd = wordEnd
    this.bytes = bytes
    this.count = count
  }

  /** Where word `index` starts; `index` is below `count` and 20. */
  start(index: number): number {
    return this.#starts[index]
  }

  /** Where word `index` ends. */
  end(index: number): number {
    return this.#ends[index]
  }

  /** Where the last word ends. */
  get lastEnd(): number {
    return this.#lastEnd
  }

  /** Whether the last word asks for no answer. */
  get endsWithNoreply(): boolean {
    return bytesEqual(this.bytes, this.#lastStart, this.#lastEnd, NOREPLY, 0, NOREPLY.length)
  }

  /** Whether there is a word behind the verb and the last one starts with `prefix`. */
  lastStartsWith(prefix: Buffer): boolean {
    const end = this.#lastStart + prefix.length
    return (
      this.count > 1 &&
      end <= this.#lastEnd &&
      bytesEqual(this.bytes, this.#lastStart, end, prefix, 0, prefix.length)
    )
  }
}
