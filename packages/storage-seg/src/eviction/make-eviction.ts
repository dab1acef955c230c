import type { Random } from '../random.ts'
import type { Relocation } from '../segments/relocation.ts'
import type { Segments } from '../segments/segments.ts'
import type { EvictionPolicy } from './eviction.ts'
import { MergeEviction, type MergeOptions } from './merge.ts'
import { NoEviction } from './none.ts'
import { S3FifoEviction } from './s3-fifo.ts'
import { WholeSegmentEviction } from './whole-segment.ts'

/** What goes when there is no room; `none` refuses with `NoSpace`. */
export type Eviction =
  | 'none'
  | 'random'
  | 'random-fifo'
  | 'fifo'
  | 'cte'
  | 'util'
  | 'merge'
  | 's3-fifo'

export const EVICTIONS: readonly Eviction[] = [
  'none',
  'random',
  'random-fifo',
  'fifo',
  'cte',
  'util',
  'merge',
  's3-fifo',
]

export interface EvictionOptions extends MergeOptions {
  readonly eviction: Eviction
  /** For `s3-fifo`: fingerprints that are remembered, a power of two of words. */
  readonly ghosts: SharedArrayBuffer
}

export function makeEviction(
  options: EvictionOptions,
  segments: Segments,
  relocation: Relocation,
  random: Random,
): EvictionPolicy {
  switch (options.eviction) {
    case 'none':
      return new NoEviction()
    case 'merge': {
      const fallback = new WholeSegmentEviction('fifo', segments, relocation, random)
      return new MergeEviction({ ...options, segments, relocation, random, fallback })
    }
    case 's3-fifo': {
      const fallback = new WholeSegmentEviction('fifo', segments, relocation, random)
      return new S3FifoEviction(options.ghosts, segments, relocation, fallback)
    }
    default:
      return new WholeSegmentEviction(options.eviction, segments, relocation, random)
  }
}
