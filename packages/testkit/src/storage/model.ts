/**
 * What a key-value storage does, said as plainly as possible: a `Map`, strings, and no memory limit.
 * Storages are compared with it, so it reads as their documentation.
 *
 * A cas token is modelled as the number of the write that made the item.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { NEVER, parseNumberText, type Tick } from '@pelikan/core'
import type { FakeClock } from '../fake-clock.ts'
import type { StatusName, WriteOperation } from './subject.ts'

/** One item as it should be. */
export interface ModelItem {
  readonly value: string
  readonly flags: number
  readonly deadline: Tick
  /** Differs after every write, and only then. */
  readonly version: number
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

  /** The visible item under `key`. */
  get(key: string): ModelItem | undefined {
    this.#passFlush()
    const item = this.#items.get(key)
    return item === undefined || this.#isOver(item.deadline) ? undefined : item
  }

  /** The item as it was before the touch, but for its deadline. */
  getAndTouch(key: string, deadline: Tick): ModelItem | undefined {
    const item = this.get(key)
    if (item === undefined) return undefined
    this.#items.set(key, { ...item, deadline })
    return this.#items.get(key)
  }

  store(operation: WriteOperation, key: string, entry: ModelEntry): StatusName {
    const old = this.get(key)
    switch (operation) {
      case 'set':
        return this.#put(key, entry)
      case 'add':
        return old === undefined ? this.#put(key, entry) : 'NotStored'
      case 'replace':
        return old === undefined ? 'NotStored' : this.#put(key, entry)
      case 'cas':
        if (old === undefined) return 'NotFound'
        return old.version === entry.version ? this.#put(key, entry) : 'Exists'
      case 'append':
        if (old === undefined) return 'NotStored'
        return this.#put(key, { ...old, value: old.value + entry.value })
      case 'prepend':
        if (old === undefined) return 'NotStored'
        return this.#put(key, { ...old, value: entry.value + old.value })
    }
  }

  increment(key: string, delta: bigint): bigint | StatusName {
    return this.#count(key, (number) => (number + delta) % UINT64)
  }

  decrement(key: string, delta: bigint): bigint | StatusName {
    return this.#count(key, (number) => (delta > number ? 0n : number - delta))
  }

  touch(key: string, deadline: Tick): StatusName {
    return this.getAndTouch(key, deadline) === undefined ? 'NotFound' : 'Ok'
  }

  delete(key: string): StatusName {
    if (this.get(key) === undefined) return 'NotFound'
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

  #put(key: string, { value, flags, deadline }: Omit<ModelItem, 'version'>): StatusName {
    this.#writes++
    this.#items.set(key, { value, flags, deadline, version: this.#writes })
    return 'Ok'
  }

  #count(key: string, sum: (number: bigint) => bigint): bigint | StatusName {
    const old = this.get(key)
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
