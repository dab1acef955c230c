/**
 * Segcache for any Node.js program: keys and values are strings or bytes, times are seconds, and the
 * memory is outside of what the garbage collector looks at.
 *
 * ```text
 *   thread 1   Seg: key and value bytes, clock, sweep --> SegStorage --+
 *   thread 2   Seg: key and value bytes, clock, sweep --> SegStorage --+--> one memory
 * ```
 *
 * An item is visible exactly while now < stored + TTL, unless it is evicted. To look at the time costs 50
 * to 100 ns, up to half of a `get`, so an operation looks where it depends on it: where a read has found an item that
 * has an end, and where a write gives it one. Else every 32nd does, for what only has to be about right: in how many
 * seconds an item is read, and how old a segment is.
 *
 * @module
 */
import { Entry, NEVER, Status, SystemClock, type Clock, type Item } from '@pelikan/core'
import { Metrics, type BoundMetrics } from '@pelikan/metrics'
import { SegError } from './errors.ts'
import { closeAtExit } from './library/at-exit.ts'
import { Counting, type SegCounterOptions } from './library/counting.ts'
import { KeyBytes, type SegKey } from './library/key-bytes.ts'
import { deadlineAfter, lifetimeTicks, type SegLifetime } from './library/lifetime.ts'
import { Loads } from './library/loads.ts'
import { libraryMetrics } from './library/metrics.ts'
import {
  checkThreads,
  storageOptions,
  type SegAttachOptions,
  type SegLibraryHandle,
  type SegLibraryOptions,
} from './library/options.ts'
import { readStats, type SegStats } from './library/stats.ts'
import { sweepEverySecond } from './library/sweep.ts'
import { ThreadRows } from './library/thread-rows.ts'
import { asBuffer, ValueBytes, type SegValue } from './library/value-bytes.ts'
import { walkEntries, walkKeys } from './library/walk.ts'
import { segMetrics } from './metrics.ts'
import { invalidOption } from './options.ts'
import { SegStorage } from './seg-storage.ts'

/** What {@link Seg.getInto} answers where the key is absent. */
export const MISS = -1

/** Operations between two looks at the time. A power of two. */
const OPERATIONS_PER_LOOK = 32

export class Seg {
  /**
   * For composing a server, or for what the library leaves out. Its deadlines are ticks of {@link Seg.clock}. Use it
   * only while this is open.
   */
  readonly storage: SegStorage
  readonly clock: Clock
  /** What is counted, over all threads, for an exposition; {@link Seg.stats} is for people. */
  readonly metrics: Metrics

  readonly #rows: ThreadRows
  readonly #row: number
  readonly #counters: BoundMetrics<typeof libraryMetrics>
  readonly #timer: NodeJS.Timeout
  /** Called once it is closed. */
  readonly #closed: () => void
  readonly #loads = new Loads()
  readonly #key = new KeyBytes()
  readonly #value = new ValueBytes()
  readonly #entry = new Entry()
  readonly #counting: Counting
  /** Since the last look at the time. */
  #operations = 0
  #isClosed = false

