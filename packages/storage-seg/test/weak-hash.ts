import type { KeyHash } from '@pelikan/storage-seg'

/** Every key to one of `buckets` buckets, all with one tag: only the bytes tell keys apart. */
export class WeakHash implements KeyHash {
  low = 0
  high = 0
  readonly #buckets: number

  constructor(buckets = 2) {
    this.#buckets = buckets
  }

  compute(bytes: Buffer, start: number, end: number): void {
    let sum = 0
    for (let i = start; i < end; i++) sum += bytes[i]
    this.low = sum % this.#buckets
    this.high = 0
  }
}
