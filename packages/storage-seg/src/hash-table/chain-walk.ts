/**
 * The chains as whoever goes through all of them sees them: a recount, a scan, a view for people. No read and no write
 * comes by here.
 *
 * @module
 */
import {
  BUCKET_SHIFT,
  CHAIN_SHIFT,
  INFO,
  LAST_SLOT,
  SLOT_WORDS,
  SLOTS,
  TAG_SHIFT,
} from './bucket-layout.ts'
import type { OverflowBuckets } from './overflow-buckets.ts'

export class ChainWalk {
  readonly #words: Int32Array
  readonly #overflow: OverflowBuckets
  readonly #mask: number

  /** @param mask of the low lane of a hash, for its primary bucket */
  constructor(words: Int32Array, overflow: OverflowBuckets, mask: number) {
    this.#words = words
    this.#overflow = overflow
    this.#mask = mask
  }

  /** Overflow buckets behind primary bucket `bucket`. */
  length(bucket: number): number {
    return this.#words[(bucket << BUCKET_SHIFT) + INFO] >>> CHAIN_SHIFT
  }

  /** The slots of primary bucket `bucket` and its chain, the empty ones included. */
  *slotsOf(bucket: number): Generator<number> {
    let at = bucket
    for (let left = this.length(bucket); ; left--) {
      const row = at << BUCKET_SHIFT
      for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) yield slot
      if (left === 0) return
      at = this.#overflow.next(at)
    }
  }

  /** Whether primary bucket `bucket` has no item. */
  isEmptyBucket(bucket: number): boolean {
    return this.isEmpty((bucket << BUCKET_SHIFT) + SLOTS)
  }

  isEmpty(slot: number): boolean {
    return this.#words[slot + 1] === 0
  }

  tagAt(slot: number): number {
    return this.#words[slot] >>> TAG_SHIFT
  }

  /** The primary bucket of the hash `low`. */
  bucketFor(low: number): number {
    return low & this.#mask
  }

  /** Overflow buckets in no chain. */
  unusedBuckets(): number {
    return this.#overflow.unused()
  }
}
