/**
 * A storage as tests like to speak to it: keys and values are strings with a character a byte, refusals
 * have names, and time is relative.
 *
 * Every call also tries what a caller may do: keys and values lie in the middle of a larger buffer,
 * which is overwritten as soon as the call returns, so that a storage that keeps what was lent is
 * found out.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import {
  Entry,
  NEVER,
  NO_RESERVATION,
  Status,
  type Item,
  type KeyValueStorage,
  type StoreMode,
  type Tick,
} from '@pelikan/core'
import type { FakeClock } from '../fake-clock.ts'
import type { Seen, StatusName } from './seen.ts'
import {
  termsOf,
  tokenText,
  type Counted,
  type Fetched,
  type StoredOnTerms,
  type TermsOptions,
} from './terms-subject.ts'

export interface WriteOptions {
  readonly flags?: number
  readonly deadline?: Tick
  /** For `cas`: a token that was {@link Seen}. */
  readonly cas?: string
  /** The value is what was written into this reservation. */
  readonly reservation?: number
}

/** The six operations that store a value. */
export type WriteOperation = 'set' | 'add' | 'replace' | 'cas' | 'append' | 'prepend'

const MARGIN = '\r\n\0'
const STATUS_NAMES = new Map(Object.entries(Status).map(([name, status]) => [status, name]))

export class StorageSubject {
  readonly storage: KeyValueStorage
  readonly clock: FakeClock
  /** Run after every call: a storage's recount of itself. */
  readonly #check: () => void

  constructor(storage: KeyValueStorage & { readonly check?: () => void }, clock: FakeClock) {
    this.storage = storage
    this.clock = clock
    this.#check = () => storage.check?.()
  }

  get(key: string): Seen | undefined {
    return this.#withKey(key, (...range) => this.#see(this.storage.get(...range)))
  }

  getAndTouch(key: string, deadline: Tick): Seen | undefined {
    return this.#withKey(key, (...range) => this.#see(this.storage.getAndTouch(...range, deadline)))
  }

  /** Store `value`, or what has arrived in `options.reservation`. */
  store(
    operation: WriteOperation,
    key: string,
    value: string,
    options: WriteOptions = {},
  ): StatusName {
    return this.#withEntry(key, value, options, (entry) => this.storage[operation](entry))
  }

  set(key: string, value: string, options?: WriteOptions): StatusName {
    return this.store('set', key, value, options)
  }

  increment(key: string, delta: bigint): bigint | StatusName {
    return this.#withNumbers(key, delta, this.storage.increment)
  }

  decrement(key: string, delta: bigint): bigint | StatusName {
    return this.#withNumbers(key, delta, this.storage.decrement)
  }

  touch(key: string, deadline: Tick): StatusName {
    return this.#withKey(key, (...range) => nameOf(this.storage.touch(...range, deadline)))
  }

  delete(key: string): StatusName {
    return this.#withKey(key, (...range) => nameOf(this.storage.delete(...range)))
  }

