/**
 * What a storage that keeps its items in segments shows of them while it runs, as columns of small numbers:
 * a thousand segments are some 10 KB of JSON.
 *
 * @module
 */

/** In place of a TTL bucket. */
export const SegmentKind = {
  /** Holds nothing. */
  Free: -1,
  /** Holds values that are still arriving. */
  Staging: -2,
} as const

/** The segments that have one TTL bucket. */
export interface TtlRow {
  readonly bucket: number
  /** Every TTL of the bucket is shorter than this many seconds; `null` where there is no end. */
  readonly ttlEnd: number | null
  readonly segments: number
  readonly liveItems: number
  readonly liveBytes: number
  /** Bytes of items that are gone and still take room. */
  readonly deadBytes: number
}

export interface SegmentMap {
  readonly segmentBytes: number
  /** How many segments there are. */
  readonly count: number
  /** Every `step`-th of them is in the columns, from the first on. */
  readonly step: number
  /** The TTL bucket of each, or a {@link SegmentKind}. */
  readonly buckets: readonly number[]
  /** Percent of each segment that items take. */
  readonly live: readonly number[]
  /** Percent of each that items take which are gone. */
  readonly dead: readonly number[]
  /** Seconds until the last item of each is over, 0 where it is; -1 where it has no end. */
  readonly left: readonly number[]
  /** Places in the columns of segments that are what a merge has kept. */
  readonly merged: readonly number[]
  /** Of all segments, those of the columns or not; shorter TTLs first. */
  readonly ttls: readonly TtlRow[]
  readonly free: number
  readonly staging: number
}
