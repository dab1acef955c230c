/**
 * Reads without a lock, in a storage that other threads write to.
 *
 * ```text
 *   version --> find --> view --> version the same? --> lent --> copied --> version the same? --> true
 *                                    |  no: again                              |  no: take it back
 * ```
 *
 * The bytes of an item are written over only while the chain of its bucket is locked, or after its slot was
 * taken away, which changes the version. So what was copied while the version stood still is what the
 * item was. Until it is compared, what is read may be anything, and is only looked at, within bounds.
 *
 * @module
 */
import { Item, NEVER, TICKS_PER_SECOND, type Terms } from '@pelikan/core'
import type { Control } from './control.ts'
import { NO_SLOT } from './hash-table/hash-table.ts'
import type { ReadCounts } from './hash-table/read-counts.ts'
import { ItemCursor } from './item/item-cursor.ts'
import { ItemFlag } from './item/item-layout.ts'
import { NO_SEGMENT } from './segments/segment-headers.ts'
import type { Segments } from './segments/segments.ts'

/** Reads of one key that writers may get between before its chain is locked. */
const TRIES = 16
/** Loans in a row that may turn out untrue. */
const LOANS = 8
/** x86 does not let a load pass another; elsewhere a store between them has to see to that. */
const LOADS_PASS = process.arch !== 'x64'

export class OptimisticReader {
  /** What is lent. */
  readonly view: Item = new Item()
  /** Whether the last read knows; else ask again under the lock. */
  isSure = true
  readonly #segments: Segments
  readonly #reads: ReadCounts
  readonly #control: Control
  readonly #found: ItemCursor
  readonly #fence = new Int32Array(new SharedArrayBuffer(4))
  #low = 0
  #version = 0
  /** Loans in a row that were not true. */
  #failures = 0

  constructor(segments: Segments, control: Control) {
    this.#segments = segments
    this.#reads = segments.table.reads
    this.#control = control
    this.#found = new ItemCursor(segments.slabs)
  }

  /**
   * The live item under a key, lent; `undefined` where there is none or {@link OptimisticReader.isSure} is
   * false.
   *
   * @param terms of a fetch that changes nothing; it knows nothing of an item that can be won
   */
  read(key: Buffer, keyStart: number, keyEnd: number, terms?: Terms): Item | undefined {
    const { clock, hash, table } = this.#segments
    const { now } = clock
    const { flushAt } = this.#control
    this.isSure = false
    if ((flushAt !== NEVER && flushAt <= now) || this.#failures >= LOANS) return undefined
    this.#segments.metrics.hashLookup.increment()
    hash.compute(key, keyStart, keyEnd)
    const { high, low } = hash
    this.#low = low
    for (let left = TRIES; left > 0; left--) {
      this.#version = table.version(low)
      if ((this.#version & 1) !== 0) continue
      const slot = table.find(low, high, key, keyStart, keyEnd)
      const isLive = slot !== NO_SLOT && this.#look(slot, now)
      if (!this.#isUnchanged()) continue
      this.isSure = true
      // One that is dead stays until a writer meets it.
      if (!isLive) return undefined
      if (terms !== undefined && !this.#agree(terms)) return this.isSure ? this.view : undefined
      this.#reads.access(slot, low, this.#segments.second)
      this.#markFetched()
      return this.view
    }
    return undefined
  }

  /** Whether what was lent was true all the while. */
  confirm(): boolean {
    const isTrue = this.#isUnchanged()
    this.#failures = isTrue ? 0 : this.#failures + 1
    return isTrue
  }

  /** The lock was taken instead. */
  reset(): void {
    this.#failures = 0
  }

  /** Say what a fetch does; false where it leaves no trace, or has to be done under the lock. */
  #agree(terms: Terms): boolean {
    const { view } = this
    const { clock, second } = this.#segments
    view.marks = this.#found.marks
    view.lastAccess = Math.max(
      clock.now - this.#reads.idle(this.#low, second) * TICKS_PER_SECOND,
      1,
    )
    terms.judge(view.marks, view.deadline)
    this.isSure = !terms.won
    return this.isSure && !terms.peeks
  }

  #isUnchanged(): boolean {
    if (LOADS_PASS) Atomics.store(this.#fence, 0, 0)
    return this.#segments.table.version(this.#low) === this.#version
  }

  /** The first read of an item is marked in its bytes, so this one does lock, and changes no version. */
  #markFetched(): void {
    if ((this.#found.flags & ItemFlag.Fetched) !== 0) return
    const { table } = this.#segments
    if (!table.tryOpen(this.#low, this.#version)) return
    this.#found.markFetched()
    table.close()
  }

  /** Fill the view from a slot that may change meanwhile; returns whether the item is live. */
  #look(slot: number, now: number): boolean {
    const { table } = this.#segments
    const segment = table.segmentAt(slot)
    if (segment === NO_SEGMENT) return false
    const found = this.#found
    found.point(segment, table.offsetAt(slot))
    found.show(this.view)
    if (this.#segments.isFlushed(segment)) return false
    return this.view.deadline === NEVER || this.view.deadline > now
  }
}
