import assert from 'node:assert/strict'
import type { StorageTest } from '../storage-test.ts'
import type { StorageSubject, WriteOptions } from '../subject.ts'

const VALUE = 'x'.repeat(512)
const MANY = 10_000

/** Store items until one is refused; returns how many were not. */
function fill(storage: StorageSubject, options: WriteOptions = {}): number {
  for (let i = 0; i < MANY; i++) {
    const answer = storage.store('add', `key-${i}`, VALUE, options)
    if (answer === 'Ok') continue
    assert.equal(answer, 'NoSpace')
    return i
  }
  return assert.fail(`${MANY} items of ${VALUE.length} bytes fit`)
}

export const memoryClauses: readonly StorageTest[] = [
  {
    name: 'memory: without eviction a full storage refuses and keeps what it has',
    run: (context) => {
      const storage = context.beginTiny('none')
      const count = fill(storage)
      assert.ok(count >= 10, `only ${count} items fit`)
      assert.ok(count * VALUE.length <= context.sizes.tiny, `${count} items are over the limit`)
      for (let i = 0; i < count; i++) assert.equal(storage.get(`key-${i}`)?.value, VALUE)
      assert.equal(storage.get(`key-${count}`), undefined)
    },
  },
  {
    name: 'memory: deleting makes room',
    run: (context) => {
      const storage = context.beginTiny('none')
      const count = fill(storage)
      for (let i = 0; i < count; i++) storage.delete(`key-${i}`)
      assert.ok(fill(storage) >= count / 2)
    },
  },
  {
    name: 'memory: what has expired makes room once expire has been called often enough',
    run: (context) => {
      const storage = context.beginTiny('none')
      const count = fill(storage, { deadline: storage.in(10) })
      storage.wait(10)
      for (let i = 0; i < 100; i++) storage.expire()
      assert.ok(fill(storage) >= count / 2)
    },
  },
  {
    name: 'memory: what was flushed makes room',
    run: (context) => {
      const storage = context.beginTiny('none')
      const count = fill(storage)
      storage.flush(storage.in(0))
      for (let i = 0; i < 100; i++) storage.expire()
      assert.ok(fill(storage) >= count / 2)
    },
  },
  {
    name: 'memory: a full storage still overwrites',
    run: (context) => {
      const storage = context.beginTiny('none')
      const count = fill(storage)
      for (let round = 0; round < 20; round++) {
        const value = String(round % 10).repeat(VALUE.length)
        for (let i = 0; i < count; i++) {
          assert.equal(storage.store('replace', `key-${i}`, value), 'Ok')
          assert.equal(storage.get(`key-${i}`)?.value, value)
        }
      }
    },
  },
  {
    name: 'memory: a set that is refused NoSpace removes what was there, another write leaves it',
    run: (context) => {
      const storage = context.beginTiny('none')
      const count = fill(storage)
      const large = 'y'.repeat(context.sizes.itemSizeMax / 2)
      let refused = 0
      for (let i = 0; i < count; i++) {
        const key = `key-${i}`
        for (const operation of ['replace', 'append', 'prepend'] as const) {
          const before = storage.get(key)?.value
          if (storage.store(operation, key, large) !== 'NoSpace') continue
          assert.equal(storage.get(key)?.value, before)
          refused++
        }
        if (storage.set(key, large) === 'Ok') continue
        assert.equal(storage.get(key), undefined)
        refused++
      }
      assert.ok(refused > 0, 'every item grew tenfold in a full storage')
    },
  },
  {
    name: 'memory: with eviction every set is stored and the newest is visible',
    run: (context) => {
      const storage = context.beginTiny('lru')
      for (let i = 0; i < 1000; i++) {
        assert.equal(storage.set(`key-${i}`, `${i};${VALUE}`), 'Ok')
        assert.equal(storage.get(`key-${i}`)?.value, `${i};${VALUE}`)
      }
      let kept = 0
      for (let i = 0; i < 1000; i++) if (storage.get(`key-${i}`) !== undefined) kept++
      assert.ok(kept >= 10, `${kept} items kept`)
      assert.ok(kept * VALUE.length <= context.sizes.tiny, `${kept} items are over the limit`)
    },
  },
  {
    name: 'memory: with eviction items of every size get in',
    run: (context) => {
      const storage = context.beginTiny('lru')
      for (let i = 0; i < 1000; i++) {
        const value = 'x'.repeat((i * 769) % (context.sizes.itemSizeMax / 2))
        assert.equal(storage.set(`key-${i}`, value), 'Ok')
        assert.equal(storage.get(`key-${i}`)?.value, value)
      }
    },
  },
  {
    name: 'memory: eviction never takes the item that grows',
    run: (context) => {
      const storage = context.beginTiny('lru')
      for (let i = 0; i < 500; i++) storage.set(`key-${i}`, VALUE)
      storage.set('a', '')
      let expected = ''
      while (expected.length + VALUE.length < context.sizes.itemSizeMax / 2) {
        assert.equal(storage.store('append', 'a', VALUE), 'Ok')
        expected += VALUE
        assert.equal(storage.get('a')?.value, expected)
      }
    },
  },
  {
    name: 'memory: with eviction any item may grow, the one used longest ago too',
    run: (context) => {
      const storage = context.beginTiny('lru')
      for (let i = 0; i < 500; i++) storage.set(`key-${i}`, VALUE)
      let grown = 0
      for (let i = 0; i < 500; i++) {
        const answer = storage.store('append', `key-${i}`, VALUE)
        if (answer === 'Ok') grown++
        else assert.equal(answer, 'NotStored')
      }
      assert.ok(grown > 0)
    },
  },
  {
    name: 'memory: reserved bytes count and are bounded, with and without eviction',
    run: (context) => {
      for (const eviction of ['none', 'lru'] as const) {
        const storage = context.beginTiny(eviction)
        const length = context.sizes.itemSizeMax / 2
        const open: number[] = []
        for (;;) {
          const reservation = storage.reserve(`key-${open.length}`, length)
          if (typeof reservation === 'number') open.push(reservation)
          else {
            assert.equal(reservation, 'NoSpace')
            break
          }
          assert.ok(open.length * length <= context.sizes.tiny, 'more is reserved than there is')
        }
        assert.ok(open.length > 0)
        for (const reservation of open) storage.abort(reservation)
        assert.equal(typeof storage.reserve('a', length), 'number')
      }
    },
  },
]
