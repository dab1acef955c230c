/**
 * Segcache: a key-value storage in segments of shared memory, after the paper of Yang, Yue and Vinayak
 * (NSDI 2021) and Pelikan's `seg`.
 *
 * ```text
 *   thread 1   SegStorage: Engine, metrics, clock, staging  --+
 *   thread 2   SegStorage: Engine, metrics, clock, staging  --+--> one memory: slabs, headers, lists, table
 * ```
 *
 * What is shared changes under one lock; a `get` needs none, and finds out afterwards whether a writer
 * came between. One that did so too often makes the next `get` copy the value under the lock. A
 * storage that was never shared pays nothing for all this but a look at a flag.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import { Item, type Entry, type KeyValueStorage, type Status, type Tick } from '@pelikan/core'
import { Engine } from './engine.ts'
import { SegError } from './errors.ts'
import type { SegView } from './inspect.ts'
import { SipKeyHash } from './key-hash.ts'
import type { Lock } from './lock.ts'
import { sharedOptions, type SegHandle, type SharedOptions } from './memory.ts'
import type { OptimisticReader } from './optimistic-reader.ts'
import type { SegOptions } from './options.ts'

/** What a thread has of its own in a storage that it shares. */
export type AttachOptions = Pick<SegOptions, 'clock' | 'metrics' | 'row' | 'seed'>

export class SegStorage implements KeyValueStorage {
  readonly #engine: Engine
  readonly #lock: Lock
  readonly #reader: OptimisticReader
  readonly #options: SharedOptions
  /** A copy that is lent where reading without the lock failed. */
  readonly #copy = new Item()

  /**
   * @param handle for {@link SegStorage.attach} only
   * @throws SegError `PELIKAN_SEG_INVALID_OPTION`
   */
  constructor(options: SegOptions, handle?: SegHandle) {
    this.#engine = new Engine(options, handle)
    this.#lock = this.#engine.lock
    this.#reader = this.#engine.reader
    this.#options = sharedOptions(options)
  }

  /**
   * The storage of another thread, which is behind `handle`.
   *
   * Its clock must show the same ticks as that thread's, since deadlines are ticks.
   */
  static attach(handle: SegHandle, options: AttachOptions): SegStorage {
    return new SegStorage({ ...handle.options, ...options }, handle)
  }

