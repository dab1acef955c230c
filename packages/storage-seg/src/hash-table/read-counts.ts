/**
 * What is known of reads: of each item how often, in its slot ({@link frequencyOf}), and of each bucket in which second
 * it was last used.
 *
 * A read counts once a second. So the first use of a second forgets, for the whole chain, who was counted in the one
 * before. Nobody needs the lock for this: what was written meanwhile is left as it is.
 *
 * @module
 */
import {
  BUCKET_SHIFT,
  CHAIN_SHIFT,
  INFO,
  LAST_SLOT,
  SECOND_MASK,
  SEGMENT_MASK,
  SLOT_WORDS,
  SLOTS,
} from './bucket-layout.ts'
import { countAccess, forgetSecond, frequencyOf } from './frequency.ts'
import type { OverflowBuckets } from './overflow-buckets.ts'
import type { Random } from '../random.ts'

export class ReadCounts {
  readonly #words: Int32Array
  readonly #overflow: OverflowBuckets
  readonly #mask: number
  readonly #random: Random

  /** @param mask of the low lane of a hash, for its primary bucket */
  constructor(words: Int32Array, overflow: OverflowBuckets, mask: number, random: Random) {
    this.#words = words
    this.#overflow = overflow
    this.#mask = mask
    this.#random = random
  }

  frequencyAt(slot: number): number {
    return frequencyOf(this.#words[slot + 1])
  }

  /** Count a read of the item in `slot`, which has the hash `low`: at most once a second. */
  access(slot: number, low: number, second: number): void {
    const words = this.#words
    this.stamp(low, second)
    const word = words[slot + 1]
    // Another thread may have emptied it.
    if ((word & SEGMENT_MASK) === 0) return
    const counted = countAccess(word, this.#random)
    if (counted !== word) Atomics.compareExchange(words, slot + 1, word, counted)
  }

  /** An item of the hash `low` is used in this second. */
  stamp(low: number, second: number): void {
    const info = ((low & this.#mask) << BUCKET_SHIFT) + INFO
    if ((this.#words[info] & SECOND_MASK) !== (second & SECOND_MASK)) this.#beginSecond(low, second)
  }

  /** Seconds since an item of the bucket of the hash `low` was last used, up to 65,535. */
  idle(low: number, second: number): number {
    const info = ((low & this.#mask) << BUCKET_SHIFT) + INFO
    return (second - this.#words[info]) & SECOND_MASK
  }

  /** Begin to count at 0; the chain is open. */
  reset(slot: number): void {
    this.#words[slot + 1] &= SEGMENT_MASK
  }

  /** The first get of a second: every item of the chain may be counted again. */
  #beginSecond(low: number, second: number): void {
    const words = this.#words
    const first = low & this.#mask
    const info = (first << BUCKET_SHIFT) + INFO
    const word = words[info]
    const now = (word & ~SECOND_MASK) | (second & SECOND_MASK)
    if (Atomics.compareExchange(words, info, word, now) !== word) return
    let bucket = first
    for (let left = word >>> CHAIN_SHIFT; ; left--) {
      const row = bucket << BUCKET_SHIFT
      for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
        const counted = words[slot + 1]
        if (counted >= 0) continue
        Atomics.compareExchange(words, slot + 1, counted, forgetSecond(counted))
      }
      if (left === 0) return
      bucket = this.#overflow.next(bucket)
    }
  }
}
