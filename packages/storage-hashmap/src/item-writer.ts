/**
 * How a value gets into the table: whole or out of a reservation, in the place of an old one, joined to
 * it, or as a number that takes its place.
 *
 * @module
 */
import { SPACE, type Uint64 } from '@pelikan/buffer'
import { NO_RESERVATION, Status, type Entry } from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import { itemSize } from './item-size.ts'
import type { ItemTable } from './item-table.ts'
import type { hashMapMetrics } from './metrics.ts'
import { Reservations } from './reservations.ts'
import type { StoredItem } from './stored-item.ts'

export class ItemWriter {
  /** Values under way. */
  readonly arriving: Reservations = new Reservations()
  readonly #table: ItemTable
  readonly #itemSizeMax: number
  readonly #metrics: BoundMetrics<typeof hashMapMetrics>

  constructor(table: ItemTable, itemSizeMax: number, metrics: BoundMetrics<typeof hashMapMetrics>) {
    this.#table = table
    this.#itemSizeMax = itemSizeMax
    this.#metrics = metrics
  }

  /** Put the value of `entry` under `key`, in the place of `old`. */
  store(key: string, entry: Entry, old: StoredItem | undefined): Status {
    const arriving = this.#arrivingOf(entry)
    const length = arriving === undefined ? entry.valueEnd - entry.valueStart : arriving.length
    if (itemSize(key.length, length, entry.flags) > this.#itemSizeMax) {
      return this.giveUp(entry, Status.TooLarge)
    }
    let item: StoredItem | undefined
    if (arriving === undefined) {
      item = this.#table.take(key, length, old)
      if (item === undefined) return Status.NoSpace
      item.append(entry.value, entry.valueStart, entry.valueEnd)
    } else {
      item = this.arrived(entry.reservation)
      this.#table.rename(item, key)
    }
    item.flags = entry.flags
    item.deadline = entry.deadline
    if (this.#table.link(item, old)) return Status.Ok
    this.#table.recycle(item)
    return Status.NoSpace
  }

  /** Put the value of `entry` before or behind that of `old`, which is under `key`. */
  extend(key: string, entry: Entry, old: StoredItem, before: boolean): Status {
    const arriving = this.#arrivingOf(entry)
    const bytes = arriving === undefined ? entry.value : arriving.bytes
    const start = arriving === undefined ? entry.valueStart : 0
    const end = arriving === undefined ? entry.valueEnd : arriving.length

    const length = old.length + end - start
    if (itemSize(key.length, length, old.flags) > this.#itemSizeMax) {
      return this.giveUp(entry, Status.TooLarge)
    }
    const item = this.#table.take(key, length, old)
    if (item === undefined) return this.giveUp(entry, Status.NoSpace)
    if (before) item.append(bytes, start, end)
    item.append(old.bytes, 0, old.length)
    if (!before) item.append(bytes, start, end)
    this.#linkChanged(item, old)
    return this.giveUp(entry, Status.Ok)
  }

  /** Make `number` the value of `old`, which keeps its marks. */
  rewrite(old: StoredItem, number: Uint64): Status {
    const length = Math.max(number.digits(), old.length)
    if (itemSize(old.key.length, length, old.flags) > this.#itemSizeMax) return Status.TooLarge
    const item = this.#table.take(old.key, length, old)
    if (item === undefined) return Status.NoSpace
    item.length = length
    item.bytes.fill(SPACE, number.write(item.bytes, 0), length)
    item.marks = old.marks
    this.#linkChanged(item, old)
    return Status.Ok
  }

  /** End the reservation of `entry`, where it has one, with nothing of it kept; returns `status`. */
  giveUp(entry: Entry, status: Status): Status {
    if (entry.reservation !== NO_RESERVATION) this.abort(entry.reservation)
    return status
  }

  abort(reservation: number): void {
    this.#table.recycle(this.arrived(reservation))
  }

  /** End a reservation; its item is the caller's. */
  arrived(reservation: number): StoredItem {
    const item = this.arriving.release(reservation)
    this.#metrics.itemReservedBytes.set(this.arriving.bytes)
    return item
  }

  /** Link an item that is a new state of `old`; there is always a place for it. */
  #linkChanged(item: StoredItem, old: StoredItem): void {
    item.flags = old.flags
    item.deadline = old.deadline
    this.#table.link(item, old)
  }

  #arrivingOf(entry: Entry): StoredItem | undefined {
    return entry.reservation === NO_RESERVATION ? undefined : this.arriving.peek(entry.reservation)
  }
}
