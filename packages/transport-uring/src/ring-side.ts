/**
 * The ring of a thread, and what operations on it work with. It knows nothing of connections.
 *
 * @module
 */
import { BlockPool, type MemoryBudget } from '@pelikan/buffer'
import type { BoundMetrics } from '@pelikan/metrics'
import { BufferRing } from './buffer-ring.ts'
import { PinnedBlock } from './memory.ts'
import { Messages } from './messages.ts'
import type { uringMetrics } from './metrics.ts'
import { type Native, native } from './native.ts'
import { Operations } from './operations.ts'
import { PeerNames } from './peer-names.ts'
import { Ring } from './ring.ts'

const BUFFER_GROUP = 0
const RECEIVE_BUFFERS = 64
const RECEIVE_BYTES = 65_536
const BLOCK_BYTES = 16_384
/** Free blocks that are kept: 4 MiB. */
const KEPT_BLOCKS = 256

export class RingSide {
  readonly native: Native = native()
  readonly ring: Ring = new Ring()
  readonly operations: Operations = new Operations(this.ring)
  /** What is received lies there. */
  readonly buffers: BufferRing
  /** Lists of blocks that are sent together. */
  readonly messages: Messages = new Messages(this.ring.memory)
  readonly peers: PeerNames = new PeerNames(this.native, this.ring.memory)
  /** Blocks for what is sent. */
  readonly pool: BlockPool
  readonly budget: MemoryBudget
  readonly metrics: BoundMetrics<typeof uringMetrics>

  /** @throws RingError */
  constructor(budget: MemoryBudget, metrics: BoundMetrics<typeof uringMetrics>) {
    this.budget = budget
    this.metrics = metrics
    this.buffers = new BufferRing(this.ring, BUFFER_GROUP, RECEIVE_BUFFERS, RECEIVE_BYTES)
    this.pool = new BlockPool(budget, BLOCK_BYTES, KEPT_BLOCKS, (bytes) => new PinnedBlock(bytes))
  }

  /** Let the kernel work, and wait for it as long as `milliseconds`. */
  enter(milliseconds: number): void {
    this.buffers.publish()
    this.ring.enter(milliseconds)
    if (this.ring.pending === 0) this.messages.reset()
  }
}
