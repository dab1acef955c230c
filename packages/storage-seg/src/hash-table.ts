/**
 * From keys to places: buckets of one cache line, chained where one is not enough.
 *
 * ```text
 *   bucket, 16 words   | version | info | slot 0 | slot 1 | ... | slot 6 |
 *   info of a primary bucket          | chain length 8 | second of the last get, 16 bits |
 *   info of an overflow bucket        the primary bucket that it belongs to
 *
 *   slot, 2 words      | tag 12 | offset 20 |     offset in units of 4 bytes: segments to 4 MiB
 *                      | freq 8 | segment 24 |    segment 0: the slot is empty
 *
 *   links              a word per bucket: the next bucket of its chain, or of the unused ones; 0 for none
 * ```
 *
 * An item is live where a slot points at it, and nowhere else: no mark is left in its bytes. Slots of
 * a chain have no gaps but in its last bucket, where the filled ones come first, so a removal moves the last
 * item of the chain into the hole, and an overflow bucket that is left empty is used again. (Pelikan's
 * never are.)
 *
 * The version of a primary bucket changes before and after every change of an item in its chain, and is odd
 * meanwhile: who reads without the lock compares it before and after. Only the lock's holder changes
 * slots; readers count with compare-and-exchange, which fails where the slot has changed.
 *
 * A key is found by bucket (low lane of its hash), tag (high lane) and, in the segment, its bytes.
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import type { Counter } from '@pelikan/metrics'
import type { Control } from './control.ts'
import { countAccess, forgetSecond, frequencyOf } from './frequency.ts'
import { ITEM_HEADER } from './item-layout.ts'
import type { Random } from './random.ts'
import type { SegmentId } from './segment-headers.ts'
import type { Slabs } from './slabs.ts'

/** In place of a slot: there is none. */
export const NO_SLOT = -1
export const BUCKET_ITEMS = 7
/** Most overflow buckets behind a primary one. */
export const CHAIN_LENGTH_MAX = 16
/** Bytes that a bucket takes, its link included. */
export const BUCKET_BYTES = 68

const BUCKET_SHIFT = 4
const BUCKET_WORDS = 1 << BUCKET_SHIFT
const INFO = 1
const SLOTS = 2
const SLOT_WORDS = 2
const LAST_SLOT = BUCKET_WORDS - SLOT_WORDS
const NO_BUCKET = 0

const TAG_SHIFT = 20
const OFFSET_MASK = 0xfffff
const OFFSET_UNIT_BITS = 2
const SEGMENT_MASK = 0xffffff
const SECOND_MASK = 0xffff
const CHAIN_SHIFT = 16

export interface TableSize {
  /** A power of two. */
  readonly primaryBuckets: number
  readonly overflowBuckets: number
}

export class HashTable {
  /** Buckets that keys are spread over; a power of two. */
  readonly primaryBuckets: number
  /** All of them. */
  readonly buckets: number
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #links: Int32Array
  readonly #mask: number
  readonly #slabs: Slabs
  readonly #random: Random
  readonly #control: Control
  readonly #tagCollisions: Counter

  constructor(
    { primaryBuckets, overflowBuckets }: TableSize,
    slabs: Slabs,
    random: Random,
    control: Control,
    tagCollisions: Counter,
    shared?: SharedArrayBuffer,
  ) {
    this.primaryBuckets = primaryBuckets
    this.#tagCollisions = tagCollisions
    this.buckets = primaryBuckets + overflowBuckets
    this.#mask = primaryBuckets - 1
    this.memory = shared ?? new SharedArrayBuffer(this.buckets * BUCKET_BYTES)
    this.#words = new Int32Array(this.memory, 0, this.buckets * BUCKET_WORDS)
    this.#links = new Int32Array(this.memory, this.buckets * BUCKET_WORDS * 4)
    this.#slabs = slabs
    this.#control = control
    this.#random = random
    if (shared !== undefined) return
    this.#control.unusedBucket = overflowBuckets === 0 ? NO_BUCKET : primaryBuckets
    for (let bucket = primaryBuckets; bucket < this.buckets - 1; bucket++) {
      this.#links[bucket] = bucket + 1
    }
  }

