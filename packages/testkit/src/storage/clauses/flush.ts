import assert from 'node:assert/strict'
import type { StorageTest } from '../storage-test.ts'

export const flushClauses: readonly StorageTest[] = [
  {
    name: 'flush: at a tick that has come, what is stored is gone and what follows stays',
    run: (context) => {
      const storage = context.begin()
      for (const ticks of [0, -5]) {
        storage.set('a', 'before')
        storage.set('b', 'before')
        storage.flush(storage.in(ticks))
        storage.set('a', 'after')
        assert.equal(storage.get('a')?.value, 'after')
        assert.equal(storage.get('b'), undefined)
        storage.wait(50)
        assert.equal(storage.get('a')?.value, 'after')
      }
    },
  },
  {
    name: 'flush: a flushed item is absent for every operation',
    run: (context) => {
      const storage = context.begin()
      for (const key of ['a', 'b', 'c', 'd', 'e']) storage.set(key, '1')
      storage.flush(storage.in(0))
      assert.equal(storage.store('add', 'a', 'new'), 'Ok')
      assert.equal(storage.store('append', 'b', 'more'), 'NotStored')
      assert.equal(storage.increment('c', 1n), 'NotFound')
      assert.equal(storage.touch('d', 0), 'NotFound')
      assert.equal(storage.delete('e'), 'NotFound')
      for (const key of ['b', 'c', 'd', 'e']) assert.equal(storage.get(key), undefined)
    },
  },
  {
    name: 'flush: at a later tick, everything stored before it goes when it comes',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'before the call')
      storage.flush(storage.in(10))
      storage.set('b', 'before the tick')
      storage.wait(9)
      storage.set('c', 'just before the tick')
      for (const key of ['a', 'b', 'c']) assert.notEqual(storage.get(key), undefined)
      storage.wait(1)
      for (const key of ['a', 'b', 'c']) assert.equal(storage.get(key), undefined)
    },
  },
  {
    name: 'flush: what is stored in the tick or after it stays',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'before')
      storage.flush(storage.in(10))
      storage.wait(10)
      assert.equal(storage.store('add', 'a', 'in the tick'), 'Ok')
      storage.wait(1)
      storage.set('b', 'after it')
      storage.wait(100)
      assert.equal(storage.get('a')?.value, 'in the tick')
      assert.equal(storage.get('b')?.value, 'after it')
    },
  },
  {
    name: 'flush: its tick may pass without an operation',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'before')
      storage.flush(storage.in(10))
      storage.wait(500)
      storage.set('b', 'after')
      assert.equal(storage.get('a'), undefined)
      assert.equal(storage.get('b')?.value, 'after')
    },
  },
  {
    name: 'flush: a later call replaces one that is waiting',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value')
      storage.flush(storage.in(10))
      storage.flush(storage.in(20))
      storage.wait(10)
      assert.equal(storage.get('a')?.value, 'value')
      storage.flush(storage.in(5))
      storage.wait(5)
      assert.equal(storage.get('a'), undefined)
      storage.set('a', 'value')
      storage.wait(10)
      assert.equal(storage.get('a')?.value, 'value')
      storage.flush(storage.in(10))
      storage.flush(storage.in(0))
      storage.set('a', 'value')
      storage.wait(20)
      assert.equal(storage.get('a')?.value, 'value')
    },
  },
  {
    name: 'flush: one whose tick has come is not replaced',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value')
      storage.flush(storage.in(10))
      storage.wait(10)
      storage.flush(storage.in(10))
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'flush: a touch does not save an item',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value')
      storage.flush(storage.in(10))
      storage.wait(9)
      storage.touch('a', storage.in(1000))
      storage.getAndTouch('a', storage.in(1000))
      storage.wait(1)
      assert.equal(storage.get('a'), undefined)
    },
  },
]
