/**
 * Divides a memory limit, so that everything together stays inside it.
 *
 * ```text
 *   | segments ......................................... | headers | lists | table | ghosts |
 *     as many as fit                                       64 each   16 KiB  10 %
 * ```
 *
 * The table has a bucket for every 680 bytes of the memory. Chains fill their last bucket in part, so
 * a bucket holds about 5 of its 7 items, and the table is full with items of 120 bytes. Primary
 * buckets are a power of two, between five and ten of every fourteen; the others are for overflow.
 *
 * @module
 */
import { BUCKET_ITEMS } from './hash-table/bucket-layout.ts'
import { BUCKET_BYTES } from './hash-table/hash-table.ts'
import {
  invalidOption,
  SEGMENTS_MAX,
  SEGMENTS_MIN,
  type CheckedOptions,
  type SegOptions,
} from './options.ts'
import { ITEM_HEADER } from './item/item-layout.ts'
import { SEGMENT_HEADER_BYTES } from './segments/segment-headers.ts'
import { SEGMENT_LIST_BYTES } from './segments/segment-lists.ts'
import type { ItemLimits } from './segments/segments.ts'
import { segmentsPerSlab } from './segments/slabs.ts'
import { TTL_BUCKETS } from './segments/ttl-buckets.ts'

/** How a memory limit is divided. */
export interface Sizing {
  readonly segments: number
  readonly limits: ItemLimits
  readonly primaryBuckets: number
  readonly overflowBuckets: number
  readonly lists: number
  /** A power of two; 0 where the policy has none. */
  readonly ghosts: number
  /** Bytes of everything together. */
  readonly totalBytes: number
  /** What works, but not well, and what would. */
  readonly warnings: readonly string[]
}

/** A bucket for every so many bytes of the memory. */
const BYTES_PER_BUCKET = 680
/** Buckets are filled unevenly, so this much for each primary one is the least to overflow into. */
const OVERFLOW_FACTOR_MIN = 0.4
/** Where the number of primary buckets was asked for; Pelikan's default. */
const OVERFLOW_FACTOR = 1
/** Slots of a bucket of the table, as a power of two: one is taken by what is known of the bucket. */
const BUCKET_POWER = 3
/** Fewer slots for so many bytes of segments, and the table is full before they are. */
const WARN_ITEM_BYTES = 1024
/** What an item takes in its segment beside key, value and a client's flags: room for a deadline. */
const ITEM_BOOKS: number = ITEM_HEADER + 4
/** The largest item by default, as memcached's. */
const ITEM_BYTES = 2 ** 20
/** Values arrive in one part in this many of the segments while another has a run. */
const OTHERS_SHARE = 8
/** Smaller tables cannot be had, larger ones have no index. */
const BUCKETS_MAX = 2 ** 27

/** What the memory is spent on beside segments. */
interface Books {
  readonly primaryBuckets: number
  readonly overflowBuckets: number
  readonly lists: number
  readonly ghosts: number
  readonly bytes: number
}

/** @throws SegError `PELIKAN_SEG_INVALID_OPTION` where the memory does not hold the least that works */
export function divideMemory(options: SegOptions, checked: CheckedOptions): Sizing {
  const { heapBytes, segmentBytes } = checked
  const books = booksFor(options, checked, heapBytes)
  const { primaryBuckets, overflowBuckets, lists, ghosts } = books
  const buckets = primaryBuckets + overflowBuckets
  if (buckets > BUCKETS_MAX) throw invalidOption(`a hash table of ${buckets} buckets is too large`)
  const perSegment = segmentBytes + SEGMENT_HEADER_BYTES
  const segments = options.segments ?? Math.floor((heapBytes - books.bytes) / perSegment)
  if (segments < SEGMENTS_MIN) {
    throw invalidOption(
      `heapBytes is ${heapBytes}; ${SEGMENTS_MIN} segments of ${segmentBytes} bytes, one to make ` +
        `room for the other, their table and the lists need ${leastFor(options, checked)}. ` +
        'Give more memory or smaller segments.',
    )
  }
  if (segments > SEGMENTS_MAX) {
    throw invalidOption(
      `heapBytes is ${heapBytes}; in segments of ${segmentBytes} bytes that makes ${segments}, and ` +
        `${SEGMENTS_MAX} can be told apart. Give less memory or larger segments.`,
    )
  }
  return {
    segments,
    limits: limitsFor(segments, checked),
    primaryBuckets,
    overflowBuckets,
    lists,
    ghosts,
    totalBytes: books.bytes + segments * perSegment,
    warnings: warningsFor(options, segments * segmentBytes, buckets),
  }
}

