/**
 * Receive buffers that the kernel picks from, so that no connection owns one while it waits.
 *
 * ```text
 *   struct io_uring_buf_ring: entries of 16 bytes, as many as buffers
 *     | address 8 | length 4 | id 2 | tail 2 |     the tail of the ring is in the first entry
 *
 *   we put a buffer at the tail, the kernel takes one from its own head for each piece that arrives
 * ```
 *
 * A buffer is lent with the completion that names it and put back as soon as its bytes are served,
 * within the same turn. Where none is left, receiving ends with `ENOBUFS` and is armed again.
 *
 * Source: linux/io_uring.h; io_uring_register_buf_ring(3).
 *
 * @module
 */
import { high, low } from './memory.ts'
import { native } from './native.ts'
import { type Ring, RingError } from './ring.ts'

const REGISTER_PBUF_RING = 22
const ENTRY_BYTES = 16
const PAGE_BYTES = 65_536

export class BufferRing {
  readonly group: number
  /** All buffers, one behind the other: buffer `id` begins at `id * size`. */
  readonly bytes: Buffer
  readonly size: number
  readonly #entries: Int32Array
  readonly #halves: Uint16Array
  readonly #mask: number
  readonly #addressLow: number
  readonly #addressHigh: number
  #tail = 0

  /**
   * @param count how many buffers; a power of two, at most 32768
   * @param size bytes of each
   * @throws RingError
   */
  constructor(ring: Ring, group: number, count: number, size: number) {
    this.group = group
    this.size = size
    this.#mask = count - 1
    const memory = ring.memory.allocate(count * size, PAGE_BYTES)
    this.bytes = memory.bytes
    this.#addressLow = low(memory.address)
    this.#addressHigh = high(memory.address)
    const entries = ring.memory.allocate(count * ENTRY_BYTES, PAGE_BYTES)
    const { buffer, byteOffset } = entries.bytes
    this.#entries = new Int32Array(buffer, byteOffset, count * 4)
    this.#halves = new Uint16Array(buffer, byteOffset, count * 8)

    // struct io_uring_buf_reg
    const registration = ring.memory.allocate(40)
    registration.bytes.writeBigUInt64LE(entries.address, 0)
    registration.bytes.writeUInt32LE(count, 8)
    registration.bytes.writeUInt16LE(group, 12)
    const { errno, register } = native()
    if (register(ring.fd, REGISTER_PBUF_RING, registration.address, 1) < 0) {
      throw new RingError('io_uring_register', errno())
    }
    for (let id = 0; id < count; id++) this.give(id)
    this.publish()
  }

  /** Put buffer `id` back; the kernel sees it with {@link publish}. */
  give(id: number): void {
    const at = (this.#tail & this.#mask) << 2
    const offset = id * this.size
    const address = (this.#addressLow >>> 0) + offset
    this.#entries[at] = address | 0
    this.#entries[at + 1] = this.#addressHigh + (address > 0xffff_ffff ? 1 : 0)
    this.#entries[at + 2] = this.size
    this.#halves[(at << 1) + 6] = id
    this.#tail = (this.#tail + 1) & 0xffff
  }

  publish(): void {
    Atomics.store(this.#halves, 7, this.#tail)
  }
}
