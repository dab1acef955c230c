/**
 * Segments by the time that their items have left, so that what expires together lies together.
 *
 * ```text
 *   bucket   0 ..  255   width      8 s    ttl below      2,048 s      ttl / width, rounded down
 *   bucket 256 ..  511   width    128 s    ttl below     32,768 s      (the first 16 of each tier but
 *   bucket 512 ..  767   width  2,048 s    ttl below    524,288 s      the first stay empty)
 *   bucket 768 .. 1023   width 32,768 s    and everything longer
 *   bucket 1024          items that never expire
 * ```
 *
 * The tiers are Pelikan's (`ttl_buckets`), where a bucket also decides how long an item lives; here
 * every item has a deadline of its own, and the bucket only groups.
 *
 * @module
 */
import { NEVER, TICKS_PER_SECOND, type Tick } from '@pelikan/core'
import { NO_DEADLINE } from './segment-headers.ts'

/** TTL buckets, the one for items that never expire included. */
export const TTL_BUCKETS = 1025
/** The bucket of items that never expire. */
export const NEVER_BUCKET = 1024

const TIER_BUCKETS = 256
const TIER_SHIFTS = [3, 7, 11, 15] as const
const LAST_TTL_BUCKET = 1023
/** Seconds: a TTL of this or more is in the last bucket. */
const TTL_END = 2 ** 23

/** The bucket for a TTL of `seconds`, 1 or more. */
export function ttlBucket(seconds: number): number {
  if (seconds < 2 ** 11) return seconds >> TIER_SHIFTS[0]
  if (seconds < 2 ** 15) return TIER_BUCKETS + (seconds >> TIER_SHIFTS[1])
  if (seconds < 2 ** 19) return TIER_BUCKETS * 2 + (seconds >> TIER_SHIFTS[2])
  if (seconds < TTL_END) return TIER_BUCKETS * 3 + (seconds >> TIER_SHIFTS[3])
  return LAST_TTL_BUCKET
}

/** The bucket for an item that is written now. */
export function bucketForDeadline(deadline: Tick, now: Tick): number {
  if (deadline === NEVER) return NEVER_BUCKET
  return ttlBucket(Math.ceil((deadline - now) / TICKS_PER_SECOND))
}

/** Seconds: every TTL of the bucket is shorter; `Infinity` for the last two. */
export function ttlBucketEnd(bucket: number): number {
  if (bucket >= LAST_TTL_BUCKET) return Infinity
  const tier = (bucket / TIER_BUCKETS) | 0
  return ((bucket % TIER_BUCKETS) + 1) << TIER_SHIFTS[tier]
}

/** A tick has 31 bits: a later one, 6.8 years after the clock began, is the last. */
export function withinTicks(deadline: Tick): Tick {
  return Math.min(deadline, NO_DEADLINE - 1)
}

/** The latest deadline that belongs into a segment of `bucket` opened at `createdAt`. */
export function horizon(bucket: number, createdAt: Tick): Tick {
  const end = ttlBucketEnd(bucket) * TICKS_PER_SECOND
  return Math.min(createdAt + end, NO_DEADLINE)
}
