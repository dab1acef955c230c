/**
 * The half of a connection that sends.
 *
 * ```text
 *   output ──take()──► queued ──submit()──► in flight ──completed()──► pool
 *                      this turn's          the kernel reads them: neither moved nor used again
 * ```
 *
 * One operation at a time, with all that is queued when it is submitted.
 *
 * @module
 */
import type { Block, Output } from '@pelikan/buffer'
import type { PinnedBlock } from './memory.ts'
import type { RingSide } from './ring-side.ts'

export class Sending {
  /** Bytes that are queued or in flight. */
  unsent = 0
  /** Whether an operation is under way. */
  isActive = false
  readonly #side: RingSide
  readonly #fd: number
  readonly #place: number
  readonly #id: number
  /** What the next operation sends. */
  #queued: Block[] = []
  /** What the kernel reads now, from `#sent` in the first block on. */
  #inFlight: Block[] = []
  #sent = 0

  constructor(side: RingSide, fd: number, place: number, id: number) {
    this.#side = side
    this.#fd = fd
    this.#place = place
    this.#id = id
  }

  /** Queue everything that is in `output`; returns how many blocks that is. */
  take(output: Output): number {
    const before = this.#queued.length
    this.unsent += output.length
    output.take(this.#queued)
    return this.#queued.length - before
  }

  /** Make an operation of what is queued, if none is under way. */
  submit(): void {
    if (this.isActive) return
    if (this.#inFlight.length === 0) {
      const empty = this.#inFlight
      this.#inFlight = this.#queued
      this.#queued = empty
    }
    const blocks = this.#inFlight
    if (blocks.length === 0) return
    this.isActive = true
    if (blocks.length === 1) this.#sendBlock(blocks[0] as PinnedBlock)
    else this.#sendMessage(blocks as PinnedBlock[])
  }

  /** The operation is over, and the network has taken `sent` bytes. */
  completed(sent: number): void {
    this.isActive = false
    this.unsent -= sent
    const blocks = this.#inFlight
    let left = this.#sent + sent
    let done = 0
    while (done < blocks.length && left >= blocks[done]!.end) {
      const block = blocks[done++]!
      left -= block.end
      this.#side.pool.give(block)
    }
    this.#sent = left
    if (done === blocks.length) {
      // Popped one by one: an array that is cut to length 0 drops its memory.
      while (blocks.length > 0) blocks.pop()
    } else {
      blocks.splice(0, done)
    }
  }

  /** The operation is over, and nothing more will be taken. */
  failed(): void {
    this.isActive = false
    this.#giveInFlight()
  }

  /** Give up what is queued, and what was left of the last operation, unless the kernel reads it. */
  drop(): void {
    let block: Block | undefined
    while ((block = this.#queued.pop()) !== undefined) this.#side.pool.give(block)
    if (!this.isActive) this.#giveInFlight()
  }

  #sendBlock(block: PinnedBlock): void {
    const address = (block.addressLow >>> 0) + this.#sent
    const carry = address > 0xffff_ffff ? 1 : 0
    this.#side.operations.send(
      this.#fd,
      this.#place,
      this.#id,
      address | 0,
      block.addressHigh + carry,
      block.end - this.#sent,
    )
  }

  #sendMessage(blocks: readonly PinnedBlock[]): void {
    const { messages, operations } = this.#side
    while (messages.full) this.#side.enter(0)
    const message = messages.write(blocks, this.#sent)
    const address = messages.addressLow(message)
    operations.sendMessage(this.#fd, this.#place, this.#id, address, messages.addressHigh)
  }

  #giveInFlight(): void {
    let block: Block | undefined
    while ((block = this.#inFlight.pop()) !== undefined) this.#side.pool.give(block)
    this.#sent = 0
    this.unsent = 0
    for (const { end } of this.#queued) this.unsent += end
  }
}