  /** The slot of a key, or {@link NO_SLOT}. It is valid until the chain changes. */
  find(low: number, high: number, key: Buffer, keyStart: number, keyEnd: number): number {
    const words = this.#words
    const tag = high >>> TAG_SHIFT
    const first = low & this.#mask
    let bucket = first
    for (let left = words[(first << BUCKET_SHIFT) + INFO] >>> CHAIN_SHIFT; ; left--) {
      const row = bucket << BUCKET_SHIFT
      for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
        const place = words[slot]
        const segment = words[slot + 1] & SEGMENT_MASK
        if (place >>> TAG_SHIFT !== tag || segment === 0) continue
        const offset = (place & OFFSET_MASK) << OFFSET_UNIT_BITS
        if (this.#hasKey(segment as SegmentId, offset, key, keyStart, keyEnd)) return slot
        this.#tagCollisions.increment()
      }
      if (left === 0) return NO_SLOT
      bucket = this.#links[bucket]
    }
  }

  /** The slot that points at (`segment`, `offset`), or {@link NO_SLOT}: then nothing lives there. */
  findPlace(low: number, segment: SegmentId, offset: number): number {
    const words = this.#words
    const first = low & this.#mask
    const unit = offset >>> OFFSET_UNIT_BITS
    let bucket = first
    for (let left = words[(first << BUCKET_SHIFT) + INFO] >>> CHAIN_SHIFT; ; left--) {
      const row = bucket << BUCKET_SHIFT
      for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
        if ((words[slot + 1] & SEGMENT_MASK) !== segment) continue
        if ((words[slot] & OFFSET_MASK) === unit) return slot
      }
      if (left === 0) return NO_SLOT
      bucket = this.#links[bucket]
    }
  }

  segmentAt(slot: number): SegmentId {
    return (this.#words[slot + 1] & SEGMENT_MASK) as SegmentId
  }

  offsetAt(slot: number): number {
    return (this.#words[slot] & OFFSET_MASK) << OFFSET_UNIT_BITS
  }

  frequencyAt(slot: number): number {
    return frequencyOf(this.#words[slot + 1])
  }

  /** Count a read of the item in `slot`, which has the hash `low`: at most once a second. */
  access(slot: number, low: number, second: number): void {
    const words = this.#words
    const info = ((low & this.#mask) << BUCKET_SHIFT) + INFO
    if ((words[info] & SECOND_MASK) !== (second & SECOND_MASK)) this.#beginSecond(low, second)
    const word = words[slot + 1]
    // Another thread may have emptied it.
    if ((word & SEGMENT_MASK) === 0) return
    const counted = countAccess(word, this.#random)
    if (counted !== word) Atomics.compareExchange(words, slot + 1, word, counted)
  }

  /** Even while nothing changes. */
  version(low: number): number {
    return Atomics.load(this.#words, (low & this.#mask) << BUCKET_SHIFT)
  }

  /** Before the bytes of an item with the hash `low` are written over; {@link HashTable.endChange} follows. */
  beginChange(low: number): void {
    Atomics.add(this.#words, (low & this.#mask) << BUCKET_SHIFT, 1)
  }

  endChange(low: number): void {
    Atomics.add(this.#words, (low & this.#mask) << BUCKET_SHIFT, 1)
  }

  /** Let `slot` point at another item of the same key, or at the item's new place; the frequency stays. */
  move(slot: number, low: number, segment: SegmentId, offset: number): void {
    this.beginChange(low)
    this.place(slot, segment, offset)
    this.endChange(low)
  }

  /** As {@link HashTable.move}, where the caller has begun the change. */
  place(slot: number, segment: SegmentId, offset: number): void {
    const words = this.#words
    words[slot] = (words[slot] & ~OFFSET_MASK) | (offset >>> OFFSET_UNIT_BITS)
    words[slot + 1] = (words[slot + 1] & ~SEGMENT_MASK) | segment
  }

  /** Begin to count at 0. */
  resetFrequency(slot: number): void {
    this.#words[slot + 1] &= SEGMENT_MASK
  }

  /**
   * Add an item whose key is not there.
   *
   * @returns its slot, or {@link NO_SLOT} where its chain cannot get longer
   */
  insert(low: number, high: number, segment: SegmentId, offset: number): number {
    const first = low & this.#mask
    this.beginChange(low)
    const slot = this.#emptySlot(first)
    if (slot !== NO_SLOT) {
      this.#words[slot] = ((high >>> TAG_SHIFT) << TAG_SHIFT) | (offset >>> OFFSET_UNIT_BITS)
      this.#words[slot + 1] = segment
    }
    this.endChange(low)
    return slot
  }

  /** Empty the slot, whose item has the hash `low`; another of the chain may move into it. */
  remove(slot: number, low: number): void {
    this.beginChange(low)
    this.#remove(slot, low)
    this.endChange(low)
  }

  #remove(slot: number, low: number): void {
    const words = this.#words
    const first = low & this.#mask
    const info = (first << BUCKET_SHIFT) + INFO
    let before = NO_BUCKET
    let last = first
    const chainLength = words[info] >>> CHAIN_SHIFT
    for (let left = chainLength; left > 0; left--) {
      before = last
      last = this.#links[last]
    }
    const row = last << BUCKET_SHIFT
    let end = row + LAST_SLOT
    while (words[end + 1] === 0) end -= SLOT_WORDS
    words[slot] = words[end]
    words[slot + 1] = words[end + 1]
    words[end] = 0
    words[end + 1] = 0
    if (chainLength === 0 || end !== row + SLOTS) return
    words[info] -= 1 << CHAIN_SHIFT
    words[row + INFO] = 0
    this.#links[before] = NO_BUCKET
    this.#links[last] = this.#control.unusedBucket
    this.#control.unusedBucket = last
  }

  /** The slot of the item in the chain of `low` that is read least; the oldest of several. */
  coldest(low: number): number {
    const words = this.#words
    const first = low & this.#mask
    let coldest = NO_SLOT
    let least = Infinity
    let bucket = first
    for (let left = words[(first << BUCKET_SHIFT) + INFO] >>> CHAIN_SHIFT; ; left--) {
      const row = bucket << BUCKET_SHIFT
      for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
        if (words[slot + 1] === 0) continue
        const frequency = frequencyOf(words[slot + 1])
        if (frequency >= least) continue
        least = frequency
        coldest = slot
      }
      if (left === 0) return coldest
      bucket = this.#links[bucket]
    }
  }

  /** Overflow buckets behind primary bucket `bucket`. */
  chainLength(bucket: number): number {
    return this.#words[(bucket << BUCKET_SHIFT) + INFO] >>> CHAIN_SHIFT
  }

  /** The slots of primary bucket `bucket` and its chain, the empty ones included. */
  *slotsOf(bucket: number): Generator<number> {
    let at = bucket
    for (let left = this.chainLength(bucket); ; left--) {
      const row = at << BUCKET_SHIFT
      for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) yield slot
      if (left === 0) return
      at = this.#links[at]
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

  bucketFor(low: number): number {
    return low & this.#mask
  }

  /** Overflow buckets in no chain. */
  unusedBuckets(): number {
    let count = 0
    for (
      let bucket = this.#control.unusedBucket;
      bucket !== NO_BUCKET;
      bucket = this.#links[bucket]
    )
      count++
    return count
  }

  #hasKey(
    segment: SegmentId,
    offset: number,
    key: Buffer,
    keyStart: number,
    keyEnd: number,
  ): boolean {
    const bytes = this.#slabs.bytes(segment)
    const item = this.#slabs.base(segment) + offset
    if (bytes[item] !== keyEnd - keyStart) return false
    const start = item + ITEM_HEADER
    return bytesEqual(bytes, start, start + keyEnd - keyStart, key, keyStart, keyEnd)
  }

  /** The first empty slot of a chain, which grows where it has none and may. */
  #emptySlot(first: number): number {
    const words = this.#words
    const info = (first << BUCKET_SHIFT) + INFO
    const chainLength = words[info] >>> CHAIN_SHIFT
    let last = first
    for (let left = chainLength; left > 0; left--) last = this.#links[last]
    const row = last << BUCKET_SHIFT
    for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
      if (words[slot + 1] === 0) return slot
    }
    const next = this.#control.unusedBucket
    if (next === NO_BUCKET || chainLength === CHAIN_LENGTH_MAX) return NO_SLOT
    this.#control.unusedBucket = this.#links[next]
    this.#links[next] = NO_BUCKET
    this.#links[last] = next
    words[info] += 1 << CHAIN_SHIFT
    words[(next << BUCKET_SHIFT) + INFO] = first
    return (next << BUCKET_SHIFT) + SLOTS
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
      bucket = this.#links[bucket]
    }
  }
}
