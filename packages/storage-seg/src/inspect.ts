/**
 * What a {@link SegStorage} looks like inside, as plain data for people.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import { BUCKET_ITEMS } from './hash-table/bucket-layout.ts'
import {
  NO_DEADLINE,
  NO_SEGMENT,
  SegmentState,
  type SegmentId,
} from './segments/segment-headers.ts'
import type { Segments } from './segments/segments.ts'
import { NEVER_BUCKET, TTL_BUCKETS, ttlBucketEnd } from './segments/ttl-buckets.ts'

export interface SegmentView {
  readonly id: number
  /** `run`: the segment, alone or with others, has one item that is longer than a segment. */
  readonly state: 'free' | 'live' | 'staging' | 'run'
  /** For a run its first segment, which everything else is said of; else -1. */
  readonly run: number
  /** The TTL bucket; -1 where the segment is in none. A run belongs to one, and is not in its list. */
  readonly bucket: number
  readonly liveItems: number
  readonly deadItems: number
  readonly liveBytes: number
  readonly deadBytes: number
  /** Ticks since it was opened; 0 for a free one, and for a run's but the first. */
  readonly age: number
  /** When the last of its items is over; `undefined` where one has no end, and for a free segment. */
  readonly lastDeadline: Tick | undefined
}

export interface BucketView {
  readonly bucket: number
  /** Every TTL of the bucket is shorter than this many seconds. */
  readonly ttlEnd: number
  /** For `s3-fifo`, whether this is the part of the bucket in the main queue. */
  readonly main: boolean
  /** From the oldest to the tail. */
  readonly segments: readonly number[]
}

export interface SegView {
  readonly segmentBytes: number
  readonly segments: readonly SegmentView[]
  /** Those that are not empty. */
  readonly buckets: readonly BucketView[]
  readonly table: {
    readonly primaryBuckets: number
    readonly overflowBuckets: number
    readonly unusedOverflowBuckets: number
    /** Items that fit. */
    readonly slots: number
  }
}

const STATES = {
  [SegmentState.Free]: 'free',
  [SegmentState.Live]: 'live',
  [SegmentState.Staging]: 'staging',
  [SegmentState.Run]: 'run',
  [SegmentState.Rest]: 'run',
} as const

export function view(segments: Segments): SegView {
  const { headers, lists, table } = segments
  const buckets: BucketView[] = []
  for (let list = 0; list < lists.count; list++) {
    if (lists.segments(list) === 0) continue
    const ids: number[] = []
    for (let id = lists.head(list); id !== NO_SEGMENT; id = headers.next(id)) ids.push(id)
    const bucket = list % TTL_BUCKETS
    const ttlEnd = bucket === NEVER_BUCKET ? Infinity : ttlBucketEnd(bucket)
    buckets.push({ bucket, ttlEnd, main: list >= TTL_BUCKETS, segments: ids })
  }
  return {
    segmentBytes: segments.segmentBytes,
    segments: Array.from({ length: segments.count }, (_, i) =>
      viewSegment(segments, (i + 1) as SegmentId),
    ),
    buckets,
    table: {
      primaryBuckets: table.primaryBuckets,
      overflowBuckets: table.buckets - table.primaryBuckets,
      unusedOverflowBuckets: table.chains.unusedBuckets(),
      slots: table.buckets * BUCKET_ITEMS,
    },
  }
}

function viewSegment({ clock, headers }: Segments, id: SegmentId): SegmentView {
  const state = headers.state(id)
  const isLive = headers.holdsItems(id)
  const isRun = state === SegmentState.Run || state === SegmentState.Rest
  const last = headers.lastDeadline(id)
  return {
    id,
    state: STATES[state],
    run: isRun ? headers.headOf(id) : -1,
    bucket: isLive ? headers.list(id) % TTL_BUCKETS : -1,
    liveItems: headers.liveItems(id),
    deadItems: headers.items(id) - headers.liveItems(id),
    liveBytes: headers.liveBytes(id),
    deadBytes: headers.writeEnd(id) - headers.liveBytes(id),
    age:
      state === SegmentState.Free || state === SegmentState.Rest
        ? 0
        : clock.now - headers.createdAt(id),
    lastDeadline: isLive && last !== NO_DEADLINE ? last : undefined,
  }
}
