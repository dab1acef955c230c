/**
 * The reference storage: what the contract says, over a `Map` from keys to items.
 *
 * Every write makes a new item that takes the place of the old one, so a value never changes while it
 * is in the map. A value that arrives in pieces is an item that is not in the map yet.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  Item,
  Mark,
  parseNumberText,
  Status,
  type Entry,
  type EvictionListener,
  type KeyValueStorage,
  type StoreMode,
  type Terms,
  type Tick,
} from '@pelikan/core'
import { Metrics, type BoundMetrics } from '@pelikan/metrics'
import { ITEMS_MAX, memoryFor } from './item-memory.ts'
import { itemSize } from './item-size.ts'
import { ItemTable } from './item-table.ts'
import { ItemWriter } from './item-writer.ts'
import { hashMapMetrics } from './metrics.ts'
import { OnTerms } from './on-terms.ts'
import { checkOptions, type HashMapOptions } from './options.ts'
import { recount } from './recount.ts'
import type { StoredItem } from './stored-item.ts'

/** Values under way hold at most one part in this many of the memory limit. */
const ARRIVING_SHARE = 2

export class HashMapStorage implements KeyValueStorage {
  readonly #itemSizeMax: number
  readonly #arrivingLimit: number
  readonly #metrics: BoundMetrics<typeof hashMapMetrics>
  readonly #table: ItemTable
  readonly #writer: ItemWriter
  readonly #onTerms: OnTerms
  /** What is lent. */
  readonly #view = new Item()

  /** @throws HashMapError `PELIKAN_HASHMAP_INVALID_OPTION` */
  constructor(options: HashMapOptions) {
    checkOptions(options, ITEMS_MAX)
    this.#itemSizeMax = options.itemSizeMax
    this.#arrivingLimit = Math.floor(options.memoryLimit / ARRIVING_SHARE)
    this.#metrics = (options.metrics ?? new Metrics([hashMapMetrics])).bind(hashMapMetrics)
    this.#table = new ItemTable(options, this.#metrics)
    this.#writer = new ItemWriter(this.#table, options.itemSizeMax, this.#metrics)
    this.#onTerms = new OnTerms(this.#table, this.#writer)
    this.#metrics.itemLimitBytes.set(options.memoryLimit)
  }

  /** Bytes charged: items, values under way and spares. */
  get memoryUsed(): number {
    return this.#table.memoryUsed
  }

  get(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    const item = this.#table.find(keyText(key, keyStart, keyEnd))
    return item === undefined ? undefined : this.#lend(item)
  }

  getAndTouch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Item | undefined {
    const item = this.#table.find(keyText(key, keyStart, keyEnd))
    if (item === undefined) return undefined
    item.deadline = deadline
    return this.#lend(item)
  }

  release(_item: Item): boolean {
    return true
  }

  /** A `Map` has nothing that could be brought near. */
  prefetch(): void {}

