import assert from 'node:assert/strict'
import { Mark, NEVER, StoreMode } from '@pelikan/core'
import type { StorageTest } from '../storage-test.ts'
import type { StorageSubject } from '../subject.ts'

const { Add, Append, Prepend, Replace, Set } = StoreMode
const OTHER = '0:1000000000'
/** 2^64 - 1: every bit of a token is kept. */
const HIGHEST = '-1:-1'

function token(storage: StorageSubject, key: string): string {
  return storage.get(key)?.cas ?? assert.fail(`${key} is not there`)
}

export const termsClauses: readonly StorageTest[] = [
  {
    name: 'store: does what set, add, replace, append and prepend do, and says token and length',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.storeOn(Replace, 'a', 'x').status, 'NotStored')
      assert.equal(storage.storeOn(Append, 'a', 'x').status, 'NotStored')
      assert.equal(storage.storeOn(Prepend, 'a', 'x').status, 'NotStored')
      assert.equal(storage.storeOn(Add, 'a', 'one', { flags: 5 }).status, 'Ok')
      assert.equal(storage.storeOn(Add, 'a', 'two').status, 'NotStored')
      for (const [mode, value, expected] of [
        [Append, '!', 'one!'],
        [Prepend, '<', '<one!'],
        [Replace, 'three', 'three'],
        [Set, 'four', 'four'],
      ] as const) {
        const before = token(storage, 'a')
        const stored = storage.storeOn(mode, 'a', value, { flags: 5 })
        const seen = storage.get('a')
        assert.deepEqual(
          [stored.status, stored.length, seen?.value, seen?.flags, seen?.cas],
          ['Ok', expected.length, expected, 5, stored.cas],
        )
        assert.notEqual(stored.cas, before)
      }
    },
  },
  {
    name: 'store: with a token, only the item that has it is changed',
    run: (context) => {
      const storage = context.begin()
      for (const mode of [Set, Replace]) {
        assert.equal(storage.storeOn(mode, 'a', 'x', { cas: OTHER }).status, 'NotFound')
      }
      assert.equal(storage.storeOn(Append, 'a', 'x', { cas: OTHER }).status, 'NotStored')
      assert.equal(storage.storeOn(Add, 'a', 'x', { cas: OTHER }).status, 'Ok')
      for (const mode of [Set, Replace, Append, Prepend]) {
        storage.set('a', 'x')
        assert.equal(storage.storeOn(mode, 'a', 'y', { cas: OTHER }).status, 'Exists')
        assert.equal(storage.get('a')?.value, 'x')
        const cas = token(storage, 'a')
        assert.equal(storage.storeOn(mode, 'a', 'y', { cas }).status, 'Ok')
        assert.equal(storage.storeOn(mode, 'a', 'z', { cas }).status, 'Exists')
      }
      assert.equal(storage.storeOn(Add, 'a', 'z', { cas: OTHER }).status, 'NotStored')
    },
  },
  {
    name: 'store: a value with a lower token is stored stale where that is accepted',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(50)
      storage.set('a', 'old')
      const older = token(storage, 'a')
      storage.set('a', 'newer', { deadline })
      const newer = token(storage, 'a')
      const stored = storage.storeOn(Set, 'a', 'older', { cas: older, acceptsOlder: true })
      assert.equal(stored.status, 'Ok')
      const first = storage.fetch('a')
      assert.deepEqual([first?.value, first?.deadline, first?.won], ['older', deadline, true])
      assert.notEqual(first?.cas, newer)
      // Whoever was told to replace it still is.
      const cas = older
      assert.equal(storage.storeOn(Set, 'a', 'again', { cas, acceptsOlder: true }).status, 'Ok')
      const second = storage.fetch('a')
      assert.deepEqual(
        [second?.value, second?.won, (second?.marks ?? 0) & (Mark.Stale | Mark.Won)],
        ['again', false, Mark.Stale | Mark.Won],
      )
      const higher = { cas: HIGHEST, acceptsOlder: true }
      assert.equal(storage.storeOn(Set, 'a', 'no', higher).status, 'Exists')
    },
  },
  {
    name: 'store: append and prepend make an item where they may',
    run: (context) => {
      const storage = context.begin()
      const vivify = storage.in(5)
      for (const mode of [Append, Prepend]) {
        const deadline = storage.in(50)
        assert.equal(storage.storeOn(mode, 'a', 'x', { vivify, deadline, flags: 3 }).status, 'Ok')
        const seen = storage.get('a')
        assert.deepEqual([seen?.value, seen?.flags, seen?.deadline], ['x', 3, vivify])
        assert.equal(storage.storeOn(mode, 'a', 'y', { vivify: NEVER }).length, 2)
        assert.equal(storage.get('a')?.deadline, vivify)
        storage.delete('a')
      }
    },
  },
  {
    name: 'store: a token that is given is kept, all 64 bits of it, until the next write',
    run: (context) => {
      const storage = context.begin()
      for (const newCas of ['0:1', '1:0', HIGHEST, '-2147483648:5']) {
        for (const mode of [Set, Replace, Append, Prepend]) {
          storage.set('a', '1')
          assert.equal(storage.storeOn(mode, 'a', '2', { newCas }).cas, newCas)
          assert.equal(token(storage, 'a'), newCas)
          assert.equal(storage.store('cas', 'a', '3', { cas: '7:7' }), 'Exists')
          assert.equal(storage.store('cas', 'a', '3', { cas: newCas }), 'Ok')
          assert.notEqual(token(storage, 'a'), newCas)
        }
        storage.discard('a', { invalidates: true, newCas })
        assert.equal(token(storage, 'a'), newCas)
        assert.equal(storage.count('a', { newCas: '0:9' }).cas, '0:9')
        storage.touch('a', storage.in(100))
        assert.equal(token(storage, 'a'), '0:9')
        storage.delete('a')
        assert.equal(storage.fetch('a', { vivify: NEVER, newCas })?.cas, newCas)
        storage.delete('a')
        assert.equal(storage.count('a', { vivify: NEVER, newCas }).cas, newCas)
        storage.delete('a')
      }
    },
  },
  {
    name: 'store: a reservation ends with it, and a refused set removes what was there',
    run: (context) => {
      const storage = context.begin()
      const large = 'x'.repeat(context.sizes.itemSizeMax + 1)
      for (const [mode, left] of [
        [Set, undefined],
        [Replace, 'old'],
        [Append, 'old'],
      ] as const) {
        storage.set('a', 'old')
        assert.equal(storage.storeOn(mode, 'a', large).status, 'TooLarge')
        assert.equal(storage.get('a')?.value, left)
      }
      storage.set('a', 'old')
      for (const mode of [Add, Set, Append]) {
        const reservation = storage.reserve('a', 5)
        if (typeof reservation !== 'number') return assert.fail(reservation)
        storage.write(reservation, 'later')
        storage.storeOn(mode, 'a', '', { reservation })
      }
      assert.equal(storage.get('a')?.value, 'laterlater')
    },
  },
  {
    name: 'discard: deletes, on terms',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.discard('a'), 'NotFound')
      assert.equal(storage.discard('a', { invalidates: true }), 'NotFound')
      assert.equal(storage.discard('a', { empties: true }), 'NotFound')
      storage.set('a', 'value')
      assert.equal(storage.discard('a', { cas: OTHER }), 'Exists')
      assert.equal(storage.discard('a', { cas: OTHER, invalidates: true }), 'Exists')
      assert.equal(storage.get('a')?.value, 'value')
      assert.equal(storage.discard('a', { cas: token(storage, 'a') }), 'Ok')
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'discard: empties an item, which keeps its key alone',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'value', { flags: 7, deadline: storage.in(5) })
      const cas = token(storage, 'a')
      assert.equal(storage.discard('a', { empties: true }), 'Ok')
      const seen = storage.fetch('a')
      assert.deepEqual([seen?.value, seen?.flags, seen?.deadline, seen?.won], ['', 0, NEVER, false])
      assert.notEqual(seen?.cas, cas)
      storage.set('a', 'value', { flags: 7 })
      const deadline = storage.in(9)
      storage.discard('a', { empties: true, invalidates: true, deadline })
      const stale = storage.fetch('a')
      assert.deepEqual([stale?.value, stale?.deadline, stale?.won], ['', deadline, true])
    },
  },
  {
    name: 'count: adds and subtracts, on terms',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.count('a').answer, 'NotFound')
      storage.set('a', 'text')
      assert.equal(storage.count('a').answer, 'NotANumber')
      storage.set('a', '10', { flags: 7, deadline: storage.in(5) })
      assert.equal(storage.count('a', { cas: OTHER }).answer, 'Exists')
      const counted = storage.count('a', { cas: token(storage, 'a'), delta: 2n })
      assert.deepEqual([counted.answer, counted.cas], [12n, token(storage, 'a')])
      assert.equal(storage.count('a', { delta: 13n, subtracts: true }).answer, 0n)
      const seen = storage.get('a')
      assert.deepEqual([seen?.value, seen?.flags, seen?.deadline], ['0 ', 7, storage.in(5)])
      const touched = storage.count('a', { deadline: storage.in(50) })
      assert.deepEqual(
        [touched.deadlineBefore, touched.deadlineAfter],
        [storage.in(5), storage.in(50)],
      )
      storage.wait(49)
      assert.equal(storage.get('a')?.value, '1 ')
    },
  },
  {
    name: 'count: makes an item of the initial number, which nobody has won',
    run: (context) => {
      const storage = context.begin()
      const vivify = storage.in(5)
      const made = storage.count('a', { vivify, initial: 2n ** 64n - 1n, delta: 5n })
      assert.deepEqual(
        [made.answer, made.created, made.deadlineAfter],
        [2n ** 64n - 1n, true, vivify],
      )
      const seen = storage.fetch('a')
      assert.deepEqual([seen?.value, seen?.flags, seen?.cas], ['18446744073709551615', 0, made.cas])
      assert.equal((seen?.marks ?? 0) & (Mark.Stale | Mark.Won), 0)
      const next = storage.count('a', { vivify: NEVER, initial: 7n, delta: 2n })
      assert.deepEqual([next.answer, next.created, next.deadlineAfter], [1n, false, vivify])
    },
  },
]
