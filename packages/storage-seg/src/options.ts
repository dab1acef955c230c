/**
 * What a {@link SegStorage} is made with, and what of that cannot work.
 *
 * @module
 */
import type { Clock } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import { SegError } from './errors.ts'
import type { KeyHash } from './hash-table/key-hash.ts'
import { EVICTIONS, type Eviction } from './eviction/make-eviction.ts'

export interface SegOptions {
  /** Bytes of memory for everything: segments, their headers, the hash table. */
  readonly heapBytes: number
  /**
   * Bytes of a segment; a multiple of 4 from 64 to 4 MiB. By default the power of two that is a 512th of
   * `heapBytes`, or less than twice that in it, from 32 KiB to 1 MiB.
   */
  readonly segmentBytes?: number
  /**
   * Most bytes of key and value together; a client's flags, unless 0, count 4. By default 1 MiB less 13, or what half
   * of the segments hold where that is less, and at least what one holds. An item that is longer than a segment has
   * neighbouring ones to itself.
   */
  readonly itemSizeMax?: number
  /** Segments, in place of as many as fit: then `heapBytes` limits nothing. */
  readonly segments?: number
  /** Slots of the hash table, as a power of two. By default what suits the memory. */
  readonly hashPower?: number
  /** Overflow buckets of the table for each primary one. By default what suits the memory. */
  readonly overflowFactor?: number
  /** By default `merge`. */
  readonly eviction?: Eviction
  /** Merge: segments that become one, where all are alike. By default 4. */
  readonly mergeTarget?: number
  /** Merge: most segments that become one. By default 8. */
  readonly mergeMax?: number
  /**
   * Merge: a segment that is filled to less than one part in this many is joined with its neighbour
   * when an item is deleted from it. By default 2; 0 for never.
   */
  readonly compactTarget?: number
  /**
   * Merge: where more than this part of the segments has never been merged, the oldest of those are merged
   * first. By default 0.2; 1 for the order of the paper, in which every list has its turn.
   */
  readonly mergeYoung?: number
  /**
   * Segments to keep free, by evicting a little with each write rather than much when the last is full; 0
   * for never. By default 0 where there are fewer than 32 segments, else 1 and another for every 64.
   */
  readonly spareSegments?: number
  /**
   * Whether to ask the system for large pages, which only Linux has: gets from gigabytes are faster, the first
   * write to each 2 MiB takes longer. By default not. Where there are none, a warning says so.
   */
  readonly hugePages?: boolean
  readonly clock: Clock
  /** A block that `segMetrics` is one of; without it the storage counts for itself. */
  readonly metrics?: Metrics
  /** The row of `metrics` to count in. */
  readonly row?: number
  /** Hashes keys. By default under a secret of the process. */
  readonly hash?: KeyHash
  /** What the choices of `random` and of merges begin with. By default drawn. */
  readonly seed?: number
}

/** Options that can work, with every default filled in but those that the memory decides. */
export interface CheckedOptions {
  readonly heapBytes: number
  readonly segmentBytes: number
  readonly itemSizeMax: number | undefined
  readonly eviction: Eviction
  readonly mergeTarget: number
  readonly mergeMax: number
  readonly compactTarget: number
  readonly mergeYoung: number
}

const MIB = 1024 * 1024
/** An offset in a slot has 20 bits and counts words. */
const SEGMENT_BYTES_MAX = 4 * MIB
const SEGMENT_BYTES_MIN = 64
/** A policy can choose between so many; more cost the items that do not fit the end of one. */
const SEGMENTS_SUITED = 512
const SEGMENT_BYTES_SUITED_MIN = 32 * 1024
const SEGMENT_BYTES_SUITED_MAX = MIB
/** An item has its length in 31 bits, and lies in one slab. */
const ITEM_SIZE_MAX = 2 ** 30
/** A segment id has 24 bits. */
export const SEGMENTS_MAX: number = 2 ** 24 - 1
/** Fewer cannot hold an item and make room for another. */
export const SEGMENTS_MIN = 2
/** 3 is one bucket. The index of a word of the table has 31 bits. */
const HASH_POWER_MIN = 3
const HASH_POWER_MAX = 29
const OVERFLOW_FACTOR_MAX = 16
const MERGE_TARGET_MIN = 2

/** @throws SegError `PELIKAN_SEG_INVALID_OPTION` */
export function checkOptions(options: SegOptions): CheckedOptions {
  const { heapBytes, itemSizeMax, eviction = 'merge' } = options
  const { segmentBytes = suitedSegmentBytes(heapBytes) } = options
  const { mergeTarget = 4, mergeMax = 8, compactTarget = 2, mergeYoung = 0.2 } = options
  checkWhole('heapBytes', heapBytes, 1, Number.MAX_SAFE_INTEGER)
  checkWhole('segmentBytes', segmentBytes, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX)
  if (segmentBytes % 4 !== 0) {
    throw invalidOption(`segmentBytes is ${segmentBytes}; it must be a multiple of 4`)
  }
  if (itemSizeMax !== undefined) checkWhole('itemSizeMax', itemSizeMax, 1, ITEM_SIZE_MAX)
  if (options.segments !== undefined) {
    checkWhole('segments', options.segments, SEGMENTS_MIN, SEGMENTS_MAX)
  }
  if (options.hashPower !== undefined) {
    checkWhole('hashPower', options.hashPower, HASH_POWER_MIN, HASH_POWER_MAX)
  }
  const { overflowFactor = 0 } = options
  if (!(overflowFactor >= 0 && overflowFactor <= OVERFLOW_FACTOR_MAX)) {
    throw invalidOption(
      `overflowFactor is ${overflowFactor}; it must be from 0 to ${OVERFLOW_FACTOR_MAX}`,
    )
  }
  if (!EVICTIONS.includes(eviction)) {
    throw invalidOption(`eviction is "${eviction}"; it must be one of ${EVICTIONS.join(', ')}`)
  }
  if (options.spareSegments !== undefined)
    checkWhole('spareSegments', options.spareSegments, 0, 1024)
  checkWhole('mergeTarget', mergeTarget, MERGE_TARGET_MIN, 64)
  checkWhole('mergeMax', mergeMax, Math.max(mergeTarget, 3), 256)
  checkWhole('compactTarget', compactTarget, 0, 64)
  if (!(mergeYoung >= 0 && mergeYoung <= 1)) {
    throw invalidOption(`mergeYoung is ${mergeYoung}; it must be from 0 to 1`)
  }
  const merging = { mergeTarget, mergeMax, compactTarget, mergeYoung }
  return { heapBytes, segmentBytes, itemSizeMax, eviction, ...merging }
}

function suitedSegmentBytes(heapBytes: number): number {
  const suited = 2 ** Math.floor(Math.log2(Math.max(heapBytes / SEGMENTS_SUITED, 1)))
  return Math.min(Math.max(suited, SEGMENT_BYTES_SUITED_MIN), SEGMENT_BYTES_SUITED_MAX)
}

export function invalidOption(message: string): SegError {
  return new SegError('PELIKAN_SEG_INVALID_OPTION', message)
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw invalidOption(`${name} is ${value}; it must be a whole number from ${least} to ${most}`)
}
