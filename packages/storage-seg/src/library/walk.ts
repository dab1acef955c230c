/**
 * Goes through a cache while it changes. In memory are the keys of one bucket, at most 119, and one value: values
 * are looked up when they are met, so that a large bucket of large values is not copied at once.
 *
 * @module
 */
import type { SegStorage } from '../seg-storage.ts'

/**
 * Every key, the caller's own. One that is met may be gone already.
 *
 * @param look called before each look at the storage
 */
export function* walkKeys(
  storage: SegStorage,
  look: () => void,
): Generator<Buffer, undefined, undefined> {
  for (let bucket = 0; bucket < storage.buckets; bucket++) {
    look()
    yield* keysOf(storage, bucket)
  }
}

/** Every key with the value that it has when it is met, both the caller's own; else as {@link walkKeys}. */
export function* walkEntries(
  storage: SegStorage,
  look: () => void,
): Generator<[Buffer, Buffer], undefined, undefined> {
  for (let bucket = 0; bucket < storage.buckets; bucket++) {
    look()
    for (const key of keysOf(storage, bucket)) {
      look()
      const value = valueOf(storage, bucket, key)
      if (value !== undefined) yield [key, value]
    }
  }
}

function keysOf(storage: SegStorage, bucket: number): Buffer[] {
  const keys: Buffer[] = []
  storage.scan(bucket, ({ bytes, keyEnd, keyStart }) => {
    keys.push(copyOf(bytes, keyStart, keyEnd))
  })
  return keys
}

function valueOf(storage: SegStorage, bucket: number, key: Buffer): Buffer | undefined {
  let value: Buffer | undefined
  storage.scan(bucket, ({ bytes, end, keyEnd, keyStart, start }) => {
    if (key.compare(bytes, keyStart, keyEnd) === 0) value = copyOf(bytes, start, end)
  })
  return value
}

function copyOf(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start)
  bytes.copy(copy, 0, start, end)
  return copy
}
