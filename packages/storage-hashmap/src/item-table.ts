/**
 * The items: found by key, kept in the order of use, charged to a limit, and dropped in time.
 *
 * ```text
 *   #items   "user:1" -> item, "user:2" -> item ...     a key is a string with a character a byte
 *   #order   newest <-> ... <-> oldest                  what is evicted first is at the end
 *   #spares  128 bytes -> item, item ...                gone, kept for reuse
 * ```
 *
 * An item that has expired or was flushed is *dead*: nobody sees it, and it is dropped when it is met: by an
 * operation on its key, by a sweep, or at the end of the order. A flush only counts up the epoch.
 *
 * @module
 */
import { Mark, NEVER, type Clock, type EvictionListener, type Tick } from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import { EvictedItem } from './evicted-item.ts'
import { capacityFor, ITEMS_MAX, memoryFor, memoryOf } from './item-memory.ts'
import { LruList } from './lru-list.ts'
import type { hashMapMetrics } from './metrics.ts'
import type { HashMapOptions } from './options.ts'
import { SpareItems } from './spare-items.ts'
import { StoredItem } from './stored-item.ts'
import type { TableState } from './recount.ts'

/** Items that one call of `expire` looks at, so that a turn stays short: 1 to 8 ms. */
const SWEEP_PER_EXPIRE = 10_000
/** Items that are looked at before a live one is evicted: dead ones go first where they are near. */
const SWEEP_PER_EVICTION = 8
/** One part in this many of the memory limit is set aside for spares. */
const SPARE_SHARE = 16

export class ItemTable {
  /** Who is told of evictions; nobody at first. */
  evictions: EvictionListener | undefined = undefined
  readonly #clock: Clock
  readonly #metrics: BoundMetrics<typeof hashMapMetrics>
  /** Bytes that all items but the spares may be charged. */
  readonly #limit: number
  readonly #itemsMax: number
  readonly #evicts: boolean

  readonly #items = new Map<string, StoredItem>()
  readonly #order = new LruList()
  readonly #spares: SpareItems
  /** Bytes charged for the items in the map. */
  #mapBytes = 0
  /** Bytes charged for those and for every item that was taken and not yet linked. */
  #usedBytes = 0
  /** Where the sweep is: a `Map` keeps its iterators valid through every change. */
  #cursor: MapIterator<StoredItem> = this.#items.values()

  /** Flushes so far. */
  #epoch = 0
  /** When the next flush happens; {@link NEVER} where none waits. */
  #flushAt: Tick = NEVER
  /** The cas token given last. */
  #casHigh = 0
  #casLow = 0

  constructor(options: HashMapOptions, metrics: BoundMetrics<typeof hashMapMetrics>) {
    const spareLimit = Math.floor(options.memoryLimit / SPARE_SHARE)
    this.#clock = options.clock
    this.#metrics = metrics
    this.#limit = options.memoryLimit - spareLimit
    this.#itemsMax = options.itemsMax ?? ITEMS_MAX
    this.#evicts = options.eviction === 'lru'
    this.#spares = new SpareItems(spareLimit)
  }

  /** Bytes charged, spares included. */
  get memoryUsed(): number {
    return this.#usedBytes + this.#spares.bytes
  }

