/**
 * The shortest storage that keeps the contract: it is what the suite is tried on, whole and broken.
 * Keys are hex, values are copied, memory is a sum, and what was stored first is evicted first.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  Item,
  NEVER,
  NO_RESERVATION,
  parseNumberText,
  Status,
  type Entry,
  type KeyValueStorage,
  type Tick,
} from '@pelikan/core'
import type { StorageSettings } from '@pelikan/testkit'

interface Held {
  value: Buffer
  flags: number
  deadline: Tick
  cas: number
}

interface Arriving {
  readonly value: Buffer
  length: number
}

const OVERHEAD = 64

export class PlainStorage implements KeyValueStorage {
  readonly #settings: StorageSettings
  readonly #held = new Map<string, Held>()
  readonly #arriving = new Map<number, Arriving>()
  readonly #view = new Item()
  #used = 0
  #writes = 0
  #reservations = 0
  #flushAt: Tick | undefined

  constructor(settings: StorageSettings) {
    this.#settings = settings
  }

  get(key: Buffer, start: number, end: number): Item | undefined {
    return this.#lend(this.#find(hex(key, start, end)))
  }

  getAndTouch(key: Buffer, start: number, end: number, deadline: Tick): Item | undefined {
    this.touch(key, start, end, deadline)
    return this.#lend(this.#touched)
  }

  release(_item: Item): boolean {
    return true
  }

  set(entry: Entry): Status {
    const key = keyOf(entry)
    const status = this.#put(key, this.#valueOf(entry), entry.flags, entry.deadline)
    if (status !== Status.Ok) this.#drop(key)
    return status
  }

  add(entry: Entry): Status {
    return this.#storeIf(entry, (old) => (old === undefined ? Status.Ok : Status.NotStored))
  }

  replace(entry: Entry): Status {
    return this.#storeIf(entry, (old) => (old === undefined ? Status.NotStored : Status.Ok))
  }

  cas(entry: Entry): Status {
    return this.#storeIf(entry, (old) => {
      if (old === undefined) return Status.NotFound
      return entry.cas.high === 0 && entry.cas.low === old.cas ? Status.Ok : Status.Exists
    })
  }

  append(entry: Entry): Status {
    return this.#join(entry, (old, added) => [old, added])
  }

  prepend(entry: Entry): Status {
    return this.#join(entry, (old, added) => [added, old])
  }

  increment(key: Buffer, start: number, end: number, delta: Uint64, result: Uint64): Status {
    return this.#count(hex(key, start, end), result, () => result.add(delta))
  }

  decrement(key: Buffer, start: number, end: number, delta: Uint64, result: Uint64): Status {
    return this.#count(hex(key, start, end), result, () => result.subtract(delta))
  }

  #touched: Held | undefined

  touch(key: Buffer, start: number, end: number, deadline: Tick): Status {
    const held = this.#find(hex(key, start, end))
    this.#touched = held
    if (held === undefined) return Status.NotFound
    held.deadline = deadline
    return Status.Ok
  }

  delete(key: Buffer, start: number, end: number): Status {
    const text = hex(key, start, end)
    if (this.#find(text) === undefined) return Status.NotFound
    this.#drop(text)
    return Status.Ok
  }

  reserve(entry: Entry, valueLength: number): Status {
    const { itemSizeMax, memoryLimit } = this.#settings
    if (valueLength + entry.keyEnd - entry.keyStart > itemSizeMax) return Status.TooLarge
    let reserved = valueLength
    for (const { value } of this.#arriving.values()) reserved += value.length
    if (reserved > memoryLimit / 2 || !this.#makeRoom(valueLength)) return Status.NoSpace
    this.#used += valueLength
    entry.reservation = this.#reservations++
    this.#arriving.set(entry.reservation, { value: Buffer.alloc(valueLength), length: 0 })
    return Status.Ok
  }

  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    const arriving = this.#arriving.get(reservation)!
    arriving.length += bytes.copy(arriving.value, arriving.length, start, end)
  }

  abort(reservation: number): void {
    this.#used -= this.#arriving.get(reservation)!.value.length
    this.#arriving.delete(reservation)
  }

  flush(at: Tick): void {
    this.#passFlush()
    this.#flushAt = at
    this.#passFlush()
  }

  expire(_now: Tick): void {
    for (const key of this.#held.keys()) this.#find(key)
  }

  clear(): void {
    for (const key of this.#held.keys()) this.#drop(key)
  }

  #find(key: string): Held | undefined {
    this.#passFlush()
    const held = this.#held.get(key)
    if (held === undefined || held.deadline === NEVER) return held
    if (this.#settings.clock.now < held.deadline) return held
    this.#drop(key)
    return undefined
  }

  #lend(held: Held | undefined): Item | undefined {
    if (held === undefined) return undefined
    const view = this.#view
    view.bytes = held.value
    view.end = held.value.length
    view.flags = held.flags
    view.deadline = held.deadline
    view.cas.set(0, held.cas)
    return view
  }

  /** The value that `entry` brings; a reservation is over. */
  #valueOf({ reservation, value, valueStart, valueEnd }: Entry): Buffer {
    if (reservation === NO_RESERVATION) return Buffer.from(value.subarray(valueStart, valueEnd))
    const arriving = this.#arriving.get(reservation)!
    this.abort(reservation)
    return arriving.value.subarray(0, arriving.length)
  }

  #storeIf(entry: Entry, condition: (old: Held | undefined) => Status): Status {
    const key = keyOf(entry)
    const value = this.#valueOf(entry)
    const status = condition(this.#find(key))
    return status === Status.Ok ? this.#put(key, value, entry.flags, entry.deadline) : status
  }

  #join(entry: Entry, order: (old: Buffer, added: Buffer) => Buffer[]): Status {
    const key = keyOf(entry)
    const value = this.#valueOf(entry)
    const old = this.#find(key)
    if (old === undefined) return Status.NotStored
    return this.#put(key, Buffer.concat(order(old.value, value)), old.flags, old.deadline)
  }

  #count(key: string, result: Uint64, change: () => void): Status {
    const old = this.#find(key)
    if (old === undefined) return Status.NotFound
    if (!parseNumberText(old.value, 0, old.value.length, result)) return Status.NotANumber
    change()
    const value = Buffer.alloc(Math.max(result.digits(), old.value.length), ' ')
    result.write(value, 0)
    return this.#put(key, value, old.flags, old.deadline)
  }

  #put(key: string, value: Buffer, flags: number, deadline: Tick): Status {
    if (value.length + key.length / 2 > this.#settings.itemSizeMax) return Status.TooLarge
    const old = this.#find(key)
    const more = sizeOf(key, value) - (old === undefined ? 0 : sizeOf(key, old.value))
    if (!this.#makeRoom(more, key)) return Status.NoSpace
    if (old !== undefined) this.#drop(key)
    this.#used += sizeOf(key, value)
    this.#writes++
    this.#held.set(key, { value, flags, deadline, cas: this.#writes })
    return Status.Ok
  }

  #makeRoom(bytes: number, kept?: string): boolean {
    const { memoryLimit, eviction } = this.#settings
    for (const key of this.#held.keys()) {
      if (this.#used + bytes <= memoryLimit || eviction === 'none') break
      if (key !== kept) this.#drop(key)
    }
    return this.#used + bytes <= memoryLimit
  }

  #drop(key: string): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    this.#used -= sizeOf(key, held.value)
    this.#held.delete(key)
  }

  #passFlush(): void {
    if (this.#flushAt === undefined || this.#settings.clock.now < this.#flushAt) return
    this.#flushAt = undefined
    this.clear()
  }
}

function hex(key: Buffer, start: number, end: number): string {
  return key.toString('hex', start, end)
}

function keyOf(entry: Entry): string {
  return hex(entry.key, entry.keyStart, entry.keyEnd)
}

function sizeOf(key: string, value: Buffer): number {
  return OVERHEAD + key.length / 2 + value.length
}
