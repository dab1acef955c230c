/**
 * Reads without the lock, in a storage that other threads write to.
 *
 * ```text
 *   version --> find --> view --> version the same? --> lent --> copied --> version the same? --> true
 *                                    |  no: again                              |  no: take it back
 * ```
 *
 * The bytes of an item are written over only while the version of its bucket is odd, or after its slot was
 * taken away, which changes the version too. So what was copied while the version stood still is
 * what the item was. Until it is compared, what is read may be anything, and is only looked at, within
 * bounds.
 *
 * @module
 */
import { Item, NEVER, TICKS_PER_SECOND } from '@pelikan/core'
import type { Control } from './control.ts'
import { NO_SLOT } from './hash-table.ts'
import { ItemCursor } from './item-cursor.ts'
import { NO_SEGMENT } from './segment-headers.ts'
import type { Segments } from './segments.ts'

/** Reads of one key that writers may get between before the lock is taken. */
const TRIES = 16
/** Loans in a row that may turn out untrue. */
const LOANS = 8

export class OptimisticReader {
  /** What is lent. */
  readonly view: Item = new Item()
  /** Whether the last read knows; else ask again under the lock. */
  isSure = true
  readonly #segments: Segments
  readonly #control: Control
  readonly #found: ItemCursor
  #low = 0
  #version = 0
  /** Loans in a row that were not true. */
  #failures = 0

  constructor(segments: Segments, control: Control) {
    this.#segments = segments
    this.#control = control
    this.#found = new ItemCursor(segments.slabs)
  }

  /** The live item under a key, lent; `undefined` where there is none or {@link OptimisticReader.isSure} is false. */
  read(key: Buffer, keyStart: number, keyEnd: number): Item | undefined {
    const { clock, hash, table } = this.#segments
    const { now } = clock
    const { flushAt } = this.#control
    this.isSure = false
    if ((flushAt !== NEVER && flushAt <= now) || this.#failures >= LOANS) return undefined
    this.#segments.metrics.hashLookup.increment()
    hash.compute(key, keyStart, keyEnd)
    const { high, low } = hash
    for (let left = TRIES; left > 0; left--) {
      const version = table.version(low)
      if ((version & 1) !== 0) continue
      const slot = table.find(low, high, key, keyStart, keyEnd)
      if (slot === NO_SLOT) {
        if (table.version(low) !== version) continue
        this.isSure = true
        return undefined
      }
      const isLive = this.#look(slot, now)
      if (table.version(low) !== version) continue
      this.isSure = true
      // One that is dead stays until a writer meets it.
      if (!isLive) return undefined
      table.access(slot, low, (now / TICKS_PER_SECOND) | 0)
      this.#low = low
      this.#version = version
      return this.view
    }
    return undefined
  }

  /** Whether what was lent was true all the while. */
  confirm(): boolean {
    const isTrue = this.#segments.table.version(this.#low) === this.#version
    this.#failures = isTrue ? 0 : this.#failures + 1
    return isTrue
  }

  /** The lock was taken instead. */
  reset(): void {
    this.#failures = 0
  }

  /** Fill the view from a slot that may change meanwhile; returns whether the item is live. */
  #look(slot: number, now: number): boolean {
    const { table } = this.#segments
    const segment = table.segmentAt(slot)
    if (segment === NO_SEGMENT) return false
    const found = this.#found
    found.point(segment, table.offsetAt(slot))
    const { view } = this
    view.bytes = found.bytes
    view.start = found.valueStart
    view.end = found.valueEnd
    view.flags = found.clientFlags | 0
    view.deadline = found.deadline | 0
    view.cas.set(0, found.cas)
    if (this.#segments.isFlushed(segment)) return false
    return view.deadline === NEVER || view.deadline > now
  }
}
