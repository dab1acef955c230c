/** A storage with 100,000 keys, asked in no order. */
import { equal } from 'node:assert/strict'
import { Entry, type KeyValueStorage, Status, SystemClock } from '@pelikan/core'
import { HashMapStorage } from '@pelikan/storage-hashmap'
import type { BenchCase, BenchCases } from './bench-case.ts'

const KEYS = 100_000
const VALUE_BYTES = 64
const COUNT = 1000
/** Prime to {@link KEYS}: every key once, far from the one before. */
const STRIDE = 61_803

export const storageCases: BenchCases = {
  'storage/get, 100k keys/HashMapStorage': () => getting(hashMap()),
  'storage/set, 100k keys/HashMapStorage': () => setting(hashMap()),
}

function hashMap(): KeyValueStorage {
  const memoryLimit = 256 * 2 ** 20
  return new HashMapStorage({
    memoryLimit,
    itemSizeMax: 2 ** 20,
    eviction: 'lru',
    clock: new SystemClock(),
  })
}

const KEY_BYTES = 'bench:'.length + 6
const keys = Buffer.from(
  Array.from({ length: KEYS }, (_, i) => `bench:${String(i).padStart(6, '0')}`).join(''),
  'latin1',
)

/** An entry for key `i`, in one object, with a value that tells the key. */
function fill(entry: Entry, i: number): void {
  entry.key = keys
  entry.keyStart = i * KEY_BYTES
  entry.keyEnd = entry.keyStart + KEY_BYTES
  entry.value = keys
  entry.valueStart = i
  entry.valueEnd = i + VALUE_BYTES
}

function setting(storage: KeyValueStorage): BenchCase {
  const entry = new Entry()
  let at = 0
  const run = (): number => {
    let stored = 0
    for (let i = 0; i < COUNT; i++) {
      at = (at + STRIDE) % KEYS
      fill(entry, at)
      if (storage.set(entry) === Status.Ok) stored++
    }
    return stored
  }
  return {
    operations: COUNT,
    check() {
      for (let i = 0; i < KEYS / COUNT; i++) equal(run(), COUNT)
    },
    run,
  }
}

function getting(storage: KeyValueStorage): BenchCase {
  let at = 0
  const find = (key: number): number => {
    const item = storage.get(keys, key * KEY_BYTES, (key + 1) * KEY_BYTES)
    if (item === undefined) return -1
    const first = item.bytes[item.start]!
    storage.release(item)
    return first
  }
  return {
    operations: COUNT,
    check() {
      setting(storage).check()
      for (let key = 0; key < KEYS; key++) equal(find(key), keys[key])
    },
    run() {
      let sum = 0
      for (let i = 0; i < COUNT; i++) {
        at = (at + STRIDE) % KEYS
        sum += find(at)
      }
      return sum
    },
  }
}
