/** The contract, as `@pelikan/testkit` tests it, and what this storage promises beyond it. */
import assert from 'node:assert/strict'
import { MapStorage } from '@pelikan/example-custom-storage'
import { type StorageTest, testKeyValueStorage } from '@pelikan/testkit'
import { describe } from 'vitest'

/** Tests of a storage that refuses when it is full. This one drops the oldest item instead. */
const NEVER_FULL = [
  'memory: without eviction a full storage refuses and keeps what it has',
  'memory: deleting makes room',
  'memory: what has expired makes room once expire has been called often enough',
  'memory: what was flushed makes room',
  'memory: a full storage still overwrites',
  'memory: a set that is refused NoSpace removes what was there, another write leaves it',
]

const additionalTests: readonly StorageTest[] = [
  {
    name: 'keeps the items that were written last, whoever was read',
    run: (context) => {
      const storage = context.beginTiny('lru')
      for (let i = 0; i < 100; i++) {
        storage.set(`key-${i}`, String(i))
        storage.get('key-0')
      }
      const kept = Array.from({ length: 100 }, (_, i) => storage.get(`key-${i}`) !== undefined)
      const first = kept.indexOf(true)
      assert.ok(first > 0, 'nothing was dropped')
      assert.ok(kept.slice(first).every(Boolean), 'a newer item was dropped before an older one')
    },
  },
  {
    name: 'a write makes an item the newest',
    run: (context) => {
      const storage = context.beginTiny('lru')
      storage.set('a', '')
      for (let i = 0; i < 100; i++) {
        storage.set(`key-${i}`, String(i))
        storage.store('append', 'a', '.')
      }
      assert.equal(storage.get('a')?.value, '.'.repeat(100))
    },
  },
  {
    name: 'a reservation that nobody made is an exception',
    run: (context) => {
      const storage = context.begin()
      const code = { code: 'PELIKAN_NO_RESERVATION' }
      assert.throws(() => storage.write(7, 'x'), code)
      assert.throws(() => storage.abort(7), code)
      assert.throws(() => storage.set('a', '', { reservation: 7 }), code)
    },
  },
]

describe('MapStorage', () => {
  testKeyValueStorage(
    // The limit in bytes that the suite asks for, as so many of the largest items.
    ({ clock, itemSizeMax, memoryLimit }) =>
      new MapStorage({ clock, itemsMax: Math.floor(memoryLimit / itemSizeMax), itemSizeMax }),
    {
      skip: NEVER_FULL.map((test) => ({ test, reason: 'a full MapStorage drops, never refuses' })),
      additionalTests,
    },
  )
})
