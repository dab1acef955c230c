/**
 * The few numbers that the whole storage has once, in shared memory like everything else, and the two
 * locks that are not a bucket's.
 *
 * ```text
 *   line 0   epoch  flushAt  flushed  nextExpiry                          every read looks at it
 *   line 2   segment lock 2  firstFree  freeCount  sequence  unusedBucket  activeLists  arrivingSegments
 *   line 4   eviction lock 2
 *   line 6   cas
 * ```
 *
 * Lines of 64 bytes, every other one unused, so that what every read looks at is on no line that is
 * written all the time.
 *
 * Who holds which lock may wait for which:
 *
 * ```text
 *   eviction lock -> bucket lock, one at a time -> segment lock -> none
 * ```
 *
 * @module
 */
import { NEVER, type Tick } from '@pelikan/core'
import { Lock } from './lock.ts'
import { NO_DEADLINE, NO_SEGMENT, type SegmentId } from './segments/segment-headers.ts'

const LINE_WORDS = 16
const WORDS = 8 * LINE_WORDS
const EPOCH = 0
const FLUSH_AT = 1
const FLUSHED = 2
const NEXT_EXPIRY = 3
const SEGMENT_LOCK = 2 * LINE_WORDS
const FIRST_FREE = SEGMENT_LOCK + 2
const FREE_COUNT = SEGMENT_LOCK + 3
const SEQUENCE = SEGMENT_LOCK + 4
const UNUSED_BUCKET = SEGMENT_LOCK + 5
const ACTIVE_LISTS = SEGMENT_LOCK + 6
const ARRIVING_SEGMENTS = SEGMENT_LOCK + 7
const EVICTION_LOCK = 4 * LINE_WORDS
const CAS = 6 * LINE_WORDS

/** As `flushAt`: a thread lets the flush happen. */
const FLUSHING = -1
/** Cas tokens that a thread draws at once. */
const CAS_BLOCK = 1024

export class Control {
  readonly memory: SharedArrayBuffer
  /** Guards headers, lists and the free ones of segments and of buckets; held for a few of their words. */
  readonly segmentLock: Lock
  /** Held by the one thread that evicts, merges, or frees what has expired. */
  readonly evictionLock: Lock
  readonly #words: Int32Array
  #cas = 0
  #casLeft = 0

  constructor(shared?: SharedArrayBuffer) {
    this.memory = shared ?? new SharedArrayBuffer(WORDS * 4)
    this.#words = new Int32Array(this.memory)
    this.segmentLock = new Lock(this.#words, SEGMENT_LOCK)
    this.evictionLock = new Lock(this.#words, EVICTION_LOCK)
    if (shared !== undefined) {
      this.expectOthers()
      return
    }
    this.firstFree = NO_SEGMENT
    this.#words[NEXT_EXPIRY] = NO_DEADLINE
    this.flushAt = NEVER
  }

  /** Other threads may be there from now on. */
  expectOthers(): void {
    this.segmentLock.isShared = true
    this.evictionLock.isShared = true
  }

  /** Whether other threads may be there. */
  get isShared(): boolean {
    return this.segmentLock.isShared
  }

  /** Flushes so far. */
  get epoch(): number {
    return this.#words[EPOCH]
  }

  /** Everything stored so far is gone. */
  nextEpoch(): void {
    Atomics.add(this.#words, EPOCH, 1)
    this.hasFlushed = true
  }

  /** When the next flush happens; `NEVER` where none waits, before every tick while it happens. */
  get flushAt(): Tick {
    return Atomics.load(this.#words, FLUSH_AT)
  }

  set flushAt(tick: Tick) {
    Atomics.store(this.#words, FLUSH_AT, tick)
  }

  /** Let the flush that waits happen where its tick has come; it has happened when this returns. */
  runFlush(now: Tick): void {
    for (let at = this.flushAt; at !== NEVER && at <= now; at = this.flushAt) {
      // Another thread is at it, a few instructions from its end.
      if (at === FLUSHING) continue
      if (Atomics.compareExchange(this.#words, FLUSH_AT, at, FLUSHING) !== at) continue
      this.nextEpoch()
      Atomics.compareExchange(this.#words, FLUSH_AT, FLUSHING, NEVER)
      return
    }
  }

  /** Whether there may be segments of before the last flush. */
  get hasFlushed(): boolean {
    return this.#words[FLUSHED] !== 0
  }

  set hasFlushed(has: boolean) {
    Atomics.store(this.#words, FLUSHED, has ? 1 : 0)
  }

  /** No segment can be over before this tick. */
  get nextExpiry(): Tick {
    return this.#words[NEXT_EXPIRY]
  }

  /** From now on {@link Control.lowerNextExpiry} says when. */
  resetNextExpiry(): void {
    Atomics.store(this.#words, NEXT_EXPIRY, NO_DEADLINE)
  }

  /** A segment may be over at `tick`. */
  lowerNextExpiry(tick: Tick): void {
    for (let next = this.nextExpiry; tick < next; next = this.nextExpiry) {
      Atomics.compareExchange(this.#words, NEXT_EXPIRY, next, tick)
    }
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

  /** Segments in which values are arriving in place. */
  get arrivingSegments(): number {
    return this.#words[ARRIVING_SEGMENTS]
  }

  set arrivingSegments(count: number) {
    this.#words[ARRIVING_SEGMENTS] = count
  }

  /** A cas token that was never given, until 2^32 have been; each thread draws blocks of its own. */
  nextCas(): number {
    if (this.#casLeft === 0) {
      this.#cas = Atomics.add(this.#words, CAS, CAS_BLOCK)
      this.#casLeft = CAS_BLOCK
    }
    this.#casLeft--
    this.#cas = (this.#cas + 1) | 0
    return this.#cas
  }

  /** The token that this thread drew last. */
  get lastCas(): number {
    return this.#cas
  }
}
