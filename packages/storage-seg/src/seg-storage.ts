/**
 * Segcache: a key-value storage in segments of shared memory, after the paper of Yang, Yue and Vinayak
 * (NSDI 2021) and Pelikan's `seg`.
 *
 * ```text
 *   thread 1   SegStorage: metrics, clock, staging  --+
 *   thread 2   SegStorage: metrics, clock, staging  --+--> one memory: slabs, headers, lists, table
 *
 *   key --Lookup--> KeyHash --> HashTable --(segment, offset)--> Slabs: the item
 *   new item --Writer--> Allocator --> tail of its TTL bucket (SegmentLists)
 *                            |         else a free segment (Segments)
 *                            +-------> else EvictionPolicy frees one
 * ```
 *
 * Every write but one of the same size goes to a new place, and the slot of the key is turned to it. An
 * item that is over or was flushed is dropped when it is met, or with its segment.
 *
 * Threads write under the lock of the key's bucket, one at a time. A `get` needs none, and finds out
 * afterwards whether a writer came between; one to which that happened too often makes the next `get`
 * copy the value under the lock. A storage that was never shared pays nothing for all this but looks
 * at a flag.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  Item,
  NEVER,
  Status,
  TICKS_PER_SECOND,
  type Clock,
  type Entry,
  type EvictionListener,
  type KeyValueStorage,
  type SegmentMap,
  StoreMode,
  type Terms,
  type Tick,
} from '@pelikan/core'
import type { Arithmetic } from './writing/arithmetic.ts'
import type { Control } from './control.ts'
import type { Discarder } from './writing/discarder.ts'
import type { Extender } from './writing/extender.ts'
import { makeParts } from './parts.ts'
import { SegError } from './errors.ts'
import { NO_SLOT, type HashTable } from './hash-table/hash-table.ts'
import { view as viewOf, type SegView } from './inspect.ts'
import { ItemCopy } from './item/item-copy.ts'
import { ItemCursor } from './item/item-cursor.ts'
import { ItemFlag } from './item/item-layout.ts'
import type { ReadCounts } from './hash-table/read-counts.ts'
import type { ScannedItem } from './item/scanned-item.ts'
import { SipKeyHash, type KeyHash } from './hash-table/key-hash.ts'
import type { Lookup } from './lookup.ts'
import { sharedOptions, type SegHandle, type SegMemory, type SharedOptions } from './memory.ts'
import type { OnTerms } from './on-terms.ts'
import type { OptimisticReader } from './optimistic-reader.ts'
import type { SegOptions } from './options.ts'
import { Prefetch } from './prefetch.ts'
import { recount } from './recount.ts'
import { Scanner } from './scan.ts'
import { segmentMap } from './segment-map.ts'
import { Reason } from './segments/drop-reason.ts'
import type { Segments } from './segments/segments.ts'
import { withinTicks } from './segments/ttl-buckets.ts'
import { atStandstill } from './standstill.ts'
import type { SegmentSupply } from './writing/segment-supply.ts'
import type { Staging } from './writing/staging.ts'
import type { Toucher } from './writing/toucher.ts'
import { Condition, isItemTooLarge, type Writer } from './writing/writer.ts'

/** What a thread has of its own in a storage that it shares. */
export type AttachOptions = Pick<SegOptions, 'clock' | 'metrics' | 'row' | 'seed'>

export class SegStorage implements KeyValueStorage {
  /** Bytes of memory taken: segments, headers, lists, table. */
  readonly totalBytes: number
  /** What was asked for and works, but not well; for the operator. */
  readonly warnings: readonly string[]
  readonly #options: SharedOptions
  readonly #memory: SegMemory
  readonly #hash: KeyHash
  readonly #clock: Clock
  readonly #control: Control
  readonly #table: HashTable
  readonly #reads: ReadCounts
  readonly #segments: Segments
  readonly #lookup: Lookup
  readonly #reader: OptimisticReader
  readonly #writer: Writer
  readonly #extender: Extender
  readonly #arithmetic: Arithmetic
  readonly #toucher: Toucher
  readonly #discarder: Discarder
  readonly #supply: SegmentSupply
  readonly #onTerms: OnTerms
  readonly #staging: Staging
  readonly #scanner: Scanner
  readonly #found: ItemCursor
  /** What is lent by a storage that is not shared. */
  readonly #view = new Item()
  readonly #copy = new ItemCopy()
  readonly #prefetch: Prefetch

