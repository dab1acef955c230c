/**
 * Memory whose address the kernel holds.
 *
 * The garbage collector does not see the kernel: an array that JavaScript no longer reads would be
 * freed while it is still written to. So everything that is pinned is reachable from this module until
 * it is released, and output blocks, which the connection that sends them holds, never move because
 * memory of this size lies outside the heap of V8.
 *
 * @module
 */
import { Block } from '@pelikan/buffer'
import { native } from './native.ts'

/** Bytes at an address that does not change. */
export interface Pinned {
  readonly bytes: Buffer
  readonly address: bigint
}

/** What keeps pinned memory alive. */
const everything = new Set<PinnedMemory>()

/** The pinned memory of one ring. */
export class PinnedMemory {
  readonly #pieces: Buffer[] = []

  constructor() {
    everything.add(this)
  }

  /**
   * `bytes` bytes that are zero, at a multiple of `align`. Pages that are never touched take no memory.
   *
   * @param align a power of two
   */
  allocate(bytes: number, align = 64): Pinned {
    const piece = Buffer.from(new ArrayBuffer(bytes + align))
    this.#pieces.push(piece)
    const address = native().ffi.getRawPointer(piece)
    const skip = (align - Number(address & BigInt(align - 1))) & (align - 1)
    return { bytes: piece.subarray(skip, skip + bytes), address: address + BigInt(skip) }
  }

  /** Let go of everything. Not before the kernel has. */
  release(): void {
    everything.delete(this)
    this.#pieces.length = 0
  }
}

/** Output memory that knows its address. */
export class PinnedBlock extends Block {
  readonly addressLow: number
  readonly addressHigh: number

  constructor(size: number) {
    const bytes = Buffer.allocUnsafeSlow(size)
    super(bytes)
    const address = native().ffi.getRawPointer(bytes)
    this.addressLow = low(address)
    this.addressHigh = high(address)
  }
}

/** The low half of an address, as the int32 with the same bits. */
export function low(address: bigint): number {
  return Number(BigInt.asIntN(32, address))
}

/** The high half of an address. */
export function high(address: bigint): number {
  return Number(address >> 32n)
}
