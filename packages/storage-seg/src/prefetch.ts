/**
 * Brings near what several keys will need, before they are asked for one by one.
 *
 * ```text
 *   one by one   hash bucket······item······ hash bucket······item······ hash bucket······item······
 *   together     hash hash hash bucket bucket bucket······item item item······   then every get finds it near
 * ```
 *
 * A read of what no cache has takes as long as a hundred instructions, but reads that do not depend on
 * each other are under way at once. So all keys are hashed, then a word of each bucket is read, then a word
 * of each item that may be the one. Others may write meanwhile: what is read is not believed.
 *
 * @module
 */
import {
  BUCKET_SHIFT,
  BUCKET_WORDS,
  INFO,
  LAST_SLOT,
  OFFSET_MASK,
  SEGMENT_MASK,
  SLOT_WORDS,
  SLOTS,
  TAG_SHIFT,
} from './hash-table/bucket-layout.ts'
import type { HashTable } from './hash-table/hash-table.ts'
import type { KeyHash } from './hash-table/key-hash.ts'
import type { SegmentId } from './segments/segment-headers.ts'
import type { Slabs } from './segments/slabs.ts'

/** Keys that are brought near together; with more, the first might be gone again. */
const TOGETHER = 16

export class Prefetch {
  /** What was read: it means nothing, but without a use the compiler would leave the reads out. */
  read = 0
  readonly #hash: KeyHash
  readonly #slabs: Slabs
  readonly #words: Int32Array
  readonly #mask: number
  /** Of the keys: the rows of their buckets, and their tags. */
  readonly #rows = new Int32Array(TOGETHER)
  readonly #tags = new Int32Array(TOGETHER)

  constructor(hash: KeyHash, table: HashTable, slabs: Slabs) {
    this.#hash = hash
    this.#slabs = slabs
    this.#words = new Int32Array(table.memory, 0, table.buckets * BUCKET_WORDS)
    this.#mask = table.primaryBuckets - 1
  }

  /** For the first {@link TOGETHER} of `count` keys; as `KeyValueStorage.prefetch`. */
  bring(bytes: Buffer, places: Int32Array, count: number): void {
    const hash = this.#hash
    const words = this.#words
    const rows = this.#rows
    const tags = this.#tags
    const some = Math.min(count, TOGETHER)
    for (let i = 0; i < some; i++) {
      hash.compute(bytes, places[2 * i], places[2 * i + 1])
      rows[i] = (hash.low & this.#mask) << BUCKET_SHIFT
      tags[i] = hash.high >>> TAG_SHIFT
    }
    let read = 0
    for (let i = 0; i < some; i++) read ^= words[rows[i] + INFO]
    for (let i = 0; i < some; i++) read ^= this.#peek(rows[i], tags[i])
    this.read = read
  }

  /** A word of the first item of a bucket that has this tag; 0 where there is none. */
  #peek(row: number, tag: number): number {
    const words = this.#words
    for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
      const place = words[slot]
      const segment = words[slot + 1] & SEGMENT_MASK
      if (place >>> TAG_SHIFT !== tag || segment === 0) continue
      const slabs = this.#slabs
      const id = segment as SegmentId
      return slabs.words(id)[(slabs.base(id) >> 2) + (place & OFFSET_MASK)]
    }
    return 0
  }
}
