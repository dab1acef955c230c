/**
 * Two neighbours of a list, both mostly dead, become one: the paper's compaction.
 *
 * ```text
 *   before   | a . . b . |  <->  | . c . . . |
 *   after    | a b c     |                        and a free segment
 * ```
 *
 * @module
 */
import type { Relocation, Walk } from '../segments/relocation.ts'
import { NO_SEGMENT, SegmentState, type SegmentId } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'
import { isEvictable, Pass } from './eviction.ts'

/**
 * Join the segment with a neighbour where both are sparse.
 *
 * @param sparseBytes at most so many live bytes make a segment sparse
 * @returns the walk, which says whether a segment is free; `undefined` where there is nothing to join
 */
export function joinSparse(
  segments: Segments,
  relocation: Relocation,
  segment: SegmentId,
  sparseBytes: number,
): Walk<boolean> | undefined {
  if (!isSparse(segments, segment, sparseBytes)) return undefined
  const { headers } = segments
  const next = headers.next(segment)
  if (canJoin(segments, segment, next, sparseBytes)) {
    return join(segments, relocation, segment, next)
  }
  const previous = headers.previous(segment)
  return canJoin(segments, previous, segment, sparseBytes)
    ? join(segments, relocation, previous, segment)
    : undefined
}

function canJoin(
  segments: Segments,
  first: SegmentId,
  second: SegmentId,
  sparseBytes: number,
): boolean {
  const { headers, segmentBytes } = segments
  if (first === NO_SEGMENT || second === NO_SEGMENT) return false
  if (!isSparse(segments, first, sparseBytes) || !isSparse(segments, second, sparseBytes)) {
    return false
  }
  return headers.liveBytes(first) + headers.liveBytes(second) <= segmentBytes
}

function isSparse(segments: Segments, segment: SegmentId, sparseBytes: number): boolean {
  const { headers } = segments
  return (
    headers.state(segment) === SegmentState.Live &&
    headers.liveBytes(segment) <= sparseBytes &&
    isEvictable(segments, segment, Pass.Sealed) &&
    !segments.isFlushed(segment)
  )
}

/** Move the items of `second` to `first`; returns whether a segment is free. */
function* join(
  segments: Segments,
  relocation: Relocation,
  first: SegmentId,
  second: SegmentId,
): Walk<boolean> {
  const { headers, holds } = segments
  if (!holds.claim(first)) return false
  let isFree = false
  if (holds.claim(second)) {
    // Links and items may have changed before both were claimed.
    if (headers.next(first) === second) {
      yield* relocation.compact(first)
      yield* relocation.moveLive(second, first)
    }
    isFree = holds.unclaim(second)
  }
  return holds.unclaim(first) || isFree
}