  set(entry: Entry): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    const status = this.#writer.store(key, entry, old)
    if (status !== Status.Ok && old !== undefined) this.#table.remove(old)
    return status
  }

  add(entry: Entry): Status {
    const key = entryKey(entry)
    if (this.#table.find(key) !== undefined) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.store(key, entry, undefined)
  }

  replace(entry: Entry): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    if (old === undefined) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.store(key, entry, old)
  }

  cas(entry: Entry): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    if (old === undefined) return this.#writer.giveUp(entry, Status.NotFound)
    if (!old.hasCas(entry.cas)) {
      return this.#writer.giveUp(entry, Status.Exists)
    }
    return this.#writer.store(key, entry, old)
  }

  append(entry: Entry): Status {
    return this.#extend(entry, false)
  }

  prepend(entry: Entry): Status {
    return this.#extend(entry, true)
  }

  increment(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const old = this.#table.find(keyText(key, keyStart, keyEnd))
    if (old === undefined) return Status.NotFound
    if (!parseNumberText(old.bytes, 0, old.length, result)) return Status.NotANumber
    result.add(delta)
    return this.#writer.rewrite(old, result)
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const old = this.#table.find(keyText(key, keyStart, keyEnd))
    if (old === undefined) return Status.NotFound
    if (!parseNumberText(old.bytes, 0, old.length, result)) return Status.NotANumber
    result.subtract(delta)
    return this.#writer.rewrite(old, result)
  }

  touch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Status {
    const item = this.#table.find(keyText(key, keyStart, keyEnd))
    if (item === undefined) return Status.NotFound
    item.deadline = deadline
    this.#table.use(item)
    return Status.Ok
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): Status {
    const item = this.#table.find(keyText(key, keyStart, keyEnd))
    if (item === undefined) return Status.NotFound
    this.#table.remove(item)
    return Status.Ok
  }

  fetch(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Item | undefined {
    const item = this.#onTerms.find(keyText(key, keyStart, keyEnd), terms)
    if (item === undefined) return undefined
    const view = this.#show(item)
    view.marks = terms.created ? item.marks & Mark.BinaryKey : item.marks
    view.lastAccess = item.lastAccess
    if (terms.won) item.marks |= Mark.Won
    if (terms.peeks) return view
    this.#table.use(item)
    item.marks |= Mark.Fetched
    return view
  }

  store(mode: StoreMode, entry: Entry, terms: Terms): Status {
    return this.#onTerms.store(mode, entryKey(entry), entry, terms)
  }

  discard(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Status {
    return this.#onTerms.discard(keyText(key, keyStart, keyEnd), terms)
  }

  count(key: Buffer, keyStart: number, keyEnd: number, terms: Terms, result: Uint64): Status {
    return this.#onTerms.count(keyText(key, keyStart, keyEnd), terms, result)
  }

  reserve(entry: Entry, valueLength: number): Status {
    const key = entryKey(entry)
    if (itemSize(key.length, valueLength, entry.flags) > this.#itemSizeMax) return Status.TooLarge
    const arriving = this.#writer.arriving.bytes
    // The first is admitted whatever the share: an item of the largest size must get in.
    if (arriving > 0 && arriving + memoryFor(key.length, valueLength) > this.#arrivingLimit) {
      return Status.NoSpace
    }
    const item = this.#table.take(key, valueLength, undefined)
    if (item === undefined) return Status.NoSpace
    entry.reservation = this.#writer.arriving.hold(item, valueLength)
    this.#metrics.itemReservedBytes.set(this.#writer.arriving.bytes)
    return Status.Ok
  }

  /** @throws HashMapError `PELIKAN_HASHMAP_INVALID_RESERVATION` */
  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    this.#writer.arriving.write(reservation, bytes, start, end)
  }

  /** @throws HashMapError `PELIKAN_HASHMAP_INVALID_RESERVATION` */
  abort(reservation: number): void {
    this.#writer.abort(reservation)
  }

  flush(at: Tick): void {
    this.#table.flush(at)
  }

  expire(now: Tick): void {
    this.#table.expire(now)
  }

  /** Drop everything that is stored. Reservations stay, and so does a flush that waits. */
  clear(): void {
    this.#table.clear()
  }

  /**
   * Recount everything against everything, at a cost that grows with the number of items.
   *
   * @throws HashMapError `PELIKAN_HASHMAP_INCONSISTENT` with what differs
   */
  check(): void {
    recount(this.#table.state(), this.#writer.arriving, this.#itemSizeMax)
  }

  /** Tell `listener` of every item that is evicted from now on. */
  listenToEvictions(listener: EvictionListener): void {
    this.#table.evictions = listener
  }

  #lend(item: StoredItem): Item {
    this.#table.use(item)
    item.marks |= Mark.Fetched
    return this.#show(item)
  }

  #show(item: StoredItem): Item {
    const view = this.#view
    view.bytes = item.bytes
    view.end = item.length
    view.flags = item.flags
    view.deadline = item.deadline
    view.cas.set(item.casHigh, item.casLow)
    return view
  }

  #extend(entry: Entry, before: boolean): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    if (old === undefined) return this.#writer.giveUp(entry, Status.NotStored)
    return this.#writer.extend(key, entry, old, before)
  }
}

/** `key[start, end)` as a string with one character a byte: different keys give different strings. */
function keyText(key: Buffer, start: number, end: number): string {
  return key.toString('latin1', start, end)
}

function entryKey(entry: Entry): string {
  return keyText(entry.key, entry.keyStart, entry.keyEnd)
}
