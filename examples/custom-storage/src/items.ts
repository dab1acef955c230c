/**
 * Step 1: keep items, show them, and forget them in time. Half of `KeyValueStorage` is no more.
 *
 * ```text
 *   "b" -> Item   "c" -> Item   "a" -> Item           a Map remembers in which order keys came
 *   oldest write                newest write
 * ```
 *
 * An item is over at its deadline, a flushed one at the tick of the flush. From then on no operation
 * may see it; its memory may come back later. Here that is when somebody asks for it, or when
 * {@link Items.expire} comes by.
 *
 * @module
 */
import {
  type Clock,
  type Item,
  type KeyValueStorage,
  Mark,
  NEVER,
  Status,
  type Tick,
} from '@pelikan/core'

/** As a tick: it never comes. */
const NO_FLUSH: Tick = Infinity

/** The part of the contract that stores nothing. */
type Reading =
  | 'get'
  | 'getAndTouch'
  | 'release'
  | 'prefetch'
  | 'touch'
  | 'delete'
  | 'expire'
  | 'flush'
  | 'clear'

export class Items implements Pick<KeyValueStorage, Reading> {
  readonly #clock: Clock
  readonly #countMax: number
  readonly #items = new Map<string, Item>()
  #flushAt: Tick = NO_FLUSH

  constructor(clock: Clock, countMax: number) {
    this.#clock = clock
    this.#countMax = countMax
  }

  /** What is returned is lent until `release`. It is the item itself: its value never changes. */
  get(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    return this.use(this.find(text(key, keyStart, keyEnd)))
  }

  getAndTouch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Item | undefined {
    const item = this.get(key, keyStart, keyEnd)
    if (item !== undefined) item.deadline = deadline
    return item
  }

  /** There is one thread, so what was lent was true all the while. */
  release(_item: Item): boolean {
    return true
  }

  /** A hint, of which a `Map` can make no use. */
  prefetch(): void {}

  touch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Status {
    const item = this.find(text(key, keyStart, keyEnd))
    if (item === undefined) return Status.NotFound
    item.deadline = deadline
    item.lastAccess = this.#clock.now
    return Status.Ok
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): Status {
    if (this.find(text(key, keyStart, keyEnd)) === undefined) return Status.NotFound
    this.drop(text(key, keyStart, keyEnd))
    return Status.Ok
  }

  /** All at once: that suits thousands of items. With millions, look at a part of them a call. */
  expire(now: Tick): void {
    for (const [key, item] of this.#items) if (isOver(item, now)) this.#items.delete(key)
  }

  /** Replaces a flush that still waits, but not one that was due and that nobody has noticed. */
  flush(at: Tick): void {
    this.#flushIfDue()
    this.#flushAt = at
    this.#flushIfDue()
  }

  clear(): void {
    this.#items.clear()
  }

  protected find(key: string): Item | undefined {
    this.#flushIfDue()
    const item = this.#items.get(key)
    if (item === undefined || !isOver(item, this.#clock.now)) return item
    this.#items.delete(key)
    return undefined
  }

  /** The item was read: that is marked on it, for whoever asks in `fetch`. */
  protected use(item: Item | undefined): Item | undefined {
    if (item === undefined) return undefined
    item.marks |= Mark.Fetched
    item.lastAccess = this.#clock.now
    return item
  }

  /** Keep an item as the newest; the oldest goes where there is one too many. */
  protected keep(key: string, item: Item): void {
    this.#flushIfDue()
    item.lastAccess = this.#clock.now
    this.#items.delete(key)
    this.#items.set(key, item)
    if (this.#items.size <= this.#countMax) return
    const [oldest] = this.#items.keys()
    if (oldest !== undefined) this.#items.delete(oldest)
  }

  protected drop(key: string): void {
    this.#items.delete(key)
  }

  /** No timer calls a storage when its flush is due: whatever depends on it asks first. */
  #flushIfDue(): void {
    if (this.#clock.now < this.#flushAt) return
    this.#flushAt = NO_FLUSH
    this.#items.clear()
  }
}

/** Keys are any bytes. As latin1 each byte is a character, so different keys are different strings. */
export function text(key: Buffer, start: number, end: number): string {
  return key.toString('latin1', start, end)
}

function isOver(item: Item, now: Tick): boolean {
  return item.deadline !== NEVER && item.deadline <= now
}
