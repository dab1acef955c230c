/**
 * Where the bytes of the segments are: shared memory in slabs of at most 1 GiB, because an index of
 * 2^31 or more is no small integer and costs up to three times as much.
 *
 * ```text
 *   slab 0   | segment 1 | segment 2 | ... | segment n |        n is a power of two
 *   slab 1   | segment n+1 | ...                                the last slab may be shorter
 * ```
 *
 * An item is addressed by its segment and its offset there, never by a flat address.
 *
 * @module
 */
import type { SegmentId } from './segment-headers.ts'

/** Most bytes of a slab. */
const SLAB_BYTES_MAX = 2 ** 30

/** Segments that lie behind each other in one slab. A power of two. */
export function segmentsPerSlab(segmentBytes: number): number {
  return 2 ** Math.floor(Math.log2(SLAB_BYTES_MAX / segmentBytes))
}

export class Slabs {
  readonly segmentBytes: number
  /** The slabs. */
  readonly memory: readonly SharedArrayBuffer[]
  readonly #bytes: readonly Buffer[]
  readonly #words: readonly Int32Array[]
  /** Segments of a slab, as a power of two. */
  readonly #shift: number
  readonly #mask: number

  /**
   * @param count segments
   * @param segmentBytes a multiple of 4
   * @param shared the slabs of another thread
   */
  constructor(count: number, segmentBytes: number, shared?: readonly SharedArrayBuffer[]) {
    this.segmentBytes = segmentBytes
    const perSlab = segmentsPerSlab(segmentBytes)
    this.#shift = Math.log2(perSlab)
    this.#mask = perSlab - 1
    this.memory = shared ?? allocate(count, perSlab, segmentBytes)
    this.#bytes = this.memory.map((slab) => Buffer.from(slab))
    this.#words = this.memory.map((slab) => new Int32Array(slab))
  }

  /** The slab that `segment` is in. */
  bytes(segment: SegmentId): Buffer {
    return this.#bytes[(segment - 1) >>> this.#shift]
  }

  /** As {@link Slabs.bytes}, in words of 4 bytes. */
  words(segment: SegmentId): Int32Array {
    return this.#words[(segment - 1) >>> this.#shift]
  }

  /** Whether `segment` is the first of its slab. */
  isFirst(segment: SegmentId): boolean {
    return ((segment - 1) & this.#mask) === 0
  }

  /** Where `segment` begins in its slab, in bytes. */
  base(segment: SegmentId): number {
    return Math.imul((segment - 1) & this.#mask, this.segmentBytes)
  }
}

function allocate(count: number, perSlab: number, segmentBytes: number): SharedArrayBuffer[] {
  const slabs: SharedArrayBuffer[] = []
  for (let left = count; left > 0; left -= perSlab) {
    slabs.push(new SharedArrayBuffer(Math.min(left, perSlab) * segmentBytes))
  }
  return slabs
}
