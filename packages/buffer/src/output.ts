/**
 * What one connection is about to send: a chain of blocks with a write end.
 *
 * ```text
 *   #full                       current
 *   [VALUE a 0 9⏎123456789⏎..]  [VALUE b 0 2⏎hi⏎END⏎|        free        ]
 *                                                   ^ at
 * ```
 *
 * Writers put short text straight into the current block: {@link Output.reserve}, then `bytes[at++]`.
 * Long runs go through {@link Output.write}, which spreads them over blocks. An output that was taken or
 * cleared holds no memory. The transport {@link Output.take}s the chain to send it and gives the blocks
 * back to the pool when the kernel is done with them.
 *
 * @module
 */
import { Block, BlockPool } from './block-pool.ts'
import { MemoryBudget } from './memory-budget.ts'

const NOTHING = new Block(Buffer.alloc(0))

/** Runs up to this many bytes are copied byte by byte (bench/micro: a loop wins up to 32 to 38). */
const SHORT = 32

export class Output {
  /** The block that is written to. Another one after `reserve` or `write`: read it again then. */
  bytes: Buffer = NOTHING.bytes
  /** Write end in `bytes`. */
  at = 0
  #current: Block = NOTHING
  readonly #full: Block[] = []
  /** Bytes in `#full`. */
  #before = 0
  readonly #pool: BlockPool

  constructor(pool: BlockPool) {
    this.#pool = pool
  }

  /** Bytes written and not yet taken. */
  get length(): number {
    return this.#before + this.at
  }

  /** Make sure that `count` bytes can be written at `bytes[at]`; `count` is at most a block. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#next()
  }

  /** Append `source[start, end)`, however long. */
  write(source: Buffer, start: number, end: number): void {
    const count = end - start
    if (count > this.bytes.length - this.at) {
      this.#spread(source, start, end)
    } else if (count <= SHORT) {
      const bytes = this.bytes
      let at = this.at
      for (let i = start; i < end; i++) bytes[at++] = source[i]
      this.at = at
    } else {
      source.copy(this.bytes, this.at, start, end)
      this.at += count
    }
  }

  /** The place to {@link rollback} to; valid until the output is taken. */
  mark(): number {
    return this.length
  }

  /** Drop everything written since `mark`. */
  rollback(mark: number): void {
    while (mark < this.#before) {
      this.#pool.give(this.#current)
      this.#current = this.#full.pop() as Block
      this.#before -= this.#current.end
      this.bytes = this.#current.bytes
    }
    this.at = mark - this.#before
  }

  /**
   * Hand over all blocks, in order, with `end` set in each; the output is empty afterwards.
   *
   * @param into the blocks are appended here and belong to whoever holds it
   */
  take(into: Block[]): void {
    if (this.#before > 0) {
      for (const block of this.#full) into.push(block)
      this.#full.length = 0
    }
    if (this.at > 0) {
      this.#current.end = this.at
      into.push(this.#current)
    } else if (this.#current !== NOTHING) {
      this.#pool.give(this.#current)
    }
    this.#reset()
  }

  /** Drop everything and give the memory back. */
  clear(): void {
    for (const block of this.#full) this.#pool.give(block)
    this.#full.length = 0
    if (this.#current !== NOTHING) this.#pool.give(this.#current)
    this.#reset()
  }

  #reset(): void {
    this.#current = NOTHING
    this.bytes = NOTHING.bytes
    this.at = 0
    this.#before = 0
  }

  #spread(source: Buffer, start: number, end: number): void {
    let from = start
    while (from < end) {
      if (this.at === this.bytes.length) this.#next()
      const count = Math.min(end - from, this.bytes.length - this.at)
      source.copy(this.bytes, this.at, from, from + count)
      this.at += count
      from += count
    }
  }

  /** Close the current block where it ends and go on in a fresh one. */
  #next(): void {
    if (this.at > 0) {
      this.#current.end = this.at
      this.#before += this.at
      this.#full.push(this.#current)
    } else if (this.#current !== NOTHING) {
      this.#pool.give(this.#current)
    }
    this.#current = this.#pool.take()
    this.bytes = this.#current.bytes
    this.at = 0
  }
}

/** What a response is bound to before its first request; writing to it throws a TypeError. */
export const NOWHERE: Output = new Output(
  new BlockPool(new MemoryBudget(0), 0, 0, () => {
    throw new TypeError('no request has begun')
  }),
)
