/**
 * Sees to it that segments are free: frees what has expired or was flushed, else asks the policy.
 *
 * ```text
 *   free segments   | none                  a thread that needs one frees it before it goes on
 *                   | few                   each item that is written pays for a part of freeing one
 *                   | enough                nothing is done
 * ```
 *
 * Freeing a segment means to look at tens of thousands of items, which takes milliseconds. Paid for in
 * parts of a few microseconds, it is done before the last free segment is full. A heap of few
 * segments has none to spare, and there all of it is done when it is needed.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { Control } from '../control.ts'
import type { EvictionPolicy } from '../eviction/eviction.ts'
import type { Reclaim } from '../segments/reclaim.ts'
import { finish, type Relocation, type Walk } from '../segments/relocation.ts'
import type { WindowEviction } from '../eviction/window-eviction.ts'
import { NO_SEGMENT, type SegmentId } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'

const NANOSECONDS = 1e6
/** Items that are dropped before what has expired is free. */
const RECLAIM_ITEMS = 1
/** Items that one call of `expire` drops before it stops, so that a turn stays short. */
const EXPIRE_ITEMS = 32_768
/** Fewer segments than this have none to spare: work that waits to be gone on with has some of them claimed. */
const SPARING_MIN = 32
const SEGMENTS_PER_SPARE = 64
/** For so many bytes that are written, as many times as many are walked over: a merge of 8 into 1 needs it. */
const PACE = 8
/** Strides of a part. */
const PART_STRIDES = 2

/** What a supply works with. */
export interface SegmentSupplyParts {
  readonly segments: Segments
  readonly relocation: Relocation
  readonly policy: EvictionPolicy
  readonly windows: WindowEviction
  readonly reclaim: Reclaim
  readonly control: Control
  /** Whether the policy ever frees anything. */
  readonly evicts: boolean
  /** Segments to keep free; by default what suits their number. */
  readonly spareSegments: number | undefined
}

export class SegmentSupply {
  readonly #segments: Segments
  readonly #policy: EvictionPolicy
  readonly #windows: WindowEviction
  readonly #reclaim: Reclaim
  readonly #control: Control
  readonly #evicts: boolean
  /** Fewer free segments are few. */
  readonly #spare: number
  /** A part is due for so many bytes written. */
  readonly #partBytes: number
  /** What is under way. */
  #walk: Walk<boolean> | undefined = undefined
  /** Bytes written since the last part. */
  #written = 0
  /** Whether a part was done since the last {@link SegmentSupply.expire} or {@link SegmentSupply.settle}. */
  #isMoving = false

  constructor(parts: SegmentSupplyParts) {
    this.#segments = parts.segments
    this.#policy = parts.policy
    this.#windows = parts.windows
    this.#reclaim = parts.reclaim
    this.#control = parts.control
    this.#evicts = parts.evicts
    this.#partBytes = (parts.relocation.strideBytes * PART_STRIDES) / PACE
    const { count } = parts.segments
    const suited = count < SPARING_MIN ? 0 : 1 + Math.ceil(count / SEGMENTS_PER_SPARE)
    this.#spare = parts.spareSegments ?? suited
  }

  /** Free a segment where none is free; returns whether one is, or was a moment ago. */
  demand(now: Tick): boolean {
    this.#control.evictionLock.acquire()
    this.#finish()
    while (this.#segments.free.count === 0 && this.#timed(this.#free(now), Infinity) === true);
    const hasFree = this.#segments.free.count > 0
    this.#control.evictionLock.release()
    return hasFree
  }

  /** Make a run of `length` segments, and pin it; `NO_SEGMENT` where that is impossible now. */
  demandRun(length: number, now: Tick): SegmentId {
    this.#control.evictionLock.acquire()
    this.#finish()
    const run = this.#timed(this.#windows.evict(length, now), Infinity)
    this.#control.evictionLock.release()
    return run ?? NO_SEGMENT
  }

  /** Whether the last {@link SegmentSupply.demandRun} that failed met only what others are about to be done with. */
  get mayHaveRun(): boolean {
    return this.#windows.mayTryAgain
  }

  /** An item of `bytes` was written: do a part of what has to be done, if segments are few. */
  written(bytes: number, now: Tick): void {
    if (this.#segments.free.count >= this.#spare && this.#walk === undefined) return
    this.#written += bytes
    if (this.#written < this.#partBytes) return
    const parts = Math.floor(this.#written / this.#partBytes)
    this.#written = 0
    // Whoever has the lock makes room already.
    if (!this.#control.evictionLock.tryAcquire()) return
    this.#walk ??= this.#free(now)
    this.#isMoving = true
    if (this.#timed(this.#walk, parts * PART_STRIDES) !== undefined) this.#walk = undefined
    this.#control.evictionLock.release()
  }

  /** An item of `segment` was deleted or replaced. */
  thinned(segment: SegmentId): void {
    if (this.#walk !== undefined) return
    this.#walk = this.#policy.tidy(segment)
    if (this.#spare === 0) this.end()
  }

  /** Free what has expired, as much as a turn allows. */
  expire(now: Tick): void {
    const start = performance.now()
    this.settle()
    this.#control.evictionLock.acquire()
    finish(this.#reclaim.run(now, EXPIRE_ITEMS))
    this.#control.evictionLock.release()
    this.#segments.metrics.expireTime.add(nanosecondsSince(start))
  }

  /** Where a thread has nothing to write for long, what it has claimed must not stay so. */
  settle(): void {
    if (!this.#isMoving) this.end()
    this.#isMoving = false
  }

  /** Run to its end what is under way. */
  end(): void {
    if (this.#walk === undefined) return
    this.#control.evictionLock.acquire()
    this.#finish()
    this.#control.evictionLock.release()
  }

  /** Free all that has expired or was flushed. */
  clear(now: Tick): void {
    const start = performance.now()
    this.#control.evictionLock.acquire()
    this.#finish()
    finish(this.#reclaim.run(now, Infinity))
    this.#control.evictionLock.release()
    this.#segments.metrics.clearTime.add(nanosecondsSince(start))
  }

  /** As {@link SegmentSupply.end}, with the eviction lock held. */
  #finish(): void {
    if (this.#walk !== undefined) this.#timed(this.#walk, Infinity)
    this.#walk = undefined
  }

  *#free(now: Tick): Walk<boolean> {
    if ((yield* this.#reclaim.run(now, RECLAIM_ITEMS)) > 0) return true
    return this.#evicts && (yield* this.#policy.evict())
  }

  /** So many strides of `walk`; returns what it has, once it has ended. */
  #timed<Result>(walk: Walk<Result>, strides: number): Result | undefined {
    const start = performance.now()
    let result: Result | undefined
    for (let left = strides; left > 0 && result === undefined; left--) {
      const { done, value } = walk.next()
      if (done === true) result = value
    }
    this.#segments.metrics.evictTime.add(nanosecondsSince(start))
    return result
  }
}

function nanosecondsSince(start: number): number {
  return Math.round((performance.now() - start) * NANOSECONDS)
}
