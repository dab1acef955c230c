/**
 * The segments as a {@link SegmentMap}, read while others write: no lock is taken, so that looking costs
 * the writers nothing, and a segment that changes meanwhile is shown half before and half after.
 *
 * @module
 */
import { SegmentKind, type SegmentMap, TICKS_PER_SECOND, type TtlRow } from '@pelikan/core'
import { NO_DEADLINE, SegmentState, type SegmentId } from './segments/segment-headers.ts'
import type { Segments } from './segments/segments.ts'
import { TTL_BUCKETS, ttlBucketEnd } from './segments/ttl-buckets.ts'

/** Segments that are shown one by one. */
const SHOWN_MAX = 4096

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

export function segmentMap(segments: Segments): SegmentMap {
  const { count, headers, segmentBytes } = segments
  const step = Math.ceil(count / SHOWN_MAX)
  const columns = {
    buckets: [] as number[],
    live: [] as number[],
    dead: [] as number[],
    left: [] as number[],
    merged: [] as number[],
  }
  const rows = new Map<number, Mutable<TtlRow>>()
  let free = 0
  let staging = 0
  for (let at = 0; at < count; at++) {
    const id = (at + 1) as SegmentId
    // What is known of a run is in its first segment, its bytes are in all.
    const head = headers.headOf(id)
    const kind = kindOf(segments, head)
    const before = (id - head) * segmentBytes
    const liveBytes = within(headers.liveBytes(head) - before, segmentBytes)
    const deadBytes = Math.max(within(headers.writeEnd(head) - before, segmentBytes) - liveBytes, 0)
    if (kind === SegmentKind.Free) free++
    else if (kind === SegmentKind.Staging) staging++
    else addTo(rows, kind, id === head ? headers.liveItems(id) : 0, liveBytes, deadBytes)
    if (at % step > 0) continue
    const isFree = kind === SegmentKind.Free
    if (kind >= 0 && headers.isMerged(head)) columns.merged.push(columns.buckets.length)
    columns.buckets.push(kind)
    columns.live.push(isFree ? 0 : percent(liveBytes, segmentBytes))
    columns.dead.push(isFree ? 0 : percent(deadBytes, segmentBytes))
    columns.left.push(kind < 0 ? -1 : secondsLeft(segments, head))
  }
  const ttls = [...rows.values()].toSorted((a, b) => a.bucket - b.bucket)
  return { segmentBytes, count, step, ...columns, ttls, free, staging }
}

function kindOf({ headers }: Segments, id: SegmentId): number {
  const state = headers.state(id)
  if (headers.holdsItems(id)) return headers.list(id) % TTL_BUCKETS
  return state === SegmentState.Free ? SegmentKind.Free : SegmentKind.Staging
}

function addTo(
  rows: Map<number, Mutable<TtlRow>>,
  bucket: number,
  liveItems: number,
  liveBytes: number,
  deadBytes: number,
): void {
  const row = rows.get(bucket)
  if (row === undefined) {
    const end = ttlBucketEnd(bucket)
    const ttlEnd = end === Infinity ? null : end
    rows.set(bucket, { bucket, ttlEnd, segments: 1, liveItems, liveBytes, deadBytes })
    return
  }
  row.segments++
  row.liveItems += liveItems
  row.liveBytes += liveBytes
  row.deadBytes += deadBytes
}

/** From 0 to `most`. */
function within(bytes: number, most: number): number {
  return Math.min(Math.max(bytes, 0), most)
}

function percent(part: number, whole: number): number {
  return Math.min(Math.round((100 * part) / whole), 100)
}

function secondsLeft({ clock, headers }: Segments, id: SegmentId): number {
  const last = headers.lastDeadline(id)
  if (last === NO_DEADLINE) return -1
  return Math.max(Math.ceil((last - clock.now) / TICKS_PER_SECOND), 0)
}
