import assert from 'node:assert/strict'
import { NEVER } from '@pelikan/core'
import type { StorageTest } from '../storage-test.ts'
import { WRITE_OPERATIONS } from '../steps.ts'

export const expiryClauses: readonly StorageTest[] = [
  {
    name: 'deadline: visible exactly while now < deadline',
    run: (context) => {
      const storage = context.begin()
      for (let ttl = 1; ttl <= 30; ttl++)
        storage.set(`key-${ttl}`, 'v', { deadline: storage.in(ttl) })
      for (let passed = 1; passed <= 30; passed++) {
        storage.wait(1)
        for (let ttl = 1; ttl <= 30; ttl++) {
          const visible = storage.get(`key-${ttl}`) !== undefined
          assert.equal(visible, passed < ttl, `${ttl} ticks to live, ${passed} passed`)
        }
      }
    },
  },
  {
    name: 'deadline: one that is not after now is accepted and over at once',
    run: (context) => {
      const storage = context.begin()
      for (const deadline of [storage.in(0), storage.in(-1), 1]) {
        storage.set('a', 'old')
        assert.equal(storage.set('a', 'value', { deadline }), 'Ok')
        assert.equal(storage.get('a'), undefined)
      }
    },
  },
  {
    name: 'deadline: an expired item is absent for every operation',
    run: (context) => {
      const storage = context.begin()
      const expired = (): string => {
        storage.set('a', '1', { deadline: storage.in(1) })
        const { cas } = storage.get('a') ?? assert.fail()
        storage.wait(1)
        return cas
      }
      expired()
      assert.equal(storage.get('a'), undefined)
      expired()
      assert.equal(storage.getAndTouch('a', NEVER), undefined)
      expired()
      assert.equal(storage.touch('a', NEVER), 'NotFound')
      expired()
      assert.equal(storage.delete('a'), 'NotFound')
      expired()
      assert.equal(storage.increment('a', 1n), 'NotFound')
      expired()
      assert.equal(storage.decrement('a', 1n), 'NotFound')
      for (const operation of WRITE_OPERATIONS) {
        const cas = expired()
        const answer = storage.store(operation, 'a', '2', { cas })
        const absent = { set: 'Ok', add: 'Ok', cas: 'NotFound' } as Record<string, string>
        assert.equal(answer, absent[operation] ?? 'NotStored', operation)
      }
    },
  },
  {
    name: 'deadline: nothing brings an expired item back',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value', { deadline: storage.in(1) })
      storage.wait(1)
      storage.touch('a', NEVER)
      storage.getAndTouch('a', storage.in(10))
      storage.store('append', 'a', 'more')
      storage.expire()
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'touch: gives a later, an earlier, and no deadline',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value', { flags: 5, deadline: storage.in(5) })
      assert.equal(storage.touch('a', storage.in(20)), 'Ok')
      storage.wait(10)
      assert.equal(storage.get('a')?.flags, 5)
      assert.equal(storage.touch('a', NEVER), 'Ok')
      storage.wait(100_000)
      assert.equal(storage.get('a')?.value, 'value')
      assert.equal(storage.touch('a', storage.in(2)), 'Ok')
      storage.wait(2)
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'touch: a deadline that is not after now ends the item; NotFound without one',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.touch('a', NEVER), 'NotFound')
      storage.set('a', 'value')
      assert.equal(storage.touch('a', storage.in(0)), 'Ok')
      assert.equal(storage.get('a'), undefined)
      storage.set('a', 'value')
      assert.equal(storage.getAndTouch('a', storage.in(-1))?.value, 'value')
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'expire: changes nothing that is visible',
    run: (context) => {
      const storage = context.begin()
      for (let i = 0; i < 200; i++) {
        storage.set(`key-${i}`, `${i}`, i % 2 === 0 ? {} : { deadline: storage.in(1 + (i % 20)) })
      }
      for (let passed = 1; passed <= 20; passed++) {
        storage.wait(1)
        storage.expire()
        for (let i = 0; i < 200; i++) {
          const visible = i % 2 === 0 || passed < 1 + (i % 20)
          assert.equal(storage.get(`key-${i}`)?.value, visible ? `${i}` : undefined)
        }
      }
    },
  },
]
