/**
 * Several blocks for one operation.
 *
 * ```text
 *   a message: struct msghdr, 56 bytes        then struct iovec, 16 bytes each
 *     0 name 8, 8 its length 4                  0 address 8
 *    16 address of the iovecs 8                 8 bytes 8
 *    24 how many 8
 *    32 control 8, 40 its length 8, 48 flags 4
 * ```
 *
 * The kernel copies both when it takes the entry, so the memory is written again each time.
 *
 * Sources: sendmsg(2); `IORING_FEAT_SUBMIT_STABLE` in io_uring_setup(2).
 *
 * @module
 */
import { type PinnedBlock, type PinnedMemory, high, low } from './memory.ts'

const MESSAGES = 64
/** Blocks in a message at most; 1 MiB of them. */
const BLOCKS = 64
const HEADER_BYTES = 64
const MESSAGE_BYTES = HEADER_BYTES + BLOCKS * 16
/** Memory that begins at a multiple of its size does not cross 4 GiB, so only low halves differ. */
const ALIGNMENT = 131_072

export class Messages {
  readonly addressHigh: number
  readonly #low: number
  readonly #words: Int32Array
  #count = 0

  constructor(memory: PinnedMemory) {
    const { bytes, address } = memory.allocate(MESSAGES * MESSAGE_BYTES, ALIGNMENT)
    this.#low = low(address)
    this.addressHigh = high(address)
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    for (let message = 0; message < MESSAGES; message++) {
      const at = (message * MESSAGE_BYTES) >> 2
      this.#words[at + 4] = this.addressLow(message) + HEADER_BYTES
      this.#words[at + 5] = this.addressHigh
    }
  }

  /** Whether what was written has to be submitted before the next one. */
  get full(): boolean {
    return this.#count === MESSAGES
  }

  addressLow(message: number): number {
    return (this.#low + message * MESSAGE_BYTES) | 0
  }

  /**
   * Write a message of as many of `blocks` as fit.
   *
   * @param skip bytes of the first block that were sent already
   * @returns its number
   */
  write(blocks: readonly PinnedBlock[], skip: number): number {
    const message = this.#count++
    const words = this.#words
    const count = Math.min(blocks.length, BLOCKS)
    let at = (message * MESSAGE_BYTES) >> 2
    words[at + 6] = count
    at += HEADER_BYTES >> 2
    let from = skip
    for (let i = 0; i < count; i++, at += 4) {
      const block = blocks[i]!
      const address = (block.addressLow >>> 0) + from
      words[at] = address | 0
      words[at + 1] = block.addressHigh + (address > 0xffff_ffff ? 1 : 0)
      words[at + 2] = block.end - from
      from = 0
    }
    return message
  }

  /** Everything was submitted. */
  reset(): void {
    this.#count = 0
  }
}
