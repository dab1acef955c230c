/**
 * Finds room for an item: in the tail of its list, in a segment opened for it, or in the tail of a
 * bucket with longer TTLs.
 *
 * ```text
 *   1  the tail of its list has room               take it
 *   2  more than half of the segments are tails    take the tail of the next longer bucket with room,
 *                                                  else of the next shorter
 *   3  a segment is free                           open it
 *   4  segments have expired or were flushed       free them, from 1
 *   5  the policy frees one                        from 1
 *   6  nothing can be evicted                      as 2, else there is no room
 * ```
 *
 * An item that is longer than a segment has a run of them to itself: free neighbours, or those that are
 * made free for it.
 *
 * An item in a longer bucket's segment still has its own deadline, so nothing is seen too long; only
 * its bytes stay until the segment goes; one in a shorter bucket's keeps the segment for longer. Rule 2
 * keeps a thousand TTLs on a small heap from turning into a thousand segments with an item each.
 *
 * Where threads share, another may take what this one has freed, or have every segment pinned for a
 * moment. So it tries again, for as long as {@link PATIENCE_MS}.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { Control } from '../control.ts'
import { itemSize, setShape } from '../item/item-layout.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'
import { TTL_BUCKETS } from '../segments/ttl-buckets.ts'
import type { SegmentSupply } from './segment-supply.ts'

/** A pin lasts as long as it takes to write an item, unless its thread is interrupted. */
const PATIENCE_MS = 250
const PAUSE_MS = 1
/** Nobody wakes who waits here. */
const asleep = new Int32Array(new SharedArrayBuffer(4))

/** What an allocator works with. */
export interface AllocatorParts {
  readonly segments: Segments
  readonly supply: SegmentSupply
  readonly control: Control
  /** Whether the policy ever frees anything. */
  readonly evicts: boolean
}

export class Allocator {
  readonly #segments: Segments
  readonly #supply: SegmentSupply
  readonly #control: Control
  readonly #evicts: boolean
  /** Where the last item that was placed is. */
  segment: SegmentId = NO_SEGMENT
  offset = 0
  /** When to stop trying; 0 before the first failure. */
  #end = 0

  constructor(parts: AllocatorParts) {
    this.#segments = parts.segments
    this.#supply = parts.supply
    this.#control = parts.control
    this.#evicts = parts.evicts
  }