  /**
   * @param handle for {@link SegStorage.attach} only
   * @throws SegError `PELIKAN_SEG_INVALID_OPTION`
   */
  constructor(options: SegOptions, handle?: SegHandle) {
    const parts = makeParts(options, handle)
    this.totalBytes = parts.sizing.totalBytes
    this.warnings = parts.warnings
    this.#options = sharedOptions(options)
    this.#memory = parts.memory
    this.#hash = parts.hash
    this.#clock = options.clock
    this.#control = parts.control
    this.#table = parts.table
    this.#reads = parts.table.reads
    this.#segments = parts.segments
    this.#lookup = parts.lookup
    this.#reader = parts.reader
    this.#writer = parts.writer
    this.#extender = parts.extender
    this.#arithmetic = parts.arithmetic
    this.#toucher = parts.toucher
    this.#discarder = parts.discarder
    this.#supply = parts.supply
    this.#onTerms = parts.onTerms
    this.#staging = parts.staging
    this.#scanner = new Scanner(parts.segments, parts.lookup)
    this.#found = new ItemCursor(parts.slabs)
    this.#prefetch = new Prefetch(parts.hash, parts.table, parts.slabs)
  }

  /**
   * The storage of another thread, which is behind `handle`.
   *
   * Its clock must show the same ticks as that thread's, since deadlines are ticks.
   */
  static attach(handle: SegHandle, options: AttachOptions): SegStorage {
    return new SegStorage({ ...handle.options, ...options }, handle)
  }

