import type { Walk } from '../segments/relocation.ts'
import type { EvictionPolicy } from './eviction.ts'

/** Nothing is evicted: a full storage refuses. */
export class NoEviction implements EvictionPolicy {
  // oxlint-disable-next-line require-yield -- there is nothing to do in parts
  *evict(): Walk<boolean> {
    return false
  }

  tidy(): undefined {}

  listFor(bucket: number): number {
    return bucket
  }
}
