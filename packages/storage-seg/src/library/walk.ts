/**
 * Goes through a cache while it changes. In memory are the keys of one bucket, at most 119, and one value: values
 * are looked up when they are met, so that a large bucket of large values is not copied at once.
 *
 * @module
 */
import type { ScannedItem } from '../scan.ts'

/** What is gone through. */
export interface Walked {
  readonly buckets: number
  readonly scan: (bucket: number, visit: (item: ScannedItem) => void) => void
}

/** Every key, the caller's own. One that is met may be gone already. */
export function* walkKeys(walked: Walked): Generator<Buffer, undefined, undefined> {
  for (let bucket = 0; bucket < walked.buckets; bucket++) yield* keysOf(walked, bucket)
}

/** Every key with the value that it has when it is met, both the caller's own. */
export function* walkEntries(walked: Walked): Generator<[Buffer, Buffer], undefined, undefined> {
  for (let bucket = 0; bucket < walked.buckets; bucket++) {
    for (const key of keysOf(walked, bucket)) {
      const value = valueOf(walked, bucket, key)
      if (value !== undefined) yield [key, value]
    }
  }
}

function keysOf(walked: Walked, bucket: number): Buffer[] {
  const keys: Buffer[] = []
  walked.scan(bucket, ({ bytes, keyEnd, keyStart }) => {
    keys.push(copyOf(bytes, keyStart, keyEnd))
  })
  return keys
}

function valueOf(walked: Walked, bucket: number, key: Buffer): Buffer | undefined {
  let value: Buffer | undefined
  walked.scan(bucket, ({ bytes, end, keyEnd, keyStart, start }) => {
    if (key.compare(bytes, keyStart, keyEnd) === 0) value = copyOf(bytes, start, end)
  })
  return value
}

function copyOf(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start)
  bytes.copy(copy, 0, start, end)
  return copy
}