  /**
   * @param handle for {@link Seg.attach} only
   * @throws SegError `PELIKAN_SEG_INVALID_OPTION`
   */
  constructor(options: SegLibraryOptions, handle?: SegLibraryHandle) {
    const groups = [segMetrics, libraryMetrics]
    this.clock = options.clock ?? new SystemClock(handle?.origin)
    this.#rows = new ThreadRows(checkThreads(options.threads), handle?.rows)
    this.metrics = new Metrics(groups, this.#rows.count, handle?.metrics)
    this.#row = this.#rows.take(this.clock.now)
    const own = { clock: this.clock, metrics: this.metrics, row: this.#row }
    this.storage = new SegStorage({ ...storageOptions(options), ...own }, handle?.storage)
    this.#counters = this.metrics.bind(libraryMetrics, this.#row)
    this.#counting = new Counting(this.storage, this.clock)
    this.#timer = sweepEverySecond(this)
    this.#closed = closeAtExit(this)
  }

  /**
   * The cache of another thread, which is behind `handle`.
   *
   * @param options `clock` where the cache was made with one: another that shows the same ticks
   * @throws SegError `PELIKAN_SEG_TOO_MANY_THREADS`; `PELIKAN_SEG_INVALID_OPTION` where the clock is missing
   */
  static attach(handle: SegLibraryHandle, options: SegAttachOptions = {}): Seg {
    if (handle.origin === undefined && options.clock === undefined) {
      throw invalidOption(
        'the cache was made with a clock of its own: give attach one that shows the same ticks',
      )
    }
    return new Seg({ ...handle.storage.options, ...options }, handle)
  }

  /**
   * What another thread of this process needs for {@link Seg.attach}: plain data, which can be posted there or be its
   * `workerData`. From now on every operation expects others.
   *
   * @throws SegError `PELIKAN_SEG_NOT_SHARED` where the hash is the caller's own
   */
  share(): SegLibraryHandle {
    this.#checkOpen()
    return {
      storage: this.storage.share(),
      metrics: this.metrics.memory,
      rows: this.#rows.memory,
      origin: this.clock instanceof SystemClock ? this.clock.origin : undefined,
    }
  }

  // Reading

  /** A copy of the value, the caller's own; `undefined` where the key is absent. */
  get(key: SegKey): Buffer | undefined {
    this.#take(key)
    for (;;) {
      const item = this.#find()
      if (item === undefined) return this.#miss()
      const copy = Buffer.allocUnsafe(item.end - item.start)
      item.bytes.copy(copy, 0, item.start, item.end)
      if (this.storage.release(item)) return this.#hit(copy)
    }
  }

  /** The value, read as UTF-8; `undefined` where the key is absent. */
  getString(key: SegKey): string | undefined {
    this.#take(key)
    for (;;) {
      const item = this.#find()
      if (item === undefined) return this.#miss()
      const text = item.bytes.toString('utf8', item.start, item.end)
      if (this.storage.release(item)) return this.#hit(text)
    }
  }

  /**
   * Copy the value to `target[targetStart]` and allocate nothing.
   *
   * @returns the bytes written; {@link MISS}, -1, where the key is absent; less where the value does not fit: then
   * nothing is written, and `~result` is how many bytes the value has
   * @throws RangeError where `targetStart` is no index of `target`, nor its end
   */
  getInto(key: SegKey, target: Uint8Array, targetStart = 0): number {
    const room = target.length - targetStart
    if (targetStart >>> 0 !== targetStart || room < 0) {
      throw new RangeError(
        `targetStart is ${targetStart}; it must be a whole number from 0 to ${target.length}`,
      )
    }
    this.#take(key)
    for (;;) {
      const item = this.#find()
      if (item === undefined) {
        this.#counters.miss.increment()
        return MISS
      }
      const { bytes, end, start } = item
      const length = end - start
      const fits = length <= room
      if (fits) bytes.copy(target, targetStart, start, end)
      if (!this.storage.release(item)) continue
      this.#counters.hit.increment()
      return fits ? length : ~length
    }
  }

  /** Whether the key is there; it counts neither as hit nor as miss. */
  has(key: SegKey): boolean {
    this.#take(key)
    const item = this.#find()
    // Whether it changes meanwhile makes no difference.
    if (item !== undefined) this.storage.release(item)
    return item !== undefined
  }

  /**
   * The value under `key`, or else what `loader` gives, which is stored. Calls for one key in one thread share
   * one run. A loader that throws stores nothing, and what it throws is thrown here. Nor is anything
   * stored where the key was set or deleted while the loader ran.
   *
   * @returns a copy, the caller's own, also where the value does not fit the cache
   */
  async getOrSet<Key extends SegKey>(
    key: Key,
    loader: (key: Key) => SegValue | Promise<SegValue>,
    lifetime?: SegLifetime,
  ): Promise<Buffer> {
    const ticks = lifetimeTicks(lifetime)
    const found = this.get(key)
    if (found !== undefined) return found
    const name = this.#key.toString()
    const value = await this.#loads.share(
      name,
      () => this.#load(key, loader),
      (loaded) => this.#keep(name, loaded, ticks),
    )
    return Buffer.from(value)
  }

  // Writing

  /**
   * Store, whatever was there.
   *
   * @returns whether it was stored. False where key and value are together longer than `itemSizeMax`, and,
   * under the policy `none`, where the memory is full; what was there is gone then
   */
  set(key: SegKey, value: SegValue, lifetime?: SegLifetime): boolean {
    const ticks = lifetimeTicks(lifetime)
    this.#take(key)
    if (!this.#loads.isEmpty) this.#loads.forget(this.#key.toString())
    if (ticks !== 0) this.clock.refresh()
    this.#fill(value, ticks)
    const status = this.storage.set(this.#entry)
    this.#drop()
    this.#counters.set.increment()
    if (status === Status.Ok) return true
    this.#counters.setRefused.increment()
    return false
  }

  /** Returns whether the key was there. */
  delete(key: SegKey): boolean {
    this.#take(key)
    if (!this.#loads.isEmpty) this.#loads.forget(this.#key.toString())
    this.clock.refresh()
    return this.storage.delete(this.#key.bytes, 0, this.#key.end) === Status.Ok
  }

  /**
   * Let the item live as long from now; without a TTL it has no end.
   *
   * @returns whether it does: false where the key is absent, and where the memory has no room for 4 bytes more
   */
  touch(key: SegKey, lifetime?: SegLifetime): boolean {
    const ticks = lifetimeTicks(lifetime)
    this.#take(key)
    this.clock.refresh()
    const deadline = deadlineAfter(this.clock.now, ticks)
    return this.storage.touch(this.#key.bytes, 0, this.#key.end, deadline) === Status.Ok
  }

  /**
   * Add `by` to the decimal number that the value is, atomically over all threads. Its TTL stays as it is.
   *
   * @param by a whole number from 0 to 2^53 - 1
   * @returns the sum, exact to 2^53 - 1; what is stored is exact and wraps at 2^64. `undefined` where the key is absent
   * and no `initial` given, and where the memory has no room for one more digit
   * @throws SegError `PELIKAN_SEG_NOT_A_NUMBER` where the value, `by` or `initial` is none
   */
  increment(key: SegKey, by = 1, options?: SegCounterOptions): number | undefined {
    this.#take(key)
    return this.#counting.count(this.#key, by, true, options)
  }

  /**
   * As {@link Seg.increment}, subtracting and stopping at 0. A number that gets shorter keeps its bytes, with blanks
   * behind it.
   */
  decrement(key: SegKey, by = 1, options?: SegCounterOptions): number | undefined {
    this.#take(key)
    return this.#counting.count(this.#key, by, false, options)
  }

  // Everything at once

  /** Items kept, over all threads; what has expired counts until it is met or swept, which is every second. */
  get size(): number {
    return this.metrics.read(segMetrics.itemCurrent)
  }

  /** What is kept and what happened, over all threads since the cache was made. */
  stats(): SegStats {
    return readStats(this.metrics, this.storage.totalBytes)
  }

  /**
   * Every key. The cache may change meanwhile, from any thread: what is there all the while is met once, what comes or
   * goes once or not at all.
   */
  keys(): Generator<Buffer, undefined, undefined> {
    return walkKeys(this.storage, () => this.#look())
  }

  /** Every key with its value, as {@link Seg.keys}. It does not count as read. */
  entries(): Generator<[Buffer, Buffer], undefined, undefined> {
    return walkEntries(this.storage, () => this.#look())
  }

  [Symbol.iterator](): Generator<[Buffer, Buffer], undefined, undefined> {
    return this.entries()
  }

  /** Drop everything. It is gone at once for all threads, and its memory is freed item by item: 0.3 µs each. */
  clear(): void {
    this.#checkOpen()
    this.#loads.forgetAll()
    this.storage.clear()
  }

  /** Free the memory of what has expired. A timer does it every second; call it where the event loop does not turn. */
  expire(): void {
    this.#look()
    this.#rows.renew(this.#row, this.clock.now)
    this.storage.expire(this.clock.now)
  }

  /**
   * End the use of the cache in this thread; what is stored stays for others. Without it, the timer keeps no process
   * alive, and a cache that nobody holds is collected.
   */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#closed()
    this.#loads.forgetAll()
    try {
      this.storage.close()
    } finally {
      this.#rows.giveBack(this.#row)
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #take(key: SegKey): void {
    this.#checkOpen()
    this.#key.take(key)
    this.#operations = (this.#operations + 1) & (OPERATIONS_PER_LOOK - 1)
    if (this.#operations === 0) this.clock.refresh()
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new SegError('PELIKAN_SEG_CLOSED', 'the cache was closed')
  }

  #look(): void {
    this.#checkOpen()
    this.clock.refresh()
  }

  /** The live item under the key that was taken, lent. */
  #find(): Item | undefined {
    const item = this.storage.get(this.#key.bytes, 0, this.#key.end)
    if (item === undefined || item.deadline === NEVER) return item
    this.clock.refresh()
    if (item.deadline > this.clock.now) return item
    this.storage.release(item)
    return undefined
  }

  #hit<Found>(found: Found): Found {
    this.#counters.hit.increment()
    return found
  }

  #miss(): undefined {
    this.#counters.miss.increment()
    return undefined
  }

  /** Fill the entry for the key that was taken. */
  #fill(value: SegValue, ticks: number): void {
    const entry = this.#entry
    this.#value.take(value)
    entry.key = this.#key.bytes
    entry.keyEnd = this.#key.end
    entry.value = this.#value.bytes
    entry.valueEnd = this.#value.end
    entry.deadline = deadlineAfter(this.clock.now, ticks)
  }

  /** Keep no bytes of the caller. */
  #drop(): void {
    this.#value.drop()
    this.#entry.value = this.#value.bytes
  }

  async #load<Key extends SegKey>(
    key: Key,
    loader: (key: Key) => SegValue | Promise<SegValue>,
  ): Promise<Buffer> {
    this.#counters.load.increment()
    try {
      return asBuffer(await loader(key))
    } catch (error) {
      this.#counters.loadFailed.increment()
      throw error
    }
  }

  /** Store what was loaded, unless another thread was faster. */
  #keep(name: string, value: Buffer, ticks: number): void {
    this.#key.takeName(name)
    this.clock.refresh()
    this.#fill(value, ticks)
    this.storage.add(this.#entry)
    this.#drop()
  }
}
