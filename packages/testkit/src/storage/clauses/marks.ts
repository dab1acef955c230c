import assert from 'node:assert/strict'
import { Mark, NEVER, StoreMode, TICKS_PER_SECOND } from '@pelikan/core'
import type { StorageTest } from '../storage-test.ts'

export const markClauses: readonly StorageTest[] = [
  {
    name: 'fetch: shows what get shows, and nothing where nothing is',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(50)
      assert.equal(storage.fetch('a'), undefined)
      storage.set('a', 'value', { flags: 42, deadline })
      const seen = storage.fetch('a')
      assert.deepEqual(
        [seen?.value, seen?.flags, seen?.deadline, seen?.won, seen?.created],
        ['value', 42, deadline, false, false],
      )
      assert.equal(seen?.cas, storage.get('a')?.cas)
      storage.wait(50)
      assert.equal(storage.fetch('a'), undefined)
    },
  },
  {
    name: 'fetch: marks an item as read, unless it peeks; a new value was never read',
    run: (context) => {
      const storage = context.begin()
      const isFetched = (): boolean =>
        ((storage.fetch('a', { peeks: true })?.marks ?? 0) & Mark.Fetched) !== 0
      storage.set('a', '1')
      assert.equal(isFetched(), false)
      assert.equal(isFetched(), false)
      assert.equal((storage.fetch('a')?.marks ?? 0) & Mark.Fetched, 0)
      assert.equal(isFetched(), true)
      storage.set('a', '2')
      assert.equal(isFetched(), false)
      storage.get('a')
      assert.equal(isFetched(), true)
      storage.increment('a', 1n)
      assert.equal(isFetched(), true)
    },
  },
  {
    name: 'fetch: says when the item was used last, to a second',
    run: (context) => {
      const storage = context.begin()
      const age = (peeks: boolean): number =>
        storage.clock.now - (storage.fetch('a', { peeks })?.lastAccess ?? 0)
      storage.wait(1000)
      storage.set('a', 'value')
      storage.wait(100)
      for (const peeks of [true, false]) {
        assert.ok(Math.abs(age(peeks) - 100) <= TICKS_PER_SECOND, `${age(peeks)} ticks`)
      }
      assert.ok(age(true) <= TICKS_PER_SECOND)
    },
  },
  {
    name: 'fetch: with a deadline, gives it to the item and says both',
    run: (context) => {
      const storage = context.begin()
      const [before, after] = [storage.in(5), storage.in(20)]
      storage.set('a', 'value', { deadline: before })
      const seen = storage.fetch('a', { deadline: after })
      assert.deepEqual(
        [seen?.deadlineBefore, seen?.deadlineAfter, seen?.value],
        [before, after, 'value'],
      )
      storage.wait(19)
      assert.equal(storage.get('a')?.deadline, after)
      assert.equal(storage.fetch('a', { deadline: NEVER })?.deadlineAfter, NEVER)
      storage.wait(1000)
      assert.equal(storage.fetch('a', { deadline: storage.in(0) })?.value, 'value')
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'fetch: makes an empty item where there is none, and whoever made it has won',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(30)
      const made = storage.fetch('a', { vivify: deadline })
      assert.deepEqual(
        [made?.value, made?.flags, made?.won, made?.created, made?.deadlineAfter],
        ['', 0, true, true, deadline],
      )
      const later = storage.fetch('a', { vivify: storage.in(500) })
      assert.deepEqual(
        [later?.value, later?.won, later?.created, later?.deadline],
        ['', false, false, deadline],
      )
      assert.notEqual((later?.marks ?? 0) & Mark.Won, 0)
      storage.set('a', 'fresh')
      assert.equal((storage.fetch('a')?.marks ?? 0) & Mark.Won, 0)
    },
  },
  {
    name: 'fetch: made to be over at once, an item is shown to whoever made it',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.fetch('a', { vivify: storage.in(-1) })?.won, true)
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'fetch: one reader wins an item that ends before a tick',
    run: (context) => {
      const storage = context.begin()
      const recacheBefore = storage.in(10)
      storage.set('late', 'value', { deadline: storage.in(10) })
      storage.set('never', 'value')
      storage.set('soon', 'value', { deadline: storage.in(9) })
      assert.equal(storage.fetch('late', { recacheBefore })?.won, false)
      assert.equal(storage.fetch('never', { recacheBefore })?.won, false)
      assert.equal(storage.fetch('soon', { recacheBefore, claims: false })?.won, false)
      assert.equal(storage.fetch('soon', { recacheBefore })?.won, true)
      const next = storage.fetch('soon', { recacheBefore })
      assert.deepEqual([next?.won, (next?.marks ?? 0) & Mark.Won], [false, Mark.Won])
    },
  },
  {
    name: 'discard: an item that is made stale is shown, has another token, and is won once',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(50)
      storage.set('a', 'value', { flags: 7, deadline })
      const cas = storage.get('a')?.cas
      assert.equal(storage.discard('a', { invalidates: true }), 'Ok')
      const first = storage.fetch('a')
      assert.deepEqual(
        [first?.value, first?.flags, first?.deadline, first?.won],
        ['value', 7, deadline, true],
      )
      assert.notEqual(first?.cas, cas)
      assert.equal((first?.marks ?? 0) & (Mark.Stale | Mark.Won), Mark.Stale)
      const second = storage.fetch('a')
      assert.deepEqual(
        [second?.won, (second?.marks ?? 0) & (Mark.Stale | Mark.Won)],
        [false, Mark.Stale | Mark.Won],
      )
      // Stale once more, it can be won once more.
      assert.equal(storage.discard('a', { invalidates: true, deadline: storage.in(5) }), 'Ok')
      assert.equal(storage.fetch('a')?.won, true)
      storage.wait(5)
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'discard: every write that stores a value makes a stale item fresh; arithmetic and touch do not',
    run: (context) => {
      const storage = context.begin()
      const isStale = (): boolean =>
        ((storage.fetch('a', { claims: false })?.marks ?? 0) & Mark.Stale) !== 0
      for (const operation of ['set', 'replace', 'append', 'prepend'] as const) {
        storage.set('a', '1')
        storage.discard('a', { invalidates: true })
        assert.equal(isStale(), true)
        storage.store(operation, 'a', '2')
        assert.equal(isStale(), false, operation)
      }
      storage.discard('a', { invalidates: true })
      storage.increment('a', 1n)
      storage.increment('a', 1_000_000n)
      storage.touch('a', storage.in(100))
      storage.getAndTouch('a', storage.in(100))
      storage.count('a')
      assert.equal(isStale(), true)
    },
  },
  {
    name: 'store: a key that was encoded is marked until it is stored in another way',
    run: (context) => {
      const storage = context.begin()
      const mark = (): number => (storage.fetch('a')?.marks ?? 0) & Mark.BinaryKey
      storage.storeOn(StoreMode.Set, 'a', '1', { binaryKey: true })
      assert.equal(mark(), Mark.BinaryKey)
      storage.set('a', '1')
      assert.equal(mark(), 0)
      storage.delete('a')
      const made = storage.fetch('a', { vivify: NEVER, binaryKey: true })
      assert.equal((made?.marks ?? 0) & Mark.BinaryKey, Mark.BinaryKey)
      assert.equal(mark(), Mark.BinaryKey)
    },
  },
]
