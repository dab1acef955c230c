/**
 * The reference storage: what the contract says, over a `Map` from keys to items.
 *
 * Every write makes a new item that takes the place of the old one, so a value never changes while it
 * is in the map. A value that arrives in pieces is an item that is not in the map yet.
 *
 * @module
 */
import { SPACE, type Uint64 } from '@pelikan/buffer'
import {
  Item,
  NO_RESERVATION,
  parseNumberText,
  Status,
  type Entry,
  type KeyValueStorage,
  type Tick,
} from '@pelikan/core'
import { Metrics, type BoundMetrics } from '@pelikan/metrics'
import { ITEMS_MAX, memoryFor } from './item-memory.ts'
import { itemSize } from './item-size.ts'
import { ItemTable } from './item-table.ts'
import { hashMapMetrics } from './metrics.ts'
import { checkOptions, type HashMapOptions } from './options.ts'
import { recount } from './recount.ts'
import { Reservations } from './reservations.ts'
import type { StoredItem } from './stored-item.ts'

/** Values under way hold at most one part in this many of the memory limit. */
const ARRIVING_SHARE = 2

export class HashMapStorage implements KeyValueStorage {
  readonly #itemSizeMax: number
  readonly #arrivingLimit: number
  readonly #metrics: BoundMetrics<typeof hashMapMetrics>
  readonly #table: ItemTable
  readonly #arriving = new Reservations()
  /** What is lent. */
  readonly #view = new Item()

  /** @throws HashMapError `PELIKAN_HASHMAP_INVALID_OPTION` */
  constructor(options: HashMapOptions) {
    checkOptions(options, ITEMS_MAX)
    this.#itemSizeMax = options.itemSizeMax
    this.#arrivingLimit = Math.floor(options.memoryLimit / ARRIVING_SHARE)
    this.#metrics = (options.metrics ?? new Metrics([hashMapMetrics])).bind(hashMapMetrics)
    this.#table = new ItemTable(options, this.#metrics)
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

  set(entry: Entry): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    const status = this.#store(key, entry, old)
    if (status !== Status.Ok && old !== undefined) this.#table.remove(old)
    return status
  }

  add(entry: Entry): Status {
    const key = entryKey(entry)
    if (this.#table.find(key) !== undefined) return this.#giveUp(entry, Status.NotStored)
    return this.#store(key, entry, undefined)
  }

  replace(entry: Entry): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    if (old === undefined) return this.#giveUp(entry, Status.NotStored)
    return this.#store(key, entry, old)
  }

  cas(entry: Entry): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    if (old === undefined) return this.#giveUp(entry, Status.NotFound)
    if (old.casLow !== entry.cas.low || old.casHigh !== entry.cas.high) {
      return this.#giveUp(entry, Status.Exists)
    }
    return this.#store(key, entry, old)
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
    return this.#rewrite(old, result)
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const old = this.#table.find(keyText(key, keyStart, keyEnd))
    if (old === undefined) return Status.NotFound
    if (!parseNumberText(old.bytes, 0, old.length, result)) return Status.NotANumber
    result.subtract(delta)
    return this.#rewrite(old, result)
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

  reserve(entry: Entry, valueLength: number): Status {
    const key = entryKey(entry)
    if (itemSize(key.length, valueLength, entry.flags) > this.#itemSizeMax) return Status.TooLarge
    const arriving = this.#arriving.bytes
    // The first is admitted whatever the share: an item of the largest size must get in.
    if (arriving > 0 && arriving + memoryFor(key.length, valueLength) > this.#arrivingLimit) {
      return Status.NoSpace
    }
    const item = this.#table.take(key, valueLength, undefined)
    if (item === undefined) return Status.NoSpace
    entry.reservation = this.#arriving.hold(item, valueLength)
    this.#metrics.itemReservedBytes.set(this.#arriving.bytes)
    return Status.Ok
  }

  /** @throws HashMapError `PELIKAN_HASHMAP_INVALID_RESERVATION` */
  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    this.#arriving.write(reservation, bytes, start, end)
  }

