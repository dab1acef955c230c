/**
 * The few numbers that the whole storage has once, in shared memory like everything else.
 *
 * ```text
 *   word  0          1          2         3      4           5        6        7    8             9
 *         firstFree  freeCount  sequence  epoch  nextExpiry  flushed  flushAt  cas  unusedBucket  activeLists
 *   word  10, 11
 *         lock
 * ```
 *
 * @module
 */
import { NEVER, type Tick } from '@pelikan/core'
import { Lock } from './lock.ts'
import { NO_DEADLINE, NO_SEGMENT, type SegmentId } from './segment-headers.ts'

const WORDS = 16
const FIRST_FREE = 0
const FREE_COUNT = 1
const SEQUENCE = 2
const EPOCH = 3
const NEXT_EXPIRY = 4
const FLUSHED = 5
const FLUSH_AT = 6
const CAS = 7
const UNUSED_BUCKET = 8
const ACTIVE_LISTS = 9
const LOCK = 10

export class Control {
  readonly memory: SharedArrayBuffer
  /** Held by whoever changes anything. */
  readonly lock: Lock
  readonly #words: Int32Array

  constructor(shared?: SharedArrayBuffer) {
    this.memory = shared ?? new SharedArrayBuffer(WORDS * 4)
    this.#words = new Int32Array(this.memory)
    this.lock = new Lock(this.#words, LOCK)
    if (shared !== undefined) {
      this.lock.isShared = true
      return
    }
    this.firstFree = NO_SEGMENT
    this.nextExpiry = NO_DEADLINE
    this.flushAt = NEVER
  }

  /** The first of the free segments, which are linked through their headers. */
  get firstFree(): SegmentId {
    return this.#words[FIRST_FREE] as SegmentId
  }

  set firstFree(segment: SegmentId) {
    this.#words[FIRST_FREE] = segment
  }

  get freeCount(): number {
    return this.#words[FREE_COUNT]
  }

  set freeCount(count: number) {
    this.#words[FREE_COUNT] = count
  }

  /** The number of the segment opened or merged last. */
  get sequence(): number {
    return this.#words[SEQUENCE]
  }

  set sequence(sequence: number) {
    this.#words[SEQUENCE] = sequence
  }

  /** Flushes so far. */
  get epoch(): number {
    return this.#words[EPOCH]
  }

  set epoch(epoch: number) {
    this.#words[EPOCH] = epoch
  }

  /** No segment can be over before this tick. */
  get nextExpiry(): Tick {
    return this.#words[NEXT_EXPIRY]
  }

  set nextExpiry(tick: Tick) {
    this.#words[NEXT_EXPIRY] = tick
  }

  /** Whether there may be segments of before the last flush. */
  get hasFlushed(): boolean {
    return this.#words[FLUSHED] !== 0
  }

  set hasFlushed(has: boolean) {
    this.#words[FLUSHED] = has ? 1 : 0
  }

  /** When the next flush happens; `NEVER` where none waits. */
  get flushAt(): Tick {
    return this.#words[FLUSH_AT]
  }

  set flushAt(tick: Tick) {
    this.#words[FLUSH_AT] = tick
  }

  /** A cas token that was never given, until 2^32 have been. */
  nextCas(): number {
    return ++this.#words[CAS] | 0
  }

  /** The first of the overflow buckets in no chain; 0 for none. */
  get unusedBucket(): number {
    return this.#words[UNUSED_BUCKET]
  }

  set unusedBucket(bucket: number) {
    this.#words[UNUSED_BUCKET] = bucket
  }

  /** Lists that are not empty. */
  get activeLists(): number {
    return this.#words[ACTIVE_LISTS]
  }

  set activeLists(count: number) {
    this.#words[ACTIVE_LISTS] = count
  }
}
