/** A pool that knows which blocks are out and refuses one that is given back twice. */
import { type Block, BlockPool, MemoryBudget } from '@pelikan/buffer'

export class CheckedPool extends BlockPool {
  readonly out = new Set<Block>()
  readonly #budget: MemoryBudget

  constructor(blockSize: number) {
    const budget = new MemoryBudget(1 << 20)
    super(budget, blockSize, 3)
    this.#budget = budget
  }

  /** Bytes that are charged. */
  get used(): number {
    return this.#budget.used
  }

  override take(): Block {
    const block = super.take()
    if (this.out.has(block)) throw new Error('the pool gave a block twice')
    this.out.add(block)
    return block
  }

  override give(block: Block): void {
    if (!this.out.delete(block)) throw new Error('a block came back that was not out')
    block.bytes.fill('#')
    super.give(block)
  }
}