  /** @throws HashMapError `PELIKAN_HASHMAP_INVALID_RESERVATION` */
  abort(reservation: number): void {
    this.#table.recycle(this.#arrived(reservation))
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
    recount(this.#table.state(), this.#arriving, this.#itemSizeMax)
  }

  #lend(item: StoredItem): Item {
    this.#table.use(item)
    item.fetched = true
    const view = this.#view
    view.bytes = item.bytes
    view.end = item.length
    view.flags = item.flags
    view.deadline = item.deadline
    view.cas.set(item.casHigh, item.casLow)
    return view
  }

  /** Put the value of `entry` under `key`, in the place of `old`. */
  #store(key: string, entry: Entry, old: StoredItem | undefined): Status {
    const arriving = this.#arrivingOf(entry)
    const length = arriving === undefined ? entry.valueEnd - entry.valueStart : arriving.length
    if (itemSize(key.length, length, entry.flags) > this.#itemSizeMax) {
      return this.#giveUp(entry, Status.TooLarge)
    }
    let item: StoredItem | undefined
    if (arriving === undefined) {
      item = this.#table.take(key, length, old)
      if (item === undefined) return Status.NoSpace
      item.append(entry.value, entry.valueStart, entry.valueEnd)
    } else {
      item = this.#arrived(entry.reservation)
      this.#table.rename(item, key)
    }
    item.flags = entry.flags
    item.deadline = entry.deadline
    if (this.#table.link(item, old)) return Status.Ok
    this.#table.recycle(item)
    return Status.NoSpace
  }

  /** Put the value of `entry` before or behind the one that is there. */
  #extend(entry: Entry, before: boolean): Status {
    const key = entryKey(entry)
    const old = this.#table.find(key)
    if (old === undefined) return this.#giveUp(entry, Status.NotStored)
    const arriving = this.#arrivingOf(entry)
    const bytes = arriving === undefined ? entry.value : arriving.bytes
    const start = arriving === undefined ? entry.valueStart : 0
    const end = arriving === undefined ? entry.valueEnd : arriving.length

    const length = old.length + end - start
    if (itemSize(key.length, length, old.flags) > this.#itemSizeMax) {
      return this.#giveUp(entry, Status.TooLarge)
    }
    const item = this.#table.take(key, length, old)
    if (item === undefined) return this.#giveUp(entry, Status.NoSpace)
    if (before) item.append(bytes, start, end)
    item.append(old.bytes, 0, old.length)
    if (!before) item.append(bytes, start, end)
    this.#linkChanged(item, old)
    return this.#giveUp(entry, Status.Ok)
  }

  /** Make `number` the value of `old`. */
  #rewrite(old: StoredItem, number: Uint64): Status {
    const length = Math.max(number.digits(), old.length)
    if (itemSize(old.key.length, length, old.flags) > this.#itemSizeMax) return Status.TooLarge
    const item = this.#table.take(old.key, length, old)
    if (item === undefined) return Status.NoSpace
    item.length = length
    item.bytes.fill(SPACE, number.write(item.bytes, 0), length)
    this.#linkChanged(item, old)
    return Status.Ok
  }

  /** Link an item that is a new state of `old`; there is always a place for it. */
  #linkChanged(item: StoredItem, old: StoredItem): void {
    item.flags = old.flags
    item.deadline = old.deadline
    this.#table.link(item, old)
  }

  /** End the reservation of `entry`, where it has one, with nothing of it kept; returns `status`. */
  #giveUp(entry: Entry, status: Status): Status {
    if (entry.reservation !== NO_RESERVATION) this.abort(entry.reservation)
    return status
  }

  #arrivingOf(entry: Entry): StoredItem | undefined {
    return entry.reservation === NO_RESERVATION ? undefined : this.#arriving.peek(entry.reservation)
  }

  #arrived(reservation: number): StoredItem {
    const item = this.#arriving.release(reservation)
    this.#metrics.itemReservedBytes.set(this.#arriving.bytes)
    return item
  }
}

/** `key[start, end)` as a string with one character a byte: different keys give different strings. */
function keyText(key: Buffer, start: number, end: number): string {
  return key.toString('latin1', start, end)
}

function entryKey(entry: Entry): string {
  return keyText(entry.key, entry.keyStart, entry.keyEnd)
}
