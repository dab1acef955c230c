/**
 * What a key-value storage does, said as plainly as possible: a `Map`, strings, and no memory limit.
 * Storages are compared with it, so it reads as their documentation.
 *
 * A cas token is modelled as the number of the write that made the item.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { Mark, NEVER, parseNumberText, type Tick } from '@pelikan/core'
import type { FakeClock } from '../fake-clock.ts'
import type { StatusName } from './seen.ts'
import type { WriteOperation } from './subject.ts'

/** One item as it should be. */
export interface ModelItem {
  readonly value: string
  readonly flags: number
  readonly deadline: Tick
  /** Bits of {@link Mark}. */
  readonly marks: number
  /** Differs after every write, and only then. */
  readonly version: number
}

/** What a fetch may be asked for beyond a get. */
export interface ModelFetch {
  readonly deadline?: Tick
  readonly vivify?: Tick
  readonly recacheBefore?: Tick
  readonly peeks?: boolean
}

/** An item as a fetch shows it: with the marks from before. */
export interface ModelFetched extends ModelItem {
  readonly won: boolean
  readonly created: boolean
}

/** What a writer asks to keep. */
export interface ModelEntry {
  readonly value: string
  readonly flags: number
  readonly deadline: Tick
  /** For `cas`: the version that the item must still have. */
  readonly version: number
}

const UINT64 = 2n ** 64n

export class StorageModel {
  readonly #clock: FakeClock
  readonly #items = new Map<string, ModelItem>()
  #writes = 0
  #flushAt: Tick | undefined

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  /** The visible item under `key`, without a trace. */
  peek(key: string): ModelItem | undefined {
    this.#passFlush()
    const item = this.#items.get(key)
    return item === undefined || this.#isOver(item.deadline) ? undefined : item
  }

  /** The visible item under `key`. It was read then. */
  get(key: string): ModelItem | undefined {
    return this.#change(key, (item) => ({ ...item, marks: item.marks | Mark.Fetched }))
  }

  /** The item as it was before the touch, but for its deadline. */
  getAndTouch(key: string, deadline: Tick): ModelItem | undefined {
    if (this.get(key) === undefined) return undefined
    return this.#change(key, (item) => ({ ...item, deadline }))
  }

  fetch(key: string, asked: ModelFetch): ModelFetched | undefined {
    const { deadline, peeks = false, recacheBefore = NEVER, vivify } = asked
    const fetched = peeks ? 0 : Mark.Fetched
    const item = this.peek(key)
    if (item === undefined) {
      if (vivify === undefined) return undefined
      this.#put(key, { value: '', flags: 0, deadline: vivify, marks: Mark.Won | fetched })
      const made = this.#items.get(key) as ModelItem
      return { ...made, marks: 0, won: true, created: true }
    }
    const isEarly = item.deadline !== NEVER && item.deadline < recacheBefore
    const won = (item.marks & Mark.Won) === 0 && ((item.marks & Mark.Stale) !== 0 || isEarly)
    const after = { ...item, deadline: deadline ?? item.deadline }
    const marks = item.marks | fetched | (won ? Mark.Won : 0)
    this.#items.set(key, { ...after, marks })
    return { ...after, won, created: false }
  }

  /** Make an item stale, with a new token. */
  invalidate(key: string, deadline: Tick | undefined): StatusName {
    const item = this.peek(key)
    if (item === undefined) return 'NotFound'
    const marks = (item.marks | Mark.Stale) & ~Mark.Won
    return this.#put(key, { ...item, marks, deadline: deadline ?? item.deadline })
  }

  /** Leave nothing of an item but its key. */
  empty(key: string): StatusName {
    if (this.peek(key) === undefined) return 'NotFound'
    return this.#put(key, { value: '', flags: 0, deadline: NEVER, marks: 0 })
  }

  /** `increment`, which makes the item where there is none. */
  count(key: string, delta: bigint, initial: bigint, vivify: Tick): bigint | StatusName {
    if (this.peek(key) !== undefined) return this.increment(key, delta)
    this.#put(key, { value: String(initial), flags: 0, deadline: vivify, marks: 0 })
    return initial
  }

  store(operation: WriteOperation, key: string, entry: ModelEntry): StatusName {
    const old = this.peek(key)
    switch (operation) {
      case 'set':
        return this.#fresh(key, entry)
      case 'add':
        return old === undefined ? this.#fresh(key, entry) : 'NotStored'
      case 'replace':
        return old === undefined ? 'NotStored' : this.#fresh(key, entry)
      case 'cas':
        if (old === undefined) return 'NotFound'
        return old.version === entry.version ? this.#fresh(key, entry) : 'Exists'
      case 'append':
        if (old === undefined) return 'NotStored'
        return this.#fresh(key, { ...old, value: old.value + entry.value })
      case 'prepend':
        if (old === undefined) return 'NotStored'
        return this.#fresh(key, { ...old, value: entry.value + old.value })
    }
  }

  increment(key: string, delta: bigint): bigint | StatusName {
    return this.#count(key, (number) => (number + delta) % UINT64)
  }

  decrement(key: string, delta: bigint): bigint | StatusName {
    return this.#count(key, (number) => (delta > number ? 0n : number - delta))
  }

  touch(key: string, deadline: Tick): StatusName {
    return this.#change(key, (item) => ({ ...item, deadline })) === undefined ? 'NotFound' : 'Ok'
  }

  delete(key: string): StatusName {
    if (this.peek(key) === undefined) return 'NotFound'
    this.lose(key)
    return 'Ok'
  }

  /** The item is gone without anybody having asked for it: evicted, or refused in a `set`. */
  lose(key: string): void {
    this.#items.delete(key)
  }

  flush(at: Tick): void {
    this.#passFlush()
    this.#flushAt = at
  }

  /** Change an item without writing it. */
  #change(key: string, change: (item: ModelItem) => ModelItem): ModelItem | undefined {
    const item = this.peek(key)
    if (item === undefined) return undefined
    const changed = change(item)
    this.#items.set(key, changed)
    return changed
  }

  /** A value that was stored has no marks. */
  #fresh(key: string, { value, flags, deadline }: Omit<ModelEntry, 'version'>): StatusName {
    return this.#put(key, { value, flags, deadline, marks: 0 })
  }

  #put(key: string, item: Omit<ModelItem, 'version'>): StatusName {
    const { value, flags, deadline, marks } = item
    this.#writes++
    this.#items.set(key, { value, flags, deadline, marks, version: this.#writes })
    return 'Ok'
  }

  #count(key: string, sum: (number: bigint) => bigint): bigint | StatusName {
    const old = this.peek(key)
    if (old === undefined) return 'NotFound'
    const number = numberIn(old.value)
    if (number === undefined) return 'NotANumber'
    const result = sum(number)
    this.#put(key, { ...old, value: String(result).padEnd(old.value.length) })
    return result
  }

  #isOver(deadline: Tick): boolean {
    return deadline !== NEVER && this.#clock.now >= deadline
  }

  /** Everything goes at the first look at or after the tick; what is stored later is not there yet. */
  #passFlush(): void {
    if (this.#flushAt === undefined || this.#clock.now < this.#flushAt) return
    this.#items.clear()
    this.#flushAt = undefined
  }
}

/** The number that `value` is by the rule of `@pelikan/core`. */
function numberIn(value: string): bigint | undefined {
  const number = new Uint64()
  const bytes = Buffer.from(value, 'latin1')
  if (!parseNumberText(bytes, 0, bytes.length, number)) return undefined
  return (BigInt(number.high >>> 0) << 32n) | BigInt(number.low >>> 0)
}
