/**
 * What a merge keeps of a segment: an item is dropped where its reads per relative size are at most a cut-off, which is
 * adjusted after each tenth of the segment so that a quarter (`1 / mergeTarget`) of the bytes stays, and which the next
 * segment begins with.
 *
 * @module
 */
import { NO_SLOT } from '../hash-table/hash-table.ts'
import { Reason } from '../segments/drop-reason.ts'
import type { Relocation, Walk } from '../segments/relocation.ts'
import type { SegmentId } from '../segments/segment-headers.ts'
import type { Segments } from '../segments/segments.ts'

const PARTS = 10
/** The cut-off is adjusted where what stays is off by more than this part of the ratio. */
const TOLERANCE = 0.5
/** An adjustment at most halves the cut-off: one that is 0 would never rise again. */
const STEP_MIN = 0.5

/**
 * Drop the items of a segment that are read least, until about `ratio` of a segment is left.
 *
 * @returns the cut-off for the next segment
 */
export function* prune(
  segments: Segments,
  relocation: Relocation,
  segment: SegmentId,
  cutoffBefore: number,
  ratio: number,
): Walk<number> {
  const { headers, table, segmentBytes } = segments
  const now = segments.clock.now
  const live = headers.liveBytes(segment)
  const toDrop = live - Math.floor(segmentBytes * ratio)
  const meanSize = live / Math.max(headers.liveItems(segment), 1)
  let cutoff = (1 + cutoffBefore) / 2
  let scanned = 0
  let dropped = 0
  let retained = 0
  let part = 1

  const end = headers.writeEnd(segment)
  for (let offset = 0; offset < end;) {
    const slot = segments.openAt(segment, offset)
    const size = segments.sizeAt(segment, offset)
    if (slot === NO_SLOT) {
      // Dead.
    } else if (segments.isOver(segment, offset, now)) {
      segments.drop(slot, Reason.Expire)
    } else {
      scanned += size
      if (scanned >= part * (segmentBytes / PARTS)) {
        part++
        const off = (retained / scanned - ratio) / ratio
        if (Math.abs(off) > TOLERANCE) cutoff *= Math.max(1 + off, STEP_MIN)
      }
      const weighed = table.reads.frequencyAt(slot) / (size / meanSize)
      if (dropped < toDrop && weighed <= cutoff) {
        segments.drop(slot, Reason.Evict)
        dropped += size
      } else {
        retained += size
      }
    }
    table.close()
    offset += size
    if (relocation.hasWalked(size)) yield
  }
  return cutoff
}
