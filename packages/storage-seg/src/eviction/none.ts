import type { EvictionPolicy } from './eviction.ts'

/** Nothing is evicted: a full storage refuses. */
export class NoEviction implements EvictionPolicy {
  evict(): boolean {
    return false
  }

  removedFrom(): void {}

  listFor(bucket: number): number {
    return bucket
  }
}