  /**
   * What another thread needs for {@link SegStorage.attach}; it can be posted there. From now on every operation
   * expects others. `KeyHash`es of the caller's own cannot be shared.
   *
   * @throws SegError `PELIKAN_SEG_NOT_SHARED` where the hash is the caller's own
   */
  share(): SegHandle {
    const { hash, memory } = this.#engine
    if (!(hash instanceof SipKeyHash)) {
      throw new SegError('PELIKAN_SEG_NOT_SHARED', 'only a storage with its own hash can be shared')
    }
    this.#lock.isShared = true
    return { options: this.#options, memory, secret: hash.secret }
  }

  /** Bytes of memory taken: segments, headers, lists, table. */
  get totalBytes(): number {
    return this.#engine.totalBytes
  }

  /** What was asked for and works, but not well; for the operator. */
  get warnings(): readonly string[] {
    return this.#engine.warnings
  }

  get(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    if (!this.#lock.isShared) return this.#engine.get(key, keyStart, keyEnd)
    const item = this.#reader.read(key, keyStart, keyEnd)
    if (item !== undefined || this.#reader.isSure) return item
    this.#lock.acquire()
    try {
      this.#reader.reset()
      return this.#lendCopy(this.#engine.get(key, keyStart, keyEnd))
    } finally {
      this.#lock.release()
    }
  }

  /**
   * Where there is no room for the item with its new deadline, which takes 4 bytes that it may not
   * have, the old one stays.
   */
  getAndTouch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Item | undefined {
    if (!this.#lock.isShared) return this.#engine.getAndTouch(key, keyStart, keyEnd, deadline)
    this.#lock.acquire()
    try {
      return this.#lendCopy(this.#engine.getAndTouch(key, keyStart, keyEnd, deadline))
    } finally {
      this.#lock.release()
    }
  }

  release(item: Item): boolean {
    return item !== this.#reader.view || this.#reader.confirm()
  }

  set(entry: Entry): Status {
    this.#lock.acquire()
    try {
      return this.#engine.set(entry)
    } finally {
      this.#lock.release()
    }
  }

  add(entry: Entry): Status {
    this.#lock.acquire()
    try {
      return this.#engine.add(entry)
    } finally {
      this.#lock.release()
    }
  }

  replace(entry: Entry): Status {
    this.#lock.acquire()
    try {
      return this.#engine.replace(entry)
    } finally {
      this.#lock.release()
    }
  }

  cas(entry: Entry): Status {
    this.#lock.acquire()
    try {
      return this.#engine.cas(entry)
    } finally {
      this.#lock.release()
    }
  }

  append(entry: Entry): Status {
    this.#lock.acquire()
    try {
      return this.#engine.append(entry)
    } finally {
      this.#lock.release()
    }
  }

  prepend(entry: Entry): Status {
    this.#lock.acquire()
    try {
      return this.#engine.prepend(entry)
    } finally {
      this.#lock.release()
    }
  }

  increment(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    this.#lock.acquire()
    try {
      return this.#engine.increment(key, keyStart, keyEnd, delta, result)
    } finally {
      this.#lock.release()
    }
  }

  decrement(key: Buffer, keyStart: number, keyEnd: number, delta: Uint64, result: Uint64): Status {
    this.#lock.acquire()
    try {
      return this.#engine.decrement(key, keyStart, keyEnd, delta, result)
    } finally {
      this.#lock.release()
    }
  }

  /** `NoSpace` where the item needs a new place for its deadline and there is none. */
  touch(key: Buffer, keyStart: number, keyEnd: number, deadline: Tick): Status {
    this.#lock.acquire()
    try {
      return this.#engine.touch(key, keyStart, keyEnd, deadline)
    } finally {
      this.#lock.release()
    }
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): Status {
    this.#lock.acquire()
    try {
      return this.#engine.delete(key, keyStart, keyEnd)
    } finally {
      this.#lock.release()
    }
  }

  reserve(entry: Entry, valueLength: number): Status {
    this.#lock.acquire()
    try {
      return this.#engine.reserve(entry, valueLength)
    } finally {
      this.#lock.release()
    }
  }

  /**
   * No other thread knows the place that is written to.
   *
   * @throws SegError `PELIKAN_SEG_INVALID_RESERVATION`
   */
  write(reservation: number, bytes: Buffer, start: number, end: number): void {
    this.#engine.write(reservation, bytes, start, end)
  }

  /** @throws SegError `PELIKAN_SEG_INVALID_RESERVATION` */
  abort(reservation: number): void {
    this.#lock.acquire()
    try {
      this.#engine.abort(reservation)
    } finally {
      this.#lock.release()
    }
  }

  flush(at: Tick): void {
    this.#lock.acquire()
    try {
      this.#engine.flush(at)
    } finally {
      this.#lock.release()
    }
  }

  expire(now: Tick): void {
    this.#lock.acquire()
    try {
      this.#engine.expire(now)
    } finally {
      this.#lock.release()
    }
  }

  /** Drop everything that is stored. Reservations stay, and so does a flush that waits. */
  clear(): void {
    this.#lock.acquire()
    try {
      this.#engine.clear()
    } finally {
      this.#lock.release()
    }
  }

  /**
   * Recount everything against everything, at a cost that grows with the memory.
   *
   * @throws SegError `PELIKAN_SEG_INCONSISTENT` with what differs
   */
  check(): void {
    this.#lock.acquire()
    try {
      this.#engine.check()
    } finally {
      this.#lock.release()
    }
  }

  /** What every segment and every TTL bucket holds. */
  inspect(): SegView {
    this.#lock.acquire()
    try {
      return this.#engine.inspect()
    } finally {
      this.#lock.release()
    }
  }

  /** A copy of what the engine lends, which stays when the lock has gone. */
  #lendCopy(item: Item | undefined): Item | undefined {
    if (item === undefined) return undefined
    const copy = this.#copy
    const length = item.end - item.start
    if (copy.bytes.length < length) copy.bytes = Buffer.allocUnsafeSlow(length)
    item.bytes.copy(copy.bytes, 0, item.start, item.end)
    copy.end = length
    copy.flags = item.flags
    copy.deadline = item.deadline
    copy.cas.copy(item.cas)
    return copy
  }
}
