/**
 * Step 4: the writes, and with them the contract. Refusals are expected, so they are a `Status` and
 * not an exception; what each operation answers and leaves behind is said in `KeyValueStorage`.
 *
 * A storage must have a limit. Here it is a number of items, a share of it set aside for values that
 * are arriving, and none is larger than `itemSizeMax`: keys and values take at most the product of the
 * two. One more drops the item that was written longest ago.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  type Clock,
  type Entry,
  Item,
  type KeyValueStorage,
  Mark,
  Status,
  StoreMode,
  type Terms,
  parseNumberText,
} from '@pelikan/core'
import { Arriving } from './arriving.ts'
import { Items, text } from './items.ts'
import { OnTerms } from './on-terms.ts'
import { decimal, joined } from './values.ts'

export interface MapStorageOptions {
  readonly clock: Clock
  /** Most items, values that are arriving included; at least 4. */
  readonly itemsMax: number
  /** Most bytes of key and value together. */
  readonly itemSizeMax: number
}

/** One part in this many of `itemsMax` is for values that are arriving. */
const ARRIVING_SHARE = 4

/** Reads are inherited; all that stores is here. */
export class MapStorage extends Items implements KeyValueStorage {
  readonly #itemSizeMax: number
  readonly #arriving: Arriving
  readonly #onTerms: OnTerms
  /** What `fetch` lends: an item with its marks from before. */
  readonly #view = new Item()
  #writes = 0

  constructor({ clock, itemSizeMax, itemsMax }: MapStorageOptions) {
    const arrivingMax = Math.floor(itemsMax / ARRIVING_SHARE)
    super(clock, itemsMax - arrivingMax)
    this.#itemSizeMax = itemSizeMax
    this.#arriving = new Arriving(arrivingMax)
    this.#onTerms = new OnTerms({
      find: (key) => this.find(key),
      put: (key, item) => this.#put(key, item),
      drop: (key) => this.drop(key),
    })
  }

  // Each write begins with `receive`: a reservation ends whatever the answer will be.

  /** The one write that does not leave the old value behind when it is refused: that would be stale. */
  set(entry: Entry): Status {
    const key = keyOf(entry)
    const status = this.#put(key, this.#arriving.receive(entry))
    if (status !== Status.Ok) this.drop(key)
    return status
  }

  add(entry: Entry): Status {
    const item = this.#arriving.receive(entry)
    const key = keyOf(entry)
    return this.find(key) === undefined ? this.#put(key, item) : Status.NotStored
  }

  replace(entry: Entry): Status {
    const item = this.#arriving.receive(entry)
    const key = keyOf(entry)
    return this.find(key) === undefined ? Status.NotStored : this.#put(key, item)
  }

  cas(entry: Entry): Status {
    const item = this.#arriving.receive(entry)
    const key = keyOf(entry)
    const old = this.find(key)
    if (old === undefined) return Status.NotFound
    return old.cas.equals(entry.cas) ? this.#put(key, item) : Status.Exists
  }

  append(entry: Entry): Status {
    const item = this.#arriving.receive(entry)
    const key = keyOf(entry)
    const old = this.find(key)
    return old === undefined ? Status.NotStored : this.#put(key, joined(old, item, old))
  }

  prepend(entry: Entry): Status {
    const item = this.#arriving.receive(entry)
    const key = keyOf(entry)
    const old = this.find(key)
    return old === undefined ? Status.NotStored : this.#put(key, joined(item, old, old))
  }

  increment(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const old = this.find(text(key, keyStart, keyEnd))
    if (old === undefined) return Status.NotFound
    if (!parseNumberText(old.bytes, 0, old.end, result)) return Status.NotANumber
    result.add(delta)
    return this.#put(text(key, keyStart, keyEnd), decimal(result, old))
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    const old = this.find(text(key, keyStart, keyEnd))
    if (old === undefined) return Status.NotFound
    if (!parseNumberText(old.bytes, 0, old.end, result)) return Status.NotANumber
    result.subtract(delta)
    return this.#put(text(key, keyStart, keyEnd), decimal(result, old))
  }

  fetch(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Item | undefined {
    const item = this.#onTerms.find(text(key, keyStart, keyEnd), terms)
    if (item === undefined) return undefined
    const view = Object.assign(this.#view, { ...item, cas: this.#view.cas })
    view.cas.copy(item.cas)
    if (terms.won) item.marks |= Mark.Won
    if (!terms.peeks) this.use(item)
    return view
  }

  /** As `set`, a refused `Set` leaves nothing behind. */
  store(mode: StoreMode, entry: Entry, terms: Terms): Status {
    const item = this.#arriving.receive(entry)
    const key = keyOf(entry)
    const status = this.#onTerms.store(mode, key, item, terms)
    const refused = status === Status.TooLarge || status === Status.NoSpace
    if (refused && mode === StoreMode.Set) this.drop(key)
    return status
  }

  discard(key: Buffer, keyStart: number, keyEnd: number, terms: Terms): Status {
    return this.#onTerms.discard(text(key, keyStart, keyEnd), terms)
  }

  count(key: Buffer, keyStart: number, keyEnd: number, terms: Terms, result: Uint64): Status {
    return this.#onTerms.count(text(key, keyStart, keyEnd), terms, result)
  }

  reserve(entry: Entry, valueLength: number): Status {
    if (entry.keyEnd - entry.keyStart + valueLength > this.#itemSizeMax) return Status.TooLarge
    return this.#arriving.reserve(entry, valueLength) ? Status.Ok : Status.NoSpace
  }

  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    this.#arriving.write(reservation, bytes, start, end)
  }

  abort(reservation: number): void {
    this.#arriving.take(reservation)
  }

  /** The one place where an item is stored, so the one place where a cas token is given. */
  #put(key: string, item: Item): Status {
    if (key.length + item.end > this.#itemSizeMax) return Status.TooLarge
    this.#writes++
    item.cas.setNumber(this.#writes)
    this.keep(key, item)
    return Status.Ok
  }
}

function keyOf(entry: Entry): string {
  return text(entry.key, entry.keyStart, entry.keyEnd)
}
