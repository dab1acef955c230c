/**
 * The operations of a storage, for one thread at a time.
 *
 * ```text
 *   key --Lookup--> KeyHash --> HashTable --(segment, offset)--> Slabs: the item
 *   new item --Writer--> Allocator --> tail of its TTL bucket (SegmentLists)
 *                            |         else a free segment (Segments)
 *                            +-------> else EvictionPolicy frees one
 * ```
 *
 * Every write but one of the same size goes to a new place, and the slot of the key is turned to it. An
 * item that is over or was flushed is dropped when it is met, or with its segment.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  Item,
  NEVER,
  parseNumberText,
  Status,
  TICKS_PER_SECOND,
  type Clock,
  type Entry,
  type KeyValueStorage,
  type Tick,
} from '@pelikan/core'
import { Metrics, type BoundMetrics } from '@pelikan/metrics'
import { Allocator } from './allocator.ts'
import { Control } from './control.ts'
import type { EvictionPolicy } from './eviction/eviction.ts'
import { makeEviction } from './eviction/make-eviction.ts'
import { HashTable, NO_SLOT } from './hash-table.ts'
import { view, type SegView } from './inspect.ts'
import { ItemCursor } from './item-cursor.ts'
import { SipKeyHash, type KeyHash } from './key-hash.ts'
import type { Lock } from './lock.ts'
import { Lookup } from './lookup.ts'
import type { SegHandle, SegMemory } from './memory.ts'
import { segMetrics } from './metrics.ts'
import { OptimisticReader } from './optimistic-reader.ts'
import { checkOptions, type SegOptions } from './options.ts'
import { Random } from './random.ts'
import { recount } from './recount.ts'
import { SegmentHeaders, SegmentState, type SegmentId } from './segment-headers.ts'
import { SegmentLists } from './segment-lists.ts'
import { Reason, Segments } from './segments.ts'
import { divideMemory } from './sizing.ts'
import { Slabs } from './slabs.ts'
import { Staging } from './staging.ts'
import { Writer } from './writer.ts'

/** Items that one call of `expire` drops before it stops, so that a turn stays short. */
const ITEMS_PER_EXPIRE = 32_768
const NANOSECONDS = 1e6

export class Engine implements KeyValueStorage {
  /** Bytes of memory taken: segments, headers, lists, table. */
  readonly totalBytes: number
  /** What was asked for and works, but not well; for the operator. */
  readonly warnings: readonly string[]

  readonly memory: SegMemory
  readonly hash: KeyHash
  /** For whoever shares the memory: every call but `write` needs it. */
  readonly lock: Lock
  /** Reads without it. */
  readonly reader: OptimisticReader

  readonly #clock: Clock
  readonly #table: HashTable
  readonly #segments: Segments
  readonly #lookup: Lookup
  readonly #writer: Writer
  readonly #policy: EvictionPolicy
  readonly #staging: Staging
  readonly #control: Control
  readonly #metrics: BoundMetrics<typeof segMetrics>
  readonly #found: ItemCursor
  /** What is lent. */
  readonly #view = new Item()

  /**
   * @param handle the memory of another thread's storage; by default new
   * @throws SegError `PELIKAN_SEG_INVALID_OPTION`
   */
  constructor(options: SegOptions, handle?: SegHandle) {
    const checked = checkOptions(options)
    const sizing = divideMemory(options, checked)
    const shared = handle?.memory
    const control = new Control(shared?.control)
    const metrics = (options.metrics ?? new Metrics([segMetrics])).bind(segMetrics, options.row)
    const random = new Random(options.seed ?? Math.floor(Math.random() * 2 ** 32))
    const hash = options.hash ?? new SipKeyHash(handle?.secret)
    const slabs = new Slabs(sizing.segments, checked.segmentBytes, shared?.slabs)
    const headers = new SegmentHeaders(sizing.segments, shared?.headers)
    const lists = new SegmentLists(sizing.lists, headers, control, shared?.lists)
    const collisions = metrics.hashTagCollision
    const table = new HashTable(sizing, slabs, random, control, collisions, shared?.table)
    const { clock } = options
    const isAttached = handle !== undefined
    const parts = { slabs, headers, lists, table, hash, metrics, clock, control, isAttached }
    const segments = new Segments(parts)
    const ghosts = shared?.ghosts ?? new SharedArrayBuffer(sizing.ghosts * 4)
    const policy = makeEviction({ ...checked, ghosts }, segments, random)
    const allocator = new Allocator(segments, policy)
    const staging = new Staging(segments, allocator)
    const lookup = new Lookup(segments, control)
    const evicts = checked.eviction !== 'none'
    this.#writer = new Writer({ segments, lookup, allocator, policy, staging, control, evicts })
    this.totalBytes = sizing.totalBytes
    this.warnings = sizing.warnings
    this.memory = {
      slabs: slabs.memory,
      headers: headers.memory,
      lists: lists.memory,
      table: table.memory,
      control: control.memory,
      ghosts,
    }
    this.hash = hash
    this.lock = control.lock
    this.reader = new OptimisticReader(segments, control)
    this.#clock = clock
    this.#metrics = metrics
    this.#control = control
    this.#segments = segments
    this.#table = table
    this.#lookup = lookup
    this.#policy = policy
    this.#staging = staging
    this.#found = new ItemCursor(slabs)
  }

  // Reading

  get(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    const slot = this.#lookup.find(key, keyStart, keyEnd)
    return slot === NO_SLOT ? undefined : this.#lend(slot)
  }