  fetch(key: string, options: TermsOptions = {}): Fetched | undefined {
    const terms = termsOf(options)
    return this.#withKey(key, (...range) => {
      const item = this.storage.fetch(...range, terms)
      if (item === undefined) return undefined
      const { lastAccess, marks } = item
      const { created, deadlineAfter, deadlineBefore, won } = terms
      const seen = this.#see(item)
      return seen && { ...seen, marks, lastAccess, created, won, deadlineBefore, deadlineAfter }
    })
  }

  storeOn(
    mode: StoreMode,
    key: string,
    value: string,
    options: Omit<WriteOptions, 'cas'> & TermsOptions = {},
  ): StoredOnTerms {
    const { cas: _, ...writing } = options
    const terms = termsOf(options)
    const status = this.#withEntry(key, value, writing, (entry) =>
      this.storage.store(mode, entry, terms),
    )
    return { status, cas: tokenText(terms.token), length: terms.length }
  }

  discard(key: string, options: TermsOptions = {}): StatusName {
    const terms = termsOf(options)
    return this.#withKey(key, (...range) => nameOf(this.storage.discard(...range, terms)))
  }

  count(key: string, options: TermsOptions = {}): Counted {
    const terms = termsOf(options)
    const result = new Uint64()
    const status = this.#withKey(key, (...range) => this.storage.count(...range, terms, result))
    const { created, deadlineAfter, deadlineBefore, token } = terms
    const answer = status === Status.Ok ? numberOf(result) : nameOf(status)
    return { answer, cas: tokenText(token), created, deadlineBefore, deadlineAfter }
  }

  /** The number of a reservation, or why there is none. */
  reserve(key: string, valueLength: number, options: WriteOptions = {}): number | StatusName {
    let reservation = NO_RESERVATION
    const status = this.#withEntry(key, '', options, (entry) => {
      const answer = this.storage.reserve(entry, valueLength)
      reservation = entry.reservation
      return answer
    })
    return status === 'Ok' ? reservation : status
  }

  write(reservation: number, value: string): void {
    const bytes = framed(value)
    const start = MARGIN.length
    this.storage.write(reservation, bytes, start, start + value.length)
    bytes.fill('!')
    this.#check()
  }

  abort(reservation: number): void {
    this.storage.abort(reservation)
    this.#check()
  }

  flush(at: Tick): void {
    this.storage.flush(at)
    this.#check()
  }

  /** Let `ticks` pass. */
  wait(ticks: number): void {
    this.clock.advanceTicks(ticks)
  }

  expire(): void {
    this.storage.expire(this.clock.now)
    this.#check()
  }

  clear(): void {
    this.storage.clear()
    this.#check()
  }

  /** A deadline `ticks` from now. */
  in(ticks: number): Tick {
    return this.clock.now + ticks
  }

  /** Announce `keys`, each at a place of its own in a line. */
  prefetch(...keys: readonly string[]): void {
    const line = framed(keys.join(' '))
    const places = new Int32Array(2 * keys.length)
    let at = MARGIN.length
    for (const [i, key] of keys.entries()) {
      places[2 * i] = at
      places[2 * i + 1] = at + key.length
      at += key.length + 1
    }
    this.storage.prefetch(line, places, keys.length)
    line.fill('!')
    this.#check()
  }

  #see(item: Item | undefined): Seen | undefined {
    if (item === undefined) return undefined
    const { start, end, flags, deadline, cas } = item
    const seen = {
      value: item.bytes.toString('latin1', start, end),
      flags,
      deadline,
      cas: tokenText(cas),
    }
    if (!this.storage.release(item)) throw new Error('the storage took back what it had lent')
    return seen
  }

  #withKey<T>(key: string, operation: (key: Buffer, start: number, end: number) => T): T {
    const bytes = framed(key)
    const result = operation(bytes, MARGIN.length, MARGIN.length + key.length)
    bytes.fill('!')
    this.#check()
    return result
  }

  #withEntry(
    key: string,
    value: string,
    options: WriteOptions,
    operation: (entry: Entry) => Status,
  ): StatusName {
    const entry = new Entry()
    entry.key = framed(key)
    entry.keyStart = MARGIN.length
    entry.keyEnd = MARGIN.length + key.length
    entry.reservation = options.reservation ?? NO_RESERVATION
    if (entry.reservation === NO_RESERVATION) {
      entry.value = framed(value)
      entry.valueStart = MARGIN.length
      entry.valueEnd = MARGIN.length + value.length
    }
    entry.flags = options.flags ?? 0
    entry.deadline = options.deadline ?? NEVER
    const [high, low] = (options.cas ?? '0:0').split(':')
    entry.cas.set(Number(high), Number(low))
    const status = operation(entry)
    entry.key.fill('!')
    if (entry.reservation === NO_RESERVATION) entry.value.fill('!')
    this.#check()
    return nameOf(status)
  }

  #withNumbers(
    key: string,
    delta: bigint,
    operation: KeyValueStorage['increment'],
  ): bigint | StatusName {
    const amount = new Uint64()
    const result = new Uint64()
    amount.set(Number(delta >> 32n), Number(delta & 0xffff_ffffn))
    const status = this.#withKey(key, (...range) =>
      operation.call(this.storage, ...range, amount, result),
    )
    if (status !== Status.Ok) return nameOf(status)
    return numberOf(result)
  }
}

function numberOf({ high, low }: Uint64): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

/** `text` as bytes in the middle of others. */
function framed(text: string): Buffer {
  return Buffer.from(MARGIN + text + MARGIN, 'latin1')
}

function nameOf(status: Status): StatusName {
  const name = STATUS_NAMES.get(status)
  if (name === undefined) throw new Error(`${String(status)} is no Status`)
  return name as StatusName
}
