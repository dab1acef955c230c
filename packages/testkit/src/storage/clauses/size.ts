import assert from 'node:assert/strict'
import type { StorageTest } from '../storage-test.ts'

export const sizeClauses: readonly StorageTest[] = [
  {
    name: 'size: a value of half the largest item is stored, one longer than it is TooLarge',
    run: (context) => {
      const storage = context.begin()
      const { itemSizeMax } = context.sizes
      assert.equal(storage.set('a', 'x'.repeat(itemSizeMax / 2)), 'Ok')
      assert.equal(storage.get('a')?.value.length, itemSizeMax / 2)
      assert.equal(storage.set('b', 'x'.repeat(itemSizeMax + 1)), 'TooLarge')
      assert.equal(storage.get('b'), undefined)
      assert.equal(storage.reserve('b', itemSizeMax + 1), 'TooLarge')
    },
  },
  {
    name: 'size: a set that is TooLarge removes what was there',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'old')
      assert.equal(storage.set('a', 'x'.repeat(context.sizes.itemSizeMax + 1)), 'TooLarge')
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'size: every other write that is TooLarge leaves what was there',
    run: (context) => {
      const storage = context.begin()
      const huge = 'x'.repeat(context.sizes.itemSizeMax + 1)
      storage.set('a', 'old')
      const { cas } = storage.get('a') ?? assert.fail()
      for (const operation of ['replace', 'cas', 'append', 'prepend'] as const) {
        assert.equal(storage.store(operation, 'a', huge, { cas }), 'TooLarge')
        assert.deepEqual([storage.get('a')?.value, storage.get('a')?.cas], ['old', cas])
      }
      assert.equal(storage.store('add', 'b', huge), 'TooLarge')
      assert.equal(storage.get('b'), undefined)
    },
  },
  {
    name: 'size: a value that would grow past the limit is TooLarge and stays',
    run: (context) => {
      const storage = context.begin()
      const half = 'x'.repeat(context.sizes.itemSizeMax / 2)
      for (const operation of ['append', 'prepend'] as const) {
        storage.set('a', half)
        storage.store(operation, 'a', half)
        const before = storage.get('a')?.value
        assert.equal(storage.store(operation, 'a', half), 'TooLarge')
        assert.equal(storage.get('a')?.value, before)

        const reservation = storage.reserve('a', half.length)
        if (typeof reservation === 'string') assert.fail(reservation)
        storage.write(reservation, half)
        assert.equal(storage.store(operation, 'a', '', { reservation }), 'TooLarge')
        assert.equal(storage.get('a')?.value, before)
      }
    },
  },
]