  /**
   * Where there is no room for the item with its new deadline, which takes 4 bytes that it may not
   * have, the old one stays.
   */
  getAndTouch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Item | undefined {
    const slot = this.#lookup.find(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return undefined
    if (this.#lookup.isPast(deadline)) {
      const item = this.#lend(slot)
      item.deadline = deadline
      // The bytes stay as they are until the next operation.
      this.#lookup.drop(slot, Reason.Expire)
      return item
    }
    this.#writer.touch(slot, deadline)
    return this.#lend(this.#lookup.findAgain(key, keyStart, keyEnd))
  }

  release(_item: Item): boolean {
    return true
  }

  // Writing

  set(entry: Entry): Status {
    const slot = this.#findEntry(entry)
    const status = this.#writer.store(entry, slot)
    if (status !== Status.Ok && slot !== NO_SLOT) {
      const left = this.#findEntry(entry)
      if (left !== NO_SLOT) this.#lookup.drop(left, Reason.Replace)
    }
    return status
  }

  add(entry: Entry): Status {
    const slot = this.#findEntry(entry)
    if (slot !== NO_SLOT) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.store(entry, NO_SLOT)
  }

  replace(entry: Entry): Status {
    const slot = this.#findEntry(entry)
    if (slot === NO_SLOT) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.store(entry, slot)
  }

  cas(entry: Entry): Status {
    const slot = this.#findEntry(entry)
    if (slot === NO_SLOT) return this.#writer.giveUp(entry, Status.NotFound)
    this.#found.pointBySlot(this.#table, slot)
    if (entry.cas.low !== this.#found.cas || entry.cas.high !== 0) {
      return this.#writer.giveUp(entry, Status.Exists)
    }
    return this.#writer.store(entry, slot)
  }

  append(entry: Entry): Status {
    const slot = this.#findEntry(entry)
    if (slot === NO_SLOT) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.extend(entry, slot, false)
  }

  prepend(entry: Entry): Status {
    const slot = this.#findEntry(entry)
    if (slot === NO_SLOT) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.extend(entry, slot, true)
  }

  increment(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const slot = this.#lookup.find(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return Status.NotFound
    if (!this.#parse(slot, result)) return Status.NotANumber
    result.add(delta)
    return this.#writer.count(slot, key, keyStart, keyEnd, result)
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const slot = this.#lookup.find(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return Status.NotFound
    if (!this.#parse(slot, result)) return Status.NotANumber
    result.subtract(delta)
    return this.#writer.count(slot, key, keyStart, keyEnd, result)
  }

  /** `NoSpace` where the item needs a new place for its deadline and there is none. */
  touch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Status {
    const slot = this.#lookup.find(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return Status.NotFound
    if (!this.#lookup.isPast(deadline)) return this.#writer.touch(slot, deadline)
    this.#lookup.drop(slot, Reason.Expire)
    return Status.Ok
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): Status {
    const slot = this.#lookup.find(key, keyStart, keyEnd)
    if (slot === NO_SLOT) return Status.NotFound
    const segment = this.#table.segmentAt(slot)
    this.#lookup.drop(slot, Reason.Delete)
    this.#policy.removedFrom(segment)
    return Status.Ok
  }

  // Values that arrive in pieces

  reserve(entry: Entry, valueLength: number): Status {
    const now = this.#lookup.begin()
    if (this.#writer.isTooLarge(entry.keyEnd - entry.keyStart, valueLength, entry.flags)) {
      return Status.TooLarge
    }
    const id = this.#staging.reserve(valueLength, now)
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
    this.#control.flushAt = at <= now ? NEVER : at
    if (at <= now) this.#segments.flush()
  }

  expire(now: Tick): void {
    this.#lookup.begin()
    const start = performance.now()
    this.#segments.reclaim(now, ITEMS_PER_EXPIRE)
    this.#metrics.expireTime.add(Math.round((performance.now() - start) * NANOSECONDS))
  }

  /** Drop everything that is stored. Reservations stay, and so does a flush that waits. */
  clear(): void {
    const start = performance.now()
    const segments = this.#segments
    for (let id = 1; id <= segments.count; id++) {
      const segment = id as SegmentId
      if (segments.headers.state(segment) !== SegmentState.Live) continue
      segments.clear(segment, Reason.Flush)
      this.#metrics.segmentClear.increment()
    }
    this.#metrics.clearTime.add(Math.round((performance.now() - start) * NANOSECONDS))
  }

  /**
   * Recount everything against everything, at a cost that grows with the memory.
   *
   * @throws SegError `PELIKAN_SEG_INCONSISTENT` with what differs
   */
  check(): void {
    recount(this.#segments, this.#staging)
  }

  /** What every segment and every TTL bucket holds. */
  inspect(): SegView {
    return view(this.#segments)
  }

  #findEntry(entry: Entry): number {
    return this.#lookup.find(entry.key, entry.keyStart, entry.keyEnd)
  }

  #lend(slot: number): Item {
    const found = this.#found
    found.pointBySlot(this.#table, slot)
    this.#table.access(slot, this.#lookup.low, (this.#clock.now / TICKS_PER_SECOND) | 0)
    const lent = this.#view
    lent.bytes = found.bytes
    lent.start = found.valueStart
    lent.end = found.valueEnd
    lent.flags = found.clientFlags
    lent.deadline = found.deadline
    lent.cas.set(0, found.cas)
    return lent
  }

  #parse(slot: number, number: Uint64): boolean {
    const found = this.#found
    found.pointBySlot(this.#table, slot)
    return parseNumberText(found.bytes, found.valueStart, found.valueEnd, number)
  }
}
