/**
 * Where output memory comes from: blocks of one size, handed out and taken back.
 *
 * A transport owns its pool, because only it knows when the kernel is done with a block. The free
 * list is last in, first out, so that a block that is warm in the processor's cache is used again.
 *
 * @module
 */
import type { MemoryBudget } from './memory-budget.ts'

/** A fixed piece of output memory. It does not move while anybody holds it. */
export class Block {
  readonly bytes: Buffer
  /** One past the last byte written. */
  end = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** Blocks of `blockSize` bytes; as many as are asked for, charged to a budget while they are out. */
export class BlockPool {
  /** Bytes in each block. */
  readonly blockSize: number
  readonly #budget: MemoryBudget
  readonly #make: (bytes: number) => Block
  readonly #keep: number
  readonly #free: Block[] = []

  /**
   * @param budget account that blocks in use are charged to
   * @param blockSize bytes in a block
   * @param keep free blocks kept for reuse; more are left to the garbage collector
   * @param make where new memory comes from
   */
  constructor(
    budget: MemoryBudget,
    blockSize: number,
    keep: number,
    make: (bytes: number) => Block = (bytes) => new Block(Buffer.allocUnsafeSlow(bytes)),
  ) {
    this.#budget = budget
    this.blockSize = blockSize
    this.#keep = keep
    this.#make = make
  }

  take(): Block {
    this.#budget.take(this.blockSize)
    return this.#free.pop() ?? this.#make(this.blockSize)
  }

  /** Give a block back; its bytes may be overwritten from now on. */
  give(block: Block): void {
    this.#budget.give(this.blockSize)
    block.end = 0
    if (this.#free.length < this.#keep) this.#free.push(block)
  }
}