  /**
   * What another thread needs for {@link SegStorage.attach}; it can be posted there. From now on every operation
   * expects others. `KeyHash`es of the caller's own cannot be shared.
   *
   * @throws SegError `PELIKAN_SEG_NOT_SHARED` where the hash is the caller's own
   */
  share(): SegHandle {
    if (!(this.#hash instanceof SipKeyHash)) {
      throw new SegError('PELIKAN_SEG_NOT_SHARED', 'only a storage with its own hash can be shared')
    }
    this.#control.expectOthers()
    this.#table.expectOthers()
    return { options: this.#options, memory: this.#memory, secret: this.#hash.secret }
  }

  // Reading

  prefetch(bytes: Buffer, places: Int32Array, count: number): void {
    this.#prefetch.bring(bytes, places, count)
  }

  get(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    if (this.#control.isShared) {
      const item = this.#reader.read(key, keyStart, keyEnd)
      if (item !== undefined || this.#reader.isSure) return item
      return this.#getCopy(key, keyStart, keyEnd)
    }
    const slot = this.#lookup.open(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return undefined
    this.#find(slot)
    this.#found.show(this.#view)
    return this.#view
  }

  /**
   * Where there is no room for the item with its new deadline, which takes 4 bytes that it may not
   * have, the old one stays.
   */
  getAndTouch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Item | undefined {
    const end = withinTicks(deadline)
    const status = this.#toucher.touch(key, keyStart, keyEnd, end, this.#copy)
    return status === Status.NotFound ? undefined : this.#copy.item
  }

  /**
   * When an item was used last is known of its bucket, to a second and for 18 hours: another item there
   * may have been used since.
   */
  fetch(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Item | undefined {
    if (terms.setsDeadline || terms.vivifies) {
      return this.#onTerms.fetch(key, keyStart, keyEnd, terms, this.#copy)
    }
    if (!this.#control.isShared) return this.#fetchAlone(key, keyStart, keyEnd, terms)
    const item = this.#reader.read(key, keyStart, keyEnd, terms)
    if (item !== undefined || this.#reader.isSure) return item
    this.#reader.reset()
    return this.#onTerms.fetch(key, keyStart, keyEnd, terms, this.#copy)
  }

  release(item: Item): boolean {
    return item !== this.#reader.view || this.#reader.confirm()
  }

  // Writing

  set(entry: Entry): Status {
    return this.#writer.store(entry, Condition.None)
  }

  add(entry: Entry): Status {
    return this.#writer.store(entry, Condition.Absent)
  }

  replace(entry: Entry): Status {
    return this.#writer.store(entry, Condition.Present)
  }

  cas(entry: Entry): Status {
    return this.#writer.store(entry, Condition.Token)
  }

  /** A refused set leaves nothing behind. */
  store(mode: StoreMode, entry: Entry, terms: Terms): Status {
    const status = this.#onTerms.store(mode, entry, terms)
    const isRefused = status === Status.TooLarge || status === Status.NoSpace
    if (isRefused && mode === StoreMode.Set) this.delete(entry.key, entry.keyStart, entry.keyEnd)
    return status
  }

  append(entry: Entry): Status {
    return this.#extender.extend(entry, false)
  }

  prepend(entry: Entry): Status {
    return this.#extender.extend(entry, true)
  }

  increment(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    return this.#arithmetic.count(key, keyStart, keyEnd, delta, false, result)
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    return this.#arithmetic.count(key, keyStart, keyEnd, delta, true, result)
  }

  /** `NoSpace` where the item needs a new place for its deadline and there is none. */
  touch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Status {
    return this.#toucher.touch(key, keyStart, keyEnd, withinTicks(deadline), undefined)
  }

  count(key: Buffer, keyStart: number, keyEnd: number, terms: Terms, result: Uint64): Status {
    return this.#onTerms.count(key, keyStart, keyEnd, terms, result)
  }

  discard(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Status {
    return this.#discarder.discard(key, keyStart, keyEnd, terms)
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): Status {
    const slot = this.#lookup.open(key, keyStart, keyEnd)
    if (slot === NO_SLOT) {
      this.#lookup.close()
      return Status.NotFound
    }
    const segment = this.#table.segmentAt(slot)
    this.#segments.drop(slot, Reason.Delete)
    this.#lookup.close()
    this.#supply.thinned(segment)
    return Status.Ok
  }

  // Values that arrive in pieces

  reserve(entry: Entry, valueLength: number): Status {
    const now = this.#lookup.begin()
    const keyLength = entry.keyEnd - entry.keyStart
    if (isItemTooLarge(this.#segments, keyLength, valueLength, entry.flags)) return Status.TooLarge
    const id = this.#staging.reserve(entry, valueLength, now)
    if (id < 0) return Status.NoSpace
    entry.reservation = id
    return Status.Ok
  }

  /** @throws SegError `PELIKAN_SEG_INVALID_RESERVATION` */
  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    this.#staging.write(reservation, bytes, start, end)
  }

  /** @throws SegError `PELIKAN_SEG_INVALID_RESERVATION` */
  abort(reservation: number): void {
    this.#staging.release(reservation)
  }

  // Everything at once

  flush(at: Tick): void {
    const now = this.#lookup.begin()
    this.#control.flushAt = at <= now ? NEVER : withinTicks(at)
    if (at <= now) this.#control.nextEpoch()
  }

  expire(now: Tick): void {
    this.#lookup.begin()
    this.#supply.expire(now)
  }

  settle(): void {
    this.#supply.settle()
  }

  /**
   * End the use in this thread, where others go on: what it was about to free is free then, and what was arriving
   * here is given up. A thread that ends without it leaves some segments that nothing is evicted from.
   */
  close(): void {
    this.#staging.releaseAll()
    this.#supply.end()
  }

  /** Drop everything that is stored. Reservations stay, and so does a flush that waits. */
  clear(): void {
    this.#control.nextEpoch()
    this.#supply.clear(this.#clock.now)
  }

  /** Bytes of a segment. */
  get segmentBytes(): number {
    return this.#segments.segmentBytes
  }

  /** Ticks since the oldest segment that holds items was opened or merged; 0 where none does. */
  get age(): Tick {
    return this.#clock.now - this.#segments.oldest()
  }

  /** Into how many buckets the items are divided, for {@link SegStorage.scan}. */
  get buckets(): number {
    return this.#table.primaryBuckets
  }

  /**
   * Lend every live item of one bucket to `visit`, with its key and marks; it is not counted as read. When
   * it was used last is known as {@link SegStorage.fetch} knows it. A key stays in
   * its bucket, so whoever goes through all buckets meets each item that is there all the while once.
   *
   * @param bucket from 0 to {@link SegStorage.buckets}, exclusive
   * @param visit called under the bucket's lock: it copies what it wants, and calls nothing of this storage
   */
  scan(bucket: number, visit: (item: ScannedItem) => void): void {
    this.#scanner.scan(bucket, visit)
  }

  /**
   * Tell `listener` of every item that this thread evicts from now on. Others evict, too: each thread has
   * its own.
   */
  listenToEvictions(listener: EvictionListener): void {
    this.#segments.evictions.listener = listener
  }

  /**
   * Recount everything against everything, at a cost that grows with the memory; other threads wait.
   *
   * @throws SegError `PELIKAN_SEG_INCONSISTENT` with what differs
   */
  check(): void {
    atStandstill(this.#control, this.#table, () => recount(this.#segments, this.#staging))
  }

  /** What every segment and every TTL bucket holds. */
  inspect(): SegView {
    return atStandstill(this.#control, this.#table, () => viewOf(this.#segments))
  }

  /** The segments at a glance, without holding up anybody. */
  segmentMap(): SegmentMap {
    return segmentMap(this.#segments)
  }

  /** A fetch that changes no more than marks, where no other thread is. */
  #fetchAlone(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Item | undefined {
    const slot = this.#lookup.open(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return undefined
    const found = this.#found
    const view = this.#view
    const { second } = this.#segments
    found.pointBySlot(this.#table, slot)
    found.show(view)
    view.marks = found.marks
    const idle = this.#reads.idle(this.#lookup.low, second)
    view.lastAccess = Math.max(this.#clock.now - idle * TICKS_PER_SECOND, 1)
    terms.judge(view.marks, view.deadline)
    if (terms.won) found.mark(ItemFlag.Won)
    if (terms.peeks) return view
    found.markFetched()
    this.#reads.access(slot, this.#lookup.low, second)
    return view
  }

  #getCopy(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    this.#reader.reset()
    const slot = this.#lookup.open(key, keyStart, keyEnd)
    const item =
      slot === NO_SLOT ? undefined : this.#copy.take(this.#find(slot), this.#found.deadline)
    this.#lookup.close()
    return item
  }

  /** What is in `slot`, whose chain is open; it counts as read. */
  #find(slot: number): ItemCursor {
    const found = this.#found
    found.pointBySlot(this.#table, slot)
    found.markFetched()
    this.#reads.access(slot, this.#lookup.low, this.#segments.second)
    return found
  }
}
