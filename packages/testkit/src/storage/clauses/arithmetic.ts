import assert from 'node:assert/strict'
import type { StorageTest } from '../storage-test.ts'

const MAX = 2n ** 64n - 1n

export const arithmeticClauses: readonly StorageTest[] = [
  {
    name: 'increment: adds, and the value is the sum',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', '5')
      assert.equal(storage.increment('a', 3n), 8n)
      assert.equal(storage.get('a')?.value, '8')
      assert.equal(storage.increment('a', 0n), 8n)
    },
  },
  {
    name: 'increment: a sum with more digits makes the value longer',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', '99')
      assert.equal(storage.increment('a', 1n), 100n)
      assert.equal(storage.get('a')?.value, '100')
      assert.equal(storage.increment('a', MAX - 100n), MAX)
      assert.equal(storage.get('a')?.value, String(MAX))
    },
  },
  {
    name: 'increment: goes on at 0 after 2^64 - 1',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', String(MAX))
      assert.equal(storage.increment('a', 1n), 0n)
      storage.set('a', '3')
      assert.equal(storage.increment('a', MAX), 2n)
    },
  },
  {
    name: 'decrement: subtracts and stops at 0',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', String(MAX))
      assert.equal(storage.decrement('a', MAX - 7n), 7n)
      assert.equal(storage.decrement('a', 8n), 0n)
      assert.equal(storage.decrement('a', MAX), 0n)
    },
  },
  {
    name: 'decrement: a value that gets shorter is padded on the right',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', '1000')
      assert.equal(storage.decrement('a', 1n), 999n)
      assert.equal(storage.get('a')?.value, '999 ')
      assert.equal(storage.decrement('a', 990n), 9n)
      assert.equal(storage.get('a')?.value, '9   ')
      assert.equal(storage.increment('a', 1n), 10n)
      assert.equal(storage.get('a')?.value, '10  ')
    },
  },
  {
    name: 'increment: rewrites a value with blanks, a sign or zeros',
    run: (context) => {
      const storage = context.begin()
      for (const [value, expected] of [
        ['007', '8  '],
        ['  7', '8  '],
        ['+7', '8 '],
        ['7  ', '8  '],
        [' +07 ', '8    '],
      ] as const) {
        storage.set('a', value)
        assert.equal(storage.increment('a', 1n), 8n)
        assert.equal(storage.get('a')?.value, expected)
      }
    },
  },
  {
    name: 'increment and decrement: NotANumber leaves the value',
    run: (context) => {
      const storage = context.begin()
      for (const value of ['', ' ', 'text', '-1', '1.5', '12abc', '++1', String(MAX + 1n)]) {
        storage.set('a', value)
        assert.equal(storage.increment('a', 1n), 'NotANumber', JSON.stringify(value))
        assert.equal(storage.decrement('a', 1n), 'NotANumber', JSON.stringify(value))
        assert.equal(storage.get('a')?.value, value)
      }
    },
  },
  {
    name: 'increment and decrement: NotFound without an item, which is not made',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.increment('a', 1n), 'NotFound')
      assert.equal(storage.decrement('a', 1n), 'NotFound')
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'increment and decrement: keep flags and deadline',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(10)
      storage.set('a', '9', { flags: 5, deadline })
      storage.increment('a', 1n)
      storage.decrement('a', 1n)
      const seen = storage.get('a')
      assert.deepEqual([seen?.flags, seen?.deadline], [5, deadline])
    },
  },
]
