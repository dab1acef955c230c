import assert from 'node:assert/strict'
import { NEVER } from '@pelikan/core'
import type { StorageTest } from '../storage-test.ts'

const EVERY_BYTE = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte))

export const readingClauses: readonly StorageTest[] = [
  {
    name: 'prefetch: changes nothing, whatever becomes of the keys',
    run: (context) => {
      const storage = context.begin()
      const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`)
      for (const key of keys) storage.set(key, `value of ${key}`, { deadline: storage.in(5) })
      storage.prefetch()
      storage.prefetch('absent')
      storage.prefetch(...keys, 'absent')
      storage.delete('key 1')
      storage.set('key 2', 'another')
      storage.set('absent', 'present')
      assert.equal(storage.get('key 0')?.value, 'value of key 0')
      assert.equal(storage.get('key 1'), undefined)
      assert.equal(storage.get('key 2')?.value, 'another')
      assert.equal(storage.get('absent')?.value, 'present')
      storage.prefetch(...keys)
      storage.wait(5)
      assert.equal(storage.get('key 0'), undefined)
      assert.equal(storage.get('key 2')?.value, 'another')
    },
  },
  {
    name: 'get: a key that was never stored is not there',
    run: (context) => assert.equal(context.begin().get('a'), undefined),
  },
  {
    name: 'get: value, flags and deadline come back as they were given',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(50)
      assert.equal(storage.set('a', 'value', { flags: 42, deadline }), 'Ok')
      const seen = storage.get('a')
      assert.deepEqual([seen?.value, seen?.flags, seen?.deadline], ['value', 42, deadline])
    },
  },
  {
    name: 'get: an item without an end has the deadline NEVER',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value')
      assert.equal(storage.get('a')?.deadline, NEVER)
    },
  },
  {
    name: 'get: flags are any 32 bits, as a signed integer',
    run: (context) => {
      const storage = context.begin()
      for (const flags of [0, 1, 0x7fff_ffff, -0x8000_0000, -1]) {
        storage.set('a', 'value', { flags })
        assert.equal(storage.get('a')?.flags, flags)
      }
    },
  },
  {
    name: 'get: values of every byte and of no byte come back',
    run: (context) => {
      const storage = context.begin()
      for (const value of ['', EVERY_BYTE, EVERY_BYTE.repeat(10)]) {
        storage.set('a', value)
        assert.equal(storage.get('a')?.value, value)
      }
    },
  },
  {
    name: 'get: keys of every byte and of 1 to 250 bytes are told apart',
    run: (context) => {
      const storage = context.begin()
      const keys = [...EVERY_BYTE].flatMap((byte) => [byte, `a${byte}`, byte.repeat(250)])
      for (const key of keys) storage.set(key, `value of ${key}`)
      for (const key of keys) assert.equal(storage.get(key)?.value, `value of ${key}`)
      assert.equal(storage.get('k'.repeat(249)), undefined)
    },
  },
  {
    name: 'getAndTouch: shows the item and gives it a deadline',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value', { flags: 7, deadline: storage.in(5) })
      const { cas } = storage.get('a') ?? assert.fail()
      const deadline = storage.in(20)
      assert.deepEqual(storage.getAndTouch('a', deadline), {
        value: 'value',
        flags: 7,
        deadline,
        cas,
      })
      storage.wait(19)
      assert.equal(storage.get('a')?.deadline, deadline)
      storage.wait(1)
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'getAndTouch: a key that is not there stays so',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.getAndTouch('a', NEVER), undefined)
      assert.equal(storage.get('a'), undefined)
    },
  },
]
