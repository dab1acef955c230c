/**
 * S3-FIFO over segments: a small queue that new keys enter, a main queue for those that proved
 * themselves, and a memory of the keys that did not.
 *
 * ```text
 *   new key  ->  | admission, a tenth of the segments |  -- read since -->  | main |  -- read since --+
 *                         |                                  ^                 |          ^           |
 *                         | never read                       |                 | not      +-----------+
 *                         v                                  |                 v
 *                      ghosts: fingerprints of keys  --------+ written again   gone
 * ```
 *
 * A run of segments is in no list, but has the number of the one that it belongs to; it moves by another number.
 *
 * Both queues keep a list for each TTL bucket: those of the main queue lie behind those of the
 * admission queue. What survives in the oldest segment moves to the tail of its main list; what does not fit
 * there stays, and the segment, compacted, becomes that tail.
 *
 * @module
 */
import { NO_SLOT } from '../hash-table/hash-table.ts'
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Segments } from '../segments/segments.ts'
import { TTL_BUCKETS } from '../segments/ttl-buckets.ts'
import { isEvictable, PASSES, type EvictionPolicy } from './eviction.ts'

/** One part in this many of the segments is the admission queue. */
const ADMISSION_SHARE = 10

export class S3FifoEviction implements EvictionPolicy {
  readonly #segments: Segments
  readonly #relocation: Relocation
  readonly #fallback: EvictionPolicy
  readonly #admissionTarget: number
  /** Fingerprints by low lane; a newer key takes the place of an older. */
  readonly #ghosts: Int32Array
  readonly #ghostMask: number

  constructor(
    /** A power of two of words. */
    ghosts: SharedArrayBuffer,
    segments: Segments,
    relocation: Relocation,
    /** What frees a segment where everything was read. */
    fallback: EvictionPolicy,
  ) {
    this.#segments = segments
    this.#relocation = relocation
    this.#fallback = fallback
    this.#admissionTarget = Math.max(1, Math.round(segments.count / ADMISSION_SHARE))
    this.#ghosts = new Int32Array(ghosts)
    this.#ghostMask = this.#ghosts.length - 1
  }

  listFor(bucket: number, low: number, high: number): number {
    return this.#ghosts[low & this.#ghostMask] === fingerprint(high) ? bucket + TTL_BUCKETS : bucket
  }

  tidy(): undefined {}

  *evict(): Walk<boolean> {
    const segments = this.#segments
    segments.metrics.segmentEvict.increment()
    // Survivors are counted from 0 again, so a second round drops them.
    for (let steps = 2 * segments.count; steps > 0; steps--) {
      const victim = this.#choose()
      if (victim === NO_SEGMENT) break
      if (segments.holds.claim(victim) && (yield* this.#drain(victim))) return true
    }
    segments.metrics.segmentEvictEx.increment()
    return yield* this.#fallback.evict()
  }

  /** The oldest segment of the admission queue where that is too long, else of the main one. */
  #choose(): SegmentId {
    const { count, headers, sequence } = this.#segments
    for (const pass of PASSES) {
      let inAdmission = 0
      let admission = NO_SEGMENT
      let main = NO_SEGMENT
      for (let id = 1; id <= count; id++) {
        const segment = id as SegmentId
        if (!headers.holdsItems(segment)) continue
        const isMain = headers.list(segment) >= TTL_BUCKETS
        if (!isMain) inAdmission += headers.runLength(segment)
        if (!isEvictable(this.#segments, segment, pass)) continue
        const chosen = isMain ? main : admission
        const age = (headers.sequence(segment) - sequence) | 0
        if (chosen !== NO_SEGMENT && age >= ((headers.sequence(chosen) - sequence) | 0)) continue
        if (isMain) main = segment
        else admission = segment
      }
      if (
        admission !== NO_SEGMENT &&
        (inAdmission > this.#admissionTarget || main === NO_SEGMENT)
      ) {
        return admission
      }
      if (main !== NO_SEGMENT) return main
      if (admission !== NO_SEGMENT) return admission
    }
    return NO_SEGMENT
  }

  /** Empty a claimed segment, or make it a tail; returns whether it is free. */
  *#drain(victim: SegmentId): Walk<boolean> {
    const segments = this.#segments
    const { headers, lists, lock } = segments
    const list = headers.list(victim)
    const isMain = list >= TTL_BUCKETS
    const mainList = isMain ? list : list + TTL_BUCKETS
    yield* this.#sort(victim, mainList, isMain)
    if (headers.liveItems(victim) > 0 && headers.state(victim) === SegmentState.Run) {
      this.#relocation.renew(victim)
      lock.acquire()
      headers.setList(victim, mainList)
      lock.release()
    } else if (headers.liveItems(victim) > 0) {
      yield* this.#relocation.compact(victim)
      lock.acquire()
      lists.remove(victim)
      lists.append(mainList, victim)
      headers.setSequence(victim, segments.nextSequence())
      lock.release()
    }
    return segments.holds.unclaim(victim)
  }

  /** Move what was read to the tail of `mainList`, as far as it fits, and drop what was not. */
  *#sort(victim: SegmentId, mainList: number, isMain: boolean): Walk {
    const segments = this.#segments
    const { hash, headers, table } = segments
    const { now } = segments.clock
    const end = headers.writeEnd(victim)
    for (let offset = 0; offset < end;) {
      const slot = segments.openAt(victim, offset)
      const size = segments.sizeAt(victim, offset)
      if (slot === NO_SLOT) {
        // Dead.
      } else if (segments.isOver(victim, offset, now)) {
        segments.drop(slot, Reason.Expire)
      } else if (table.reads.frequencyAt(slot) === 0) {
        if (!isMain) this.#ghosts[hash.low & this.#ghostMask] = fingerprint(hash.high)
        segments.drop(slot, Reason.Evict)
      } else if (headers.state(victim) !== SegmentState.Run) {
        this.#relocation.moveToTail(slot, size, mainList)
      }
      table.close()
      offset += size
      if (this.#relocation.hasWalked(size)) yield
    }
  }
}

/** 31 bits of a key's high lane, and never 0. */
function fingerprint(high: number): number {
  return high | 1
}
