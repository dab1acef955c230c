/**
 * Caches in process, behind one interface. Keys and values are made before; what a cache needs besides,
 * such as bytes of its own for a value, it makes within the call.
 *
 * @module
 */
import { Entry, Status, SystemClock, type KeyValueStorage } from '@pelikan/core'
import { HashMapStorage } from '@pelikan/storage-hashmap'
import { MISS, Seg, SegStorage } from '@pelikan/storage-seg'
import { LRUCache } from 'lru-cache'
import { type KeySpace, VALUE_BYTES } from './key-space.ts'
import { NUMBER_KEY_BYTES } from './number-key.ts'

export interface Contestant {
  /** Store the value of key `n`. */
  readonly set: (n: number) => void
  /** Read key `n`; returns the first byte of the value, or -1. */
  readonly get: (n: number) => number
  /** Bytes of the value that `get` has read last. */
  readonly last: () => Buffer
}

export type ContestantName =
  | 'SegStorage, bytes'
  | 'Seg, getInto'
  | 'Seg, get'
  | 'lru-cache'
  | 'Map'
  | 'HashMapStorage'

const HEAP_BYTES = 256 * 2 ** 20
/** More than it takes: a million of its items are charged more than 1 GiB. */
const HASH_MAP_BYTES = 4 * 2 ** 30

export const contestants: Readonly<Record<ContestantName, (space: KeySpace) => Contestant>> = {
  'SegStorage, bytes': (space: KeySpace) => bytesToBytes(space, seg()),
  'Seg, getInto': (space: KeySpace) => library(space, true),
  'Seg, get': (space: KeySpace) => library(space, false),
  'lru-cache': lruCache,
  Map: plainMap,
  HashMapStorage: (space: KeySpace) =>
    bytesToBytes(
      space,
      new HashMapStorage({
        memoryLimit: HASH_MAP_BYTES,
        itemSizeMax: 2 ** 20,
        eviction: 'lru',
        clock: new SystemClock(),
      }),
    ),
}

function seg(): SegStorage {
  return new SegStorage({ heapBytes: HEAP_BYTES, clock: new SystemClock(), seed: 1 })
}

/** A key that is bytes, and a value that is copied into a buffer of the caller's. */
function bytesToBytes(space: KeySpace, storage: KeyValueStorage): Contestant {
  const { keys, values } = space
  const entry = new Entry()
  entry.key = keys
  entry.value = values
  const target = Buffer.alloc(VALUE_BYTES)
  return {
    set(n) {
      entry.keyStart = n * NUMBER_KEY_BYTES
      entry.keyEnd = entry.keyStart + NUMBER_KEY_BYTES
      entry.valueStart = space.valueAt(n)
      entry.valueEnd = entry.valueStart + VALUE_BYTES
      if (storage.set(entry) !== Status.Ok) throw new Error('a set was refused')
    },
    get(n) {
      const start = n * NUMBER_KEY_BYTES
      const item = storage.get(keys, start, start + NUMBER_KEY_BYTES)
      if (item === undefined) return -1
      item.bytes.copy(target, 0, item.start, item.end)
      storage.release(item)
      return target[0]!
    },
    last: () => target,
  }
}

/** The library: keys are strings, and `get` gives a new buffer, `getInto` fills the caller's. */
function library(space: KeySpace, isInto: boolean): Contestant {
  const names = space.names()
  const cache = new Seg({ heapBytes: HEAP_BYTES })
  const target = Buffer.alloc(VALUE_BYTES)
  const values = valueViews(space)
  let found: Buffer = target
  return {
    set(n) {
      if (!cache.set(names[n]!, values[space.valueAt(n)]!)) throw new Error('a set was refused')
    },
    get(n) {
      if (isInto) return cache.getInto(names[n]!, target) === MISS ? -1 : target[0]!
      const value = cache.get(names[n]!)
      if (value === undefined) return -1
      found = value
      return value[0]!
    },
    last: () => found,
  }
}

/** A view of each value, made before, by its place. */
function valueViews({ values }: KeySpace): readonly Buffer[] {
  return Array.from({ length: values.length - VALUE_BYTES }, (_, at) =>
    values.subarray(at, at + VALUE_BYTES),
  )
}

/** The value of key `n`, in bytes that the cache may keep. */
function ownValue(space: KeySpace, n: number): Buffer {
  const value = Buffer.allocUnsafe(VALUE_BYTES)
  const start = space.valueAt(n)
  space.values.copy(value, 0, start, start + VALUE_BYTES)
  return value
}

function lruCache(space: KeySpace): Contestant {
  const cache = new LRUCache<string, Buffer>({ max: space.count })
  return ofBuffers(
    space,
    (name, value) => cache.set(name, value),
    (name) => cache.get(name),
  )
}

function plainMap(space: KeySpace): Contestant {
  const map = new Map<string, Buffer>()
  return ofBuffers(
    space,
    (name, value) => map.set(name, value),
    (name) => map.get(name),
  )
}

function ofBuffers(
  space: KeySpace,
  set: (name: string, value: Buffer) => unknown,
  get: (name: string) => Buffer | undefined,
): Contestant {
  const names = space.names()
  let found: Buffer = Buffer.alloc(0)
  return {
    set: (n) => void set(names[n]!, ownValue(space, n)),
    get(n) {
      const value = get(names[n]!)
      if (value === undefined) return -1
      found = value
      return value[0]!
    },
    last: () => found,
  }
}
