/** A storage with 100,000 keys, asked in no order. */
import { equal } from 'node:assert/strict'
import { Entry, type KeyValueStorage, Status, SystemClock } from '@pelikan/core'
import { HashMapStorage } from '@pelikan/storage-hashmap'
import { SegStorage } from '@pelikan/storage-seg'
import type { BenchCase, BenchCases } from './bench-case.ts'

const KEYS = 100_000
const VALUE_BYTES = 64
const COUNT = 1000
/** Prime to {@link KEYS}: every key once, far from the one before. */
const STRIDE = 61_803

export const storageCases: BenchCases = {
  'storage/get, 100k keys/HashMapStorage': () => getting(hashMap()),
  'storage/set, 100k keys/HashMapStorage': () => setting(hashMap()),
  'storage/get, 1M keys in lines of 50/SegStorage': () => gettingLines(seg(), 0),
  'storage/get, 1M keys in lines of 50/SegStorage, prefetch 16': () => gettingLines(seg(), 16),
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

function seg(): KeyValueStorage {
  return new SegStorage({ heapBytes: 256 * 2 ** 20, clock: new SystemClock() })
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

const LINE_KEYS = 50
const MANY_KEYS = 1_000_000
const MANY_STRIDE = 618_033
/** `k` and the number. */
const SHORT_KEY_BYTES = 8

/** Gets of many keys, in lines as clients send them. */
function gettingLines(storage: KeyValueStorage, announced: number): BenchCase {
  const line = Buffer.alloc(LINE_KEYS * SHORT_KEY_BYTES, 'k')
  const places = Int32Array.from({ length: 2 * LINE_KEYS }, (_, i) => {
    return ((i + 1) >> 1) * SHORT_KEY_BYTES
  })
  const answer = Buffer.alloc(LINE_KEYS * VALUE_BYTES)
  let at = 0
  const write = (key: number, place: number): void => {
    for (let i = SHORT_KEY_BYTES - 1, left = key; i > 0; i--, left = Math.floor(left / 10)) {
      line[place + i] = 48 + (left % 10)
    }
  }
  const run = (): number => {
    for (let i = 0; i < LINE_KEYS; i++) {
      at = (at + MANY_STRIDE) % MANY_KEYS
      write(at, i * SHORT_KEY_BYTES)
    }
    let length = 0
    for (let i = 0; i < LINE_KEYS; i++) {
      const left = LINE_KEYS - i
      if (announced > 0 && i % announced === 0) {
        storage.prefetch(line, places.subarray(2 * i), Math.min(announced, left))
      }
      const item = storage.get(line, i * SHORT_KEY_BYTES, (i + 1) * SHORT_KEY_BYTES)
      if (item === undefined) continue
      length += item.bytes.copy(answer, length, item.start, item.end)
      storage.release(item)
    }
    return length
  }
  return {
    operations: LINE_KEYS,
    check() {
      const entry = new Entry()
      for (let key = 0; key < MANY_KEYS; key++) {
        fill(entry, key % KEYS)
        write(key, 0)
        entry.key = line
        entry.keyStart = 0
        entry.keyEnd = SHORT_KEY_BYTES
        equal(storage.set(entry), Status.Ok)
      }
      for (let i = 0; i < 100; i++) equal(run(), LINE_KEYS * VALUE_BYTES)
    },
    run,
  }
}