/** @throws SegError `PELIKAN_SEG_INVALID_OPTION` where the largest item leaves no room for others */
function limitsFor(segments: number, { itemSizeMax, segmentBytes }: CheckedOptions): ItemLimits {
  const half = Math.floor(segments / 2) * segmentBytes
  const suited = Math.max(segmentBytes, Math.min(ITEM_BYTES, half))
  const size = itemSizeMax ?? suited - ITEM_BOOKS
  // A value of 2^24 bytes or more takes another byte.
  const bytes = size + ITEM_BOOKS + (size >>> 24 === 0 ? 0 : 1)
  const runMax = Math.ceil(bytes / segmentBytes)
  const most = Math.max(1, Math.min(segments - othersOf(segments), segmentsPerSlab(segmentBytes)))
  if (runMax <= most) return { itemSizeMax: size, runMax }
  throw invalidOption(
    `itemSizeMax is ${size}; of ${segments} segments of ${segmentBytes} bytes ${most} may have one item, ` +
      `which is at most ${most * segmentBytes - ITEM_BOOKS}. Give more memory or smaller items.`,
  )
}

/** Segments that the longest run leaves to others: those where values arrive meanwhile, and one. */
function othersOf(segments: number): number {
  return Math.ceil(segments / OTHERS_SHARE) + 1
}

function booksFor(options: SegOptions, { eviction }: CheckedOptions, heapBytes: number): Books {
  const suited = bucketsFor(heapBytes)
  const { hashPower } = options
  const primaryBuckets = hashPower === undefined ? suited.primary : 2 ** (hashPower - BUCKET_POWER)
  const { overflowFactor = hashPower === undefined ? undefined : OVERFLOW_FACTOR } = options
  const overflowBuckets =
    overflowFactor === undefined ? suited.overflow : Math.ceil(primaryBuckets * overflowFactor)
  const lists = eviction === 's3-fifo' ? 2 * TTL_BUCKETS : TTL_BUCKETS
  const ghosts = eviction === 's3-fifo' ? primaryBuckets * 4 : 0
  const bytes =
    (primaryBuckets + overflowBuckets) * BUCKET_BYTES +
    lists * SEGMENT_LIST_BYTES +
    ghosts * 4 +
    SEGMENT_HEADER_BYTES
  return { primaryBuckets, overflowBuckets, lists, ghosts, bytes }
}

/** The least memory that works. The table grows with the memory, so it takes a few steps to get there. */
function leastFor(options: SegOptions, checked: CheckedOptions): number {
  const segments = SEGMENTS_MIN * (checked.segmentBytes + SEGMENT_HEADER_BYTES)
  let least = 0
  for (let needed = segments; needed > least;) {
    least = needed
    needed = booksFor(options, checked, least).bytes + segments
  }
  return least
}

function bucketsFor(heapBytes: number): { readonly primary: number; readonly overflow: number } {
  const all = Math.min(Math.ceil(heapBytes / BYTES_PER_BUCKET), BUCKETS_MAX)
  const primary = 2 ** Math.max(Math.floor(Math.log2(all / (1 + OVERFLOW_FACTOR_MIN))), 0)
  return { primary, overflow: Math.max(all - primary, 0) }
}

function warningsFor(options: SegOptions, itemBytes: number, buckets: number): string[] {
  const slots = buckets * BUCKET_ITEMS
  if (options.hashPower === undefined || itemBytes / slots <= WARN_ITEM_BYTES) return []
  const better = BUCKET_POWER + Math.log2(bucketsFor(options.heapBytes).primary)
  return [
    `hashPower ${options.hashPower} makes a table of ${slots} items for ${itemBytes} bytes: items of ` +
      `less than ${Math.floor(itemBytes / slots)} bytes do not fill the memory; ${better} suits it`,
  ]
}
