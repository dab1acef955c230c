/**
 * From keys to places: buckets of one cache line, chained where one is not enough.
 *
 * An item is live where a slot points at it, and nowhere else: no mark is left in its bytes. Slots of
 * a chain have no gaps but in its last bucket, where the filled ones come first, so a removal moves the last
 * item of the chain into the hole, and an overflow bucket that is left empty is used again. (Pelikan's
 * never are.)
 *
 * The version of a primary bucket is the lock of its whole chain ({@link BucketLock}): who reads without
 * it compares the version before and after. Only the holder changes slots; readers count ({@link ReadCounts}) with
 * compare-and-exchange, which fails where the slot has changed.
 *
 * A key is found by bucket (low lane of its hash), tag (high lane) and, in the segment, its bytes.
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import type { Counter } from '@pelikan/metrics'
import {
  BUCKET_SHIFT,
  BUCKET_WORDS,
  CHAIN_LENGTH_MAX,
  CHAIN_SHIFT,
  INFO,
  LAST_SLOT,
  NO_BUCKET,
  OFFSET_MASK,
  OFFSET_UNIT_BITS,
  SEGMENT_MASK,
  SLOT_WORDS,
  SLOTS,
  TAG_SHIFT,
} from './bucket-layout.ts'
import { BucketLock } from './bucket-lock.ts'
import type { Control } from '../control.ts'
import { ChainWalk } from './chain-walk.ts'
import { frequencyOf } from './frequency.ts'
import { ITEM_HEADER } from '../item/item-layout.ts'
import { OverflowBuckets } from './overflow-buckets.ts'
import { ReadCounts } from './read-counts.ts'
import type { Random } from '../random.ts'
import type { SegmentId } from '../segments/segment-headers.ts'
import type { Slabs } from '../segments/slabs.ts'

/** In place of a slot: there is none. */
export const NO_SLOT = -1
/** Bytes that a bucket takes, its link included. */
export const BUCKET_BYTES: number = (BUCKET_WORDS + 1) * 4

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
  /** How often items are read, and when. */
  readonly reads: ReadCounts
  /** The chains, for who goes through all of them. */
  readonly chains: ChainWalk
  readonly #words: Int32Array
  readonly #overflow: OverflowBuckets
  readonly #mask: number
  readonly #slabs: Slabs
  readonly #tagCollisions: Counter
  readonly #lock: BucketLock
  /** The primary bucket that is open. */
  #first = 0

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
    const links = new Int32Array(this.memory, this.buckets * BUCKET_WORDS * 4)
    this.#overflow = new OverflowBuckets(links, control)
    this.reads = new ReadCounts(this.#words, this.#overflow, this.#mask, random)
    this.chains = new ChainWalk(this.#words, this.#overflow, this.#mask)
    this.#slabs = slabs
    this.#lock = new BucketLock(this.#words)
    this.#lock.isShared = control.isShared
    if (shared === undefined) this.#overflow.begin(primaryBuckets)
  }

  /** Other threads may be there from now on. */
  expectOthers(): void {
    this.#lock.isShared = true
  }

  /** Lock the chain of the hash `low`; {@link HashTable.close} follows, and no other chain is open till then. */
  open(low: number): void {
    this.#first = low & this.#mask
    this.#lock.lock(this.#first << BUCKET_SHIFT)
  }

  /** Let nobody else open a chain until {@link HashTable.closeAll}. */
  openAll(): void {
    for (let bucket = 0; bucket < this.primaryBuckets; bucket++) this.open(bucket)
  }

  closeAll(): void {
    for (let bucket = 0; bucket < this.primaryBuckets; bucket++) {
      this.#lock.release(bucket << BUCKET_SHIFT)
    }
  }

  /** As {@link HashTable.open}, where the chain has this version still; returns whether it has. */
  tryOpen(low: number, version: number): boolean {
    this.#first = low & this.#mask
    return this.#lock.tryLock(this.#first << BUCKET_SHIFT, version)
  }

  close(): void {
    this.#lock.unlock()
  }

  /** To be called before bytes of an item in the open chain are written over. */
  change(): void {
    this.#lock.change()
  }

  /** The slot of a key, or {@link NO_SLOT}. It is valid while its chain is open. */
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
      bucket = this.#overflow.next(bucket)
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
      bucket = this.#overflow.next(bucket)
    }
  }

  segmentAt(slot: number): SegmentId {
    return (this.#words[slot + 1] & SEGMENT_MASK) as SegmentId
  }

  offsetAt(slot: number): number {
    return (this.#words[slot] & OFFSET_MASK) << OFFSET_UNIT_BITS
  }

  /** Even while the chain is not open; another one afterwards where something in it has changed. */
  version(low: number): number {
    return Atomics.load(this.#words, (low & this.#mask) << BUCKET_SHIFT)
  }

  // The open chain

  /** Seconds since an item of its bucket was last used, as {@link ReadCounts.idle}. */
  idleOfOpen(second: number): number {
    return this.reads.idle(this.#first, second)
  }

  /** Let `slot` point at another item of the same key, or at the item's new place; the frequency stays. */
  place(slot: number, segment: SegmentId, offset: number): void {
    const words = this.#words
    this.#lock.change()
    words[slot] = (words[slot] & ~OFFSET_MASK) | (offset >>> OFFSET_UNIT_BITS)
    words[slot + 1] = (words[slot + 1] & ~SEGMENT_MASK) | segment
  }

  /**
   * Add an item whose key is not there.
   *
   * @returns its slot, or {@link NO_SLOT} where its chain cannot get longer
   */
  insert(high: number, segment: SegmentId, offset: number): number {
    this.#lock.change()
    const slot = this.#emptySlot()
    if (slot !== NO_SLOT) {
      this.#words[slot] = ((high >>> TAG_SHIFT) << TAG_SHIFT) | (offset >>> OFFSET_UNIT_BITS)
      this.#words[slot + 1] = segment
    }
    return slot
  }

  /** Empty the slot; another of the chain may move into it. */
  remove(slot: number): void {
    const words = this.#words
    const info = (this.#first << BUCKET_SHIFT) + INFO
    this.#lock.change()
    let before = NO_BUCKET
    let last = this.#first
    const chainLength = words[info] >>> CHAIN_SHIFT
    for (let left = chainLength; left > 0; left--) {
      before = last
      last = this.#overflow.next(last)
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
    this.#overflow.remove(before, last)
  }

  /** The slot of the item that is read least; the oldest of several. */
  coldest(): number {
    const words = this.#words
    const first = this.#first
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
      bucket = this.#overflow.next(bucket)
    }
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

  /** The first empty slot of the chain, which grows where it has none and may. */
  #emptySlot(): number {
    const words = this.#words
    const info = (this.#first << BUCKET_SHIFT) + INFO
    const chainLength = words[info] >>> CHAIN_SHIFT
    let last = this.#first
    for (let left = chainLength; left > 0; left--) last = this.#overflow.next(last)
    const row = last << BUCKET_SHIFT
    for (let slot = row + SLOTS; slot <= row + LAST_SLOT; slot += SLOT_WORDS) {
      if (words[slot + 1] === 0) return slot
    }
    if (chainLength === CHAIN_LENGTH_MAX) return NO_SLOT
    const next = this.#overflow.append(last)
    if (next === NO_BUCKET) return NO_SLOT
    words[info] += 1 << CHAIN_SHIFT
    words[(next << BUCKET_SHIFT) + INFO] = this.#first
    return (next << BUCKET_SHIFT) + SLOTS
  }
}
