/**
 * The shortest storage that keeps the contract: it is what the suite is tried on, whole and broken.
 * Keys are hex, values are copied, memory is a sum, and what was stored first is evicted first.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import {
  Item,
  Mark,
  NEVER,
  NO_RESERVATION,
  parseNumberText,
  Status,
  StoreMode,
  type Entry,
  type KeyValueStorage,
  type Terms,
  type Tick,
} from '@pelikan/core'
import type { StorageSettings } from '@pelikan/testkit'

interface Held {
  value: Buffer
  flags: number
  deadline: Tick
  readonly cas: Uint64
  marks: number
  lastAccess: Tick
}

interface Arriving {
  readonly value: Buffer
  length: number
}

const OVERHEAD = 64
const NOTHING = Buffer.alloc(0)
const EMPTY = { value: NOTHING, flags: 0, deadline: NEVER, marks: 0 }

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
    return this.#lend(this.#use(this.#find(hex(key, start, end))))
  }

  getAndTouch(key: Buffer, start: number, end: number, deadline: Tick): Item | undefined {
    this.touch(key, start, end, deadline)
    return this.#lend(this.#use(this.#touched))
  }

  release(_item: Item): boolean {
    return true
  }

  prefetch(): void {}

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
      return entry.cas.equals(old.cas) ? Status.Ok : Status.Exists
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
    held.lastAccess = this.#settings.clock.now
    return Status.Ok
  }

  delete(key: Buffer, start: number, end: number): Status {
    const text = hex(key, start, end)
    if (this.#find(text) === undefined) return Status.NotFound
    this.#drop(text)
    return Status.Ok
  }

  fetch(key: Buffer, start: number, end: number, terms: Terms): Item | undefined {
    const text = hex(key, start, end)
    const found = this.#find(text)
    if (found === undefined) {
      if (!terms.vivifies) return undefined
      const status = this.#put(text, NOTHING, 0, terms.vivifyDeadline)
      if (this.#onTerms(text, status, 0, terms) !== Status.Ok) return undefined
      terms.judgeCreated()
    } else {
      terms.judge(found.marks, found.deadline)
      found.deadline = terms.deadlineAfter
    }
    const held = this.#held.get(text)!
    const item = this.#lend(held)
    if (terms.won) held.marks |= Mark.Won
    if (!terms.peeks) this.#use(held)
    return item
  }

  store(mode: StoreMode, entry: Entry, terms: Terms): Status {
    const key = keyOf(entry)
    const value = this.#valueOf(entry)
    const old = this.#find(key)
    const joins = mode === StoreMode.Append || mode === StoreMode.Prepend
    const set = (to: Buffer, flags: number, deadline: Tick, marks = 0): Status => {
      const status = this.#put(key, to, flags, deadline)
      if (status !== Status.Ok && mode === StoreMode.Set) this.#drop(key)
      return this.#onTerms(key, status, marks, terms)
    }
    if (old === undefined) {
      if (joins && terms.vivifies) return set(value, entry.flags, terms.vivifyDeadline)
      if (mode === StoreMode.Add || (mode === StoreMode.Set && !terms.compares)) {
        return set(value, entry.flags, entry.deadline)
      }
      return joins || !terms.compares ? Status.NotStored : Status.NotFound
    }
    if (mode === StoreMode.Add) return Status.NotStored
    if (!terms.compares || terms.cas.equals(old.cas)) {
      if (!joins) return set(value, entry.flags, entry.deadline)
      const both = mode === StoreMode.Append ? [old.value, value] : [value, old.value]
      return set(Buffer.concat(both), old.flags, old.deadline)
    }
    if (joins || !terms.acceptsOlder || !terms.cas.isBelow(old.cas)) return Status.Exists
    return set(value, entry.flags, old.deadline, Mark.Stale | (old.marks & Mark.Won))
  }

  discard(key: Buffer, start: number, end: number, terms: Terms): Status {
    const text = hex(key, start, end)
    const old = this.#find(text)
    if (old === undefined) return Status.NotFound
    if (terms.compares && !terms.cas.equals(old.cas)) return Status.Exists
    if (!terms.invalidates && !terms.empties) {
      this.#drop(text)
      return Status.Ok
    }
    const { value, flags, deadline, marks } = terms.empties ? EMPTY : old
    const after = terms.setsDeadline ? terms.deadline : deadline
    const stale = terms.invalidates ? (marks | Mark.Stale) & ~Mark.Won : marks
    return this.#onTerms(text, this.#put(text, value, flags, after), stale, terms)
  }

  count(key: Buffer, start: number, end: number, terms: Terms, result: Uint64): Status {
    const text = hex(key, start, end)
    const old = this.#find(text)
    if (old === undefined && terms.vivifies) {
      terms.judgeCreated()
      result.copy(terms.initial)
      const digits = Buffer.alloc(result.digits())
      result.write(digits, 0)
      return this.#onTerms(text, this.#put(text, digits, 0, terms.vivifyDeadline), 0, terms)
    }
    if (old !== undefined && terms.compares && !terms.cas.equals(old.cas)) return Status.Exists
    const status = this.#count(text, result, () =>
      terms.subtracts ? result.subtract(terms.delta) : result.add(terms.delta),
    )
    const held = this.#held.get(text)
    if (status !== Status.Ok || held === undefined) return status
    terms.created = false
    terms.deadlineBefore = held.deadline
    terms.deadlineAfter = terms.setsDeadline ? terms.deadline : held.deadline
    held.deadline = terms.deadlineAfter
    return this.#onTerms(text, status, 0, terms)
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
    view.cas.copy(held.cas)
    view.marks = held.marks
    view.lastAccess = held.lastAccess
    return view
  }

  #use(held: Held | undefined): Held | undefined {
    if (held === undefined) return undefined
    held.marks |= Mark.Fetched
    held.lastAccess = this.#settings.clock.now
    return held
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
    return this.#put(key, value, old.flags, old.deadline, old.marks)
  }

  /** What was put under `key` just now has the marks `marks`, and what `terms` say. */
  #onTerms(key: string, status: Status, marks: number, terms: Terms): Status {
    const held = this.#held.get(key)
    if (status !== Status.Ok || held === undefined) return status
    held.marks |= marks | (terms.binaryKey ? Mark.BinaryKey : 0)
    if (terms.setsCas) held.cas.copy(terms.newCas)
    terms.token.copy(held.cas)
    terms.length = held.value.length
    return status
  }

  #put(key: string, value: Buffer, flags: number, deadline: Tick, marks = 0): Status {
    if (value.length + key.length / 2 > this.#settings.itemSizeMax) return Status.TooLarge
    const old = this.#find(key)
    const more = sizeOf(key, value) - (old === undefined ? 0 : sizeOf(key, old.value))
    if (!this.#makeRoom(more, key)) return Status.NoSpace
    if (old !== undefined) this.#drop(key)
    this.#used += sizeOf(key, value)
    this.#writes++
    const cas = new Uint64()
    cas.setNumber(this.#writes)
    const lastAccess = this.#settings.clock.now
    this.#held.set(key, { value, flags, deadline, cas, marks, lastAccess })
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