  /**
   * Make room for an item in `list`, counted as live, its segment pinned and its header written. No chain
   * is open meanwhile.
   *
   * @param flags what the item is laid out by
   * @returns false where there is no room
   */
  place(
    list: number,
    keyLength: number,
    valueLength: number,
    flags: number,
    deadline: Tick,
    now: Tick,
  ): boolean {
    const size = itemSize(keyLength, valueLength, flags)
    const { headers, lock, segmentBytes, slabs } = this.#segments
    this.#end = 0
    const isLong = size > segmentBytes
    const run = isLong ? this.#openRun(Math.ceil(size / segmentBytes), now) : NO_SEGMENT
    if (isLong && run === NO_SEGMENT) return false
    for (;;) {
      lock.acquire()
      let segment = isLong ? run : this.#room(list, size)
      if (segment === NO_SEGMENT && this.#end !== 0) segment = this.#otherTail(list, size)
      if (segment !== NO_SEGMENT) {
        this.segment = segment
        this.offset = this.#segments.append(segment, size, deadline)
        if (isLong) headers.setList(segment, list)
        else headers.pin(segment)
        const item = this.#segments.wordOf(segment, this.offset)
        setShape(slabs.bytes(segment), slabs.words(segment), item, keyLength, valueLength, flags)
        lock.release()
        this.#segments.metrics.itemAllocate.increment()
        this.#supply.written(size, now)
        return true
      }
      lock.release()
      if (!this.#makeRoom(now)) return false
    }
  }

  /** A segment for `state` that has a pin, freed for the purpose where none is; else {@link NO_SEGMENT}. */
  openSegment(state: SegmentState, now: Tick): SegmentId {
    const { headers, lock } = this.#segments
    this.#end = 0
    for (;;) {
      lock.acquire()
      const segment = this.#open(state)
      if (segment !== NO_SEGMENT) headers.pin(segment)
      lock.release()
      if (segment !== NO_SEGMENT || !this.#makeRoom(now)) return segment
    }
  }

  /** A run that has a pin, made free for the purpose where there is none; else {@link NO_SEGMENT}. */
  #openRun(length: number, now: Tick): SegmentId {
    const { free, headers, lock } = this.#segments
    for (;;) {
      lock.acquire()
      let run = free.findNeighbours(length)
      if (run !== NO_SEGMENT) {
        this.#segments.openRun(run, length)
        headers.pin(run)
      }
      lock.release()
      if (run === NO_SEGMENT) run = this.#supply.demandRun(length, now)
      if (run !== NO_SEGMENT) {
        this.#countRequest(true)
        return run
      }
      if (!this.#supply.mayHaveRun || !this.#isPatient(false)) {
        this.#countRequest(false)
        return NO_SEGMENT
      }
    }
  }

  // With the segment lock held

  /** A segment for `list` with room for `size` bytes, or {@link NO_SEGMENT}. */
  #room(list: number, size: number): SegmentId {
    const { lists } = this.#segments
    const tail = lists.tail(list)
    if (this.#fits(tail, size)) return tail
    if (lists.active * 2 > this.#segments.count) {
      const other = this.#otherTail(list, size)
      if (other !== NO_SEGMENT) return other
    }
    const opened = this.#open(SegmentState.Live)
    if (opened !== NO_SEGMENT) lists.append(list, opened)
    return opened
  }

  #open(state: SegmentState): SegmentId {
    const segment = this.#segments.open(state)
    if (segment !== NO_SEGMENT) this.#countRequest(true)
    return segment
  }

  #fits(segment: SegmentId, size: number): boolean {
    return (
      segment !== NO_SEGMENT &&
      this.#segments.hasRoom(segment, size) &&
      !this.#segments.headers.isClaimed(segment)
    )
  }

  /** The tail of the next longer bucket with room, else of the next shorter, in the same queue. */
  #otherTail(list: number, size: number): SegmentId {
    const { lists } = this.#segments
    const start = list < TTL_BUCKETS ? 0 : TTL_BUCKETS
    for (let longer = list + 1; longer < start + TTL_BUCKETS; longer++) {
      const tail = lists.tail(longer)
      if (this.#fits(tail, size)) return tail
    }
    for (let shorter = list - 1; shorter >= start; shorter--) {
      const tail = lists.tail(shorter)
      if (this.#fits(tail, size)) return tail
    }
    return NO_SEGMENT
  }

  // With no lock held

  /** Free a segment; returns whether it is worth looking for room again. */
  #makeRoom(now: Tick): boolean {
    const hasFreed = this.#supply.demand(now)
    if (hasFreed && !this.#control.isShared) return true
    if (this.#isPatient(hasFreed)) return true
    this.#countRequest(false)
    return false
  }

  /** Whether to try again; it may take a moment to say so. */
  #isPatient(hasFreed: boolean): boolean {
    // The first time that nothing can be freed, another tail may do.
    if (this.#end === 0) {
      this.#end = performance.now() + PATIENCE_MS
      return true
    }
    if (!this.#evicts || !this.#control.isShared || performance.now() >= this.#end) return false
    if (!hasFreed) Atomics.wait(asleep, 0, 0, PAUSE_MS)
    return true
  }

  #countRequest(hasSucceeded: boolean): void {
    const { metrics } = this.#segments
    metrics.segmentRequest.increment()
    if (hasSucceeded) metrics.segmentRequestSuccess.increment()
    else metrics.segmentRequestFailure.increment()
  }
}