  /** The live item under `key`. A dead one is dropped on the way. */
  find(key: string): StoredItem | undefined {
    const now = this.#clock.now
    this.#startOperation(now)
    const item = this.#items.get(key)
    if (item === undefined || !this.#isDead(item, now)) return item
    if (item.epoch === this.#epoch) this.#metrics.itemLookupExpired.increment()
    else this.#metrics.itemLookupFlushed.increment()
    this.#drop(item)
    return undefined
  }

  /** The item under `key` that was linked a moment ago, dead or not. */
  peek(key: string): StoredItem | undefined {
    return this.#items.get(key)
  }

  /** Count `item` as used just now. */
  use(item: StoredItem): void {
    item.lastAccess = this.#clock.now
    this.#order.use(item)
  }

  /**
   * An empty item for `key` and a value of `length` bytes, with room made for it as if `old`, which it is to
   * replace and which is not evicted, had gone already. It belongs to the caller, who links it or
   * recycles it.
   *
   * @returns `undefined` where no room can be made
   */
  take(key: string, length: number, old: StoredItem | undefined): StoredItem | undefined {
    this.#startOperation(this.#clock.now)
    const memory = memoryFor(key.length, length)
    const room = this.#limit - memory + (old === undefined ? 0 : memoryOf(old))
    while (this.#usedBytes > room) if (!this.#evict(old)) return undefined
    const capacity = capacityFor(length)
    const item = this.#spares.take(capacity) ?? new StoredItem(capacity)
    item.key = key
    this.#usedBytes += memory
    return item
  }

  /** Give a taken item another key. */
  rename(item: StoredItem, key: string): void {
    this.#usedBytes += key.length - item.key.length
    item.key = key
  }

  /** Give back an item that was taken and not linked. */
  recycle(item: StoredItem): void {
    this.#usedBytes -= memoryOf(item)
    this.#spares.give(item)
    this.#metrics.itemSpareBytes.set(this.#spares.bytes)
  }

  /**
   * Make a complete item visible in the place of `old`, with a new cas token.
   *
   * @returns false, with nothing done, where there are too many items and none may be evicted
   */
  link(item: StoredItem, old: StoredItem | undefined): boolean {
    if (old === undefined && this.#items.size >= this.#itemsMax && !this.#evict(undefined)) {
      return false
    }
    this.renew(item)
    item.lastAccess = this.#clock.now
    item.epoch = this.#epoch
    if (old !== undefined) this.#unlink(old)
    this.#items.set(item.key, item)
    this.#order.add(item)
    this.#mapBytes += memoryOf(item)
    if (old !== undefined) this.recycle(old)
    this.#metrics.itemStore.increment()
    this.#recordItems()
    return true
  }

  /** Give an item the next cas token. */
  renew(item: StoredItem): void {
    this.#casLow = (this.#casLow + 1) | 0
    if (this.#casLow === 0) this.#casHigh = (this.#casHigh + 1) | 0
    item.casHigh = this.#casHigh
    item.casLow = this.#casLow
  }

  /** Take an item out of the map. */
  remove(item: StoredItem): void {
    this.#items.delete(item.key)
    this.#unlink(item)
    this.recycle(item)
    this.#recordItems()
  }

  flush(at: Tick): void {
    const now = this.#clock.now
    this.#startOperation(now)
    this.#flushAt = at
    if (at <= now) this.#flushNow()
  }

  /** Drop dead items among the next {@link SWEEP_PER_EXPIRE}. */
  expire(now: Tick): void {
    this.#startOperation(now)
    let looks = SWEEP_PER_EXPIRE
    // What was flushed is at the end of the order: it has not been used since.
    for (; looks > 0; looks--) {
      const oldest = this.#order.oldest
      if (oldest === undefined || oldest.epoch === this.#epoch) break
      this.#drop(oldest)
    }
    this.#sweep(now, looks)
  }

  /** Drop all items and spares. Taken items stay, and so does a flush that waits. */
  clear(): void {
    this.#items.clear()
    this.#order.clear()
    this.#spares.clear()
    this.#usedBytes -= this.#mapBytes
    this.#mapBytes = 0
    this.#recordItems()
  }

  /** Everything, for a recount. */
  state(): TableState {
    return {
      items: this.#items,
      order: this.#order,
      spares: this.#spares,
      mapBytes: this.#mapBytes,
      usedBytes: this.#usedBytes,
      limit: this.#limit,
      itemsMax: this.#itemsMax,
      epoch: this.#epoch,
    }
  }

  /** Drop at least one item, but not `kept`: dead ones where they are near, else the one used longest ago. */
  #evict(kept: StoredItem | undefined): boolean {
    const now = this.#clock.now
    if (kept !== undefined) this.#order.use(kept)
    const oldest = this.#order.oldest
    if (oldest === undefined || oldest === kept) return false
    if (this.#isDead(oldest, now)) {
      this.#drop(oldest)
      this.#metrics.itemReclaim.increment()
      return true
    }
    const dropped = this.#sweep(now, SWEEP_PER_EVICTION)
    if (dropped > 0) {
      this.#metrics.itemReclaim.add(dropped)
      return true
    }
    if (!this.#evicts) return false
    if (this.evictions !== undefined && this.evictions.isOn) {
      this.evictions.evicted(new EvictedItem(oldest))
    }
    this.#metrics.itemEvict.increment()
    if ((oldest.marks & Mark.Fetched) === 0) this.#metrics.itemEvictUnfetched.increment()
    this.remove(oldest)
    return true
  }

  /**
   * Look at the next `looks` items of the map and drop the dead ones.
   *
   * @returns how many
   */
  #sweep(now: Tick, looks: number): number {
    let dropped = 0
    for (let left = Math.min(looks, this.#items.size); left > 0; left--) {
      let next = this.#cursor.next()
      if (next.done === true) {
        this.#cursor = this.#items.values()
        next = this.#cursor.next()
      }
      if (next.done === true) break
      if (!this.#isDead(next.value, now)) continue
      this.#drop(next.value)
      dropped++
    }
    return dropped
  }

  #isDead(item: StoredItem, now: Tick): boolean {
    return item.epoch !== this.#epoch || (item.deadline !== NEVER && item.deadline <= now)
  }

  /** Remove a dead item. */
  #drop(item: StoredItem): void {
    if (item.epoch !== this.#epoch) {
      this.#metrics.itemFlush.increment()
    } else {
      this.#metrics.itemExpire.increment()
      if ((item.marks & Mark.Fetched) === 0) this.#metrics.itemExpireUnfetched.increment()
    }
    this.remove(item)
  }

  #unlink(item: StoredItem): void {
    this.#order.remove(item)
    this.#mapBytes -= memoryOf(item)
  }

  /** Do what was to happen between the last operation and this one. */
  #startOperation(now: Tick): void {
    if (this.#flushAt !== NEVER && this.#flushAt <= now) this.#flushNow()
  }

  #flushNow(): void {
    this.#flushAt = NEVER
    this.#epoch = (this.#epoch + 1) | 0
  }

  #recordItems(): void {
    this.#metrics.itemCurrent.set(this.#items.size)
    this.#metrics.itemCurrentBytes.set(this.#mapBytes)
    this.#metrics.itemSpareBytes.set(this.#spares.bytes)
  }
}
