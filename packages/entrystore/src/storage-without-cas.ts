/**
 * A storage as memcached's `-C` has it: the token of every item is 0, and no other one is an item's, so
 * that whatever compares tokens changes nothing. Tokens are still kept inside; what is shown and
 * compared is decided here, before the storage, which pays for it only where somebody asks for it.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  type Entry,
  Item,
  type KeyValueStorage,
  NO_RESERVATION,
  Status,
  StoreMode,
  Terms,
  type Tick,
} from '@pelikan/core'

export class StorageWithoutCas implements KeyValueStorage {
  readonly #storage: KeyValueStorage
  /** What is lent in place of the storage's own view, whose token may be the item itself's. */
  readonly #view = new Item()
  /** The storage's own, while it is lent. */
  #lent: Item = this.#view
  /** Of a look whether there is an item: it leaves no trace. */
  readonly #look = new Terms()

  constructor(storage: KeyValueStorage) {
    this.#storage = storage
    this.#look.peeks = true
    this.#look.claims = false
  }

  get(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    return this.#lend(this.#storage.get(key, keyStart, keyEnd))
  }

  getAndTouch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Item | undefined {
    return this.#lend(this.#storage.getAndTouch(key, keyStart, keyEnd, deadline))
  }

  fetch(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Item | undefined {
    return this.#lend(this.#storage.fetch(key, keyStart, keyEnd, terms))
  }

  release(_item: Item): boolean {
    return this.#storage.release(this.#lent)
  }

  prefetch(bytes: Buffer, places: Int32Array, count: number): void {
    this.#storage.prefetch(bytes, places, count)
  }

  set(entry: Entry): Status {
    return this.#storage.set(entry)
  }

  add(entry: Entry): Status {
    return this.#storage.add(entry)
  }

  replace(entry: Entry): Status {
    return this.#storage.replace(entry)
  }

  cas(entry: Entry): Status {
    return this.#refuse(entry)
  }

  append(entry: Entry): Status {
    return this.#storage.append(entry)
  }

  prepend(entry: Entry): Status {
    return this.#storage.prepend(entry)
  }

  increment(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    return this.#storage.increment(key, keyStart, keyEnd, delta, result)
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    return this.#storage.decrement(key, keyStart, keyEnd, delta, result)
  }

  touch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Status {
    return this.#storage.touch(key, keyStart, keyEnd, deadline)
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): Status {
    return this.#storage.delete(key, keyStart, keyEnd)
  }

  store(mode: StoreMode, entry: Entry, terms: Terms): Status {
    if (terms.compares && mode !== StoreMode.Add) {
      const status = this.#refuse(entry)
      const joins = mode === StoreMode.Append || mode === StoreMode.Prepend
      return joins && status === Status.NotFound ? Status.NotStored : status
    }
    const status = this.#storage.store(mode, entry, terms)
    terms.token.set(0, 0)
    return status
  }

  discard(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Status {
    if (terms.compares && !terms.cas.isZero()) return this.#refusal(key, keyStart, keyEnd)
    terms.compares = false
    return this.#storage.discard(key, keyStart, keyEnd, terms)
  }

  count(key: Buffer, keyStart: number, keyEnd: number, terms: Terms, result: Uint64): Status {
    const refusal = terms.compares ? this.#refusal(key, keyStart, keyEnd) : Status.NotFound
    if (refusal !== Status.NotFound) return refusal
    const status = this.#storage.count(key, keyStart, keyEnd, terms, result)
    terms.token.set(0, 0)
    return status
  }

  reserve(entry: Entry, valueLength: number): Status {
    return this.#storage.reserve(entry, valueLength)
  }

  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    this.#storage.write(reservation, bytes, start, end)
  }

  abort(reservation: number): void {
    this.#storage.abort(reservation)
  }

  flush(at: Tick): void {
    this.#storage.flush(at)
  }

  expire(now: Tick): void {
    this.#storage.expire(now)
  }

  settle(): void {
    this.#storage.settle?.()
  }

  clear(): void {
    this.#storage.clear()
  }

  /** The same item with another token. */
  #lend(item: Item | undefined): Item | undefined {
    if (item === undefined) return undefined
    const view = this.#view
    this.#lent = item
    view.bytes = item.bytes
    view.start = item.start
    view.end = item.end
    view.flags = item.flags
    view.deadline = item.deadline
    view.marks = item.marks
    view.lastAccess = item.lastAccess
    return view
  }

  /** Give up what `entry` holds, which would be stored if it had the item's token. */
  #refuse(entry: Entry): Status {
    if (entry.reservation !== NO_RESERVATION) this.#storage.abort(entry.reservation)
    return this.#refusal(entry.key, entry.keyStart, entry.keyEnd)
  }

  /** What comparing tokens comes to. */
  #refusal(key: Buffer, keyStart: number, keyEnd: number): Status {
    const item = this.#storage.fetch(key, keyStart, keyEnd, this.#look)
    if (item === undefined) return Status.NotFound
    this.#storage.release(item)
    return Status.Exists
  }
}
