import { NO_BUCKET } from './bucket-layout.ts'
import type { Control } from '../control.ts'

/**
 * The buckets behind the primary ones, each in a chain or unused, and the links of both: a word per
 * bucket, the next one of its chain or of the unused ones.
 */
export class OverflowBuckets {
  readonly #links: Int32Array
  readonly #control: Control

  /** @param links a word for every bucket, primary ones too, all 0 */
  constructor(links: Int32Array, control: Control) {
    this.#links = links
    this.#control = control
  }

  /** All of them, from `first` to the last bucket, are unused. */
  begin(first: number): void {
    const last = this.#links.length - 1
    this.#control.unusedBucket = first > last ? NO_BUCKET : first
    for (let bucket = first; bucket < last; bucket++) this.#links[bucket] = bucket + 1
  }

  /** The bucket behind `bucket`. */
  next(bucket: number): number {
    return this.#links[bucket]
  }

  /** Put an unused bucket behind `last`; returns it, or `NO_BUCKET` where all are in chains. */
  append(last: number): number {
    const { segmentLock } = this.#control
    segmentLock.acquire()
    const bucket = this.#control.unusedBucket
    if (bucket !== NO_BUCKET) {
      this.#control.unusedBucket = this.#links[bucket]
      this.#links[bucket] = NO_BUCKET
      this.#links[last] = bucket
    }
    segmentLock.release()
    return bucket
  }

  /** Take the empty bucket `last`, which is behind `before`, off its chain. */
  remove(before: number, last: number): void {
    const { segmentLock } = this.#control
    segmentLock.acquire()
    this.#links[before] = NO_BUCKET
    this.#links[last] = this.#control.unusedBucket
    this.#control.unusedBucket = last
    segmentLock.release()
  }

  /** How many are in no chain. */
  unused(): number {
    let count = 0
    for (let bucket = this.#control.unusedBucket; bucket !== NO_BUCKET; count++) {
      bucket = this.#links[bucket]
    }
    return count
  }
}
