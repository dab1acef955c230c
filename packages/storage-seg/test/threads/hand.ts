/**
 * A thread's own end of a shared storage: a key, a value, and the operations as jobs need them.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { Entry, Status, type Clock } from '@pelikan/core'
import type { SegStorage } from '@pelikan/storage-seg'
import { checkRecords, KEY_BYTES, writeRecord } from './record.ts'

/** Values above are longer than a segment of those that have some. */
const LONG_MIN = 4000

export class Hand {
  readonly seg: SegStorage
  readonly clock: Clock
  readonly id: number
  readonly key = Buffer.alloc(KEY_BYTES)
  readonly value = Buffer.alloc(32_768)
  readonly entry = new Entry()
  /** What {@link Hand.get} has found. */
  readonly copy = Buffer.alloc(65_536)
  readonly report = {
    operations: 0,
    hits: 0,
    repeats: 0,
    refused: 0,
    refusedLong: 0,
    slowest: 0,
  }
  readonly #one = new Uint64()
  readonly #sum = new Uint64()
  #state: number

  constructor(seg: SegStorage, clock: Clock, id: number) {
    this.seg = seg
    this.clock = clock
    this.id = id
    this.#state = (id + 1) * 7919
    this.#one.set(0, 1)
    this.entry.key = this.key
    this.entry.keyEnd = KEY_BYTES
    this.entry.value = this.value
  }

  /** A number below `bound`. */
  random(bound: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 1) % bound
  }

  nameKey(prefix: string, number: number): void {
    this.key.write(prefix + String(number).padStart(KEY_BYTES - prefix.length, '0'), 'latin1')
  }

  /** The value to write is a record. */
  record(length: number): void {
    writeRecord(this.value, this.key, length, this.random(2 ** 30))
    this.entry.valueEnd = length
  }

  text(text: string): void {
    this.entry.valueEnd = this.value.write(text, 'latin1')
  }

  set(): void {
    if (this.seg.set(this.entry) !== Status.Ok) this.refuse()
  }

  /** What was to be stored has no room. */
  refuse(): void {
    if (this.entry.valueEnd > LONG_MIN) this.report.refusedLong++
    else this.report.refused++
  }

  /** The length of the value, which is copied to {@link Hand.copy}; -1 where there is none. */
  get(touchTo?: number): number {
    for (;;) {
      const item =
        touchTo === undefined
          ? this.seg.get(this.key, 0, KEY_BYTES)
          : this.seg.getAndTouch(this.key, 0, KEY_BYTES, touchTo)
      if (item === undefined) return -1
      const length = item.end - item.start
      item.bytes.copy(this.copy, 0, item.start, item.end)
      this.entry.cas.copy(item.cas)
      if (this.seg.release(item)) return length
      this.report.repeats++
    }
  }

  /** Get, and see that every byte is of this key. */
  getRecords(touchTo?: number): boolean {
    const length = this.get(touchTo)
    if (length < 0) return false
    this.report.hits++
    checkRecords(this.copy, length, this.key)
    return true
  }

  increment(): Status {
    return this.seg.increment(this.key, 0, KEY_BYTES, this.#one, this.#sum)
  }

  delete(): Status {
    return this.seg.delete(this.key, 0, KEY_BYTES)
  }
}
