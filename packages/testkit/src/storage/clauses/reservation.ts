import assert from 'node:assert/strict'
import type { StorageTest } from '../storage-test.ts'
import type { StorageSubject } from '../subject.ts'
import { WRITE_OPERATIONS } from '../steps.ts'

/** A reservation with all of `value` written, one byte first. */
function arrive(storage: StorageSubject, key: string, value: string): number {
  const reservation = storage.reserve(key, value.length)
  if (typeof reservation === 'string') assert.fail(`reserve: ${reservation}`)
  storage.write(reservation, value.slice(0, 1))
  storage.write(reservation, value.slice(1))
  return reservation
}

export const reservationClauses: readonly StorageTest[] = [
  {
    name: 'reserve: a value that arrives in pieces is stored by each operation',
    run: (context) => {
      const storage = context.begin()
      const expected = { append: 'oldnew', prepend: 'newold' } as Record<string, string>
      for (const operation of WRITE_OPERATIONS) {
        storage.delete('a')
        if (operation !== 'add') storage.set('a', 'old', { flags: 1 })
        const cas = storage.get('a')?.cas ?? '0:0'
        const reservation = arrive(storage, 'a', 'new')
        assert.equal(storage.store(operation, 'a', '', { reservation, flags: 2, cas }), 'Ok')
        const seen = storage.get('a')
        assert.equal(seen?.value, expected[operation] ?? 'new', operation)
        assert.equal(seen?.flags, operation in expected ? 1 : 2, operation)
      }
    },
  },
  {
    name: 'reserve: what is stored stays visible until the new value is',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'old')
      const reservation = arrive(storage, 'a', 'new')
      assert.equal(storage.get('a')?.value, 'old')
      storage.set('a', 'meanwhile')
      assert.equal(storage.get('a')?.value, 'meanwhile')
      storage.set('a', '', { reservation })
      assert.equal(storage.get('a')?.value, 'new')
    },
  },
  {
    name: 'reserve: a refused operation gives the reservation up',
    run: (context) => {
      const storage = context.beginTiny('none')
      storage.set('there', 'old')
      for (const [operation, key, answer] of [
        ['add', 'there', 'NotStored'],
        ['cas', 'there', 'Exists'],
        ['replace', 'absent', 'NotStored'],
        ['append', 'absent', 'NotStored'],
        ['prepend', 'absent', 'NotStored'],
        ['cas', 'absent', 'NotFound'],
      ] as const) {
        // More than could be held at once, were any of them kept.
        for (let i = 0; i < 200; i++) {
          const reservation = arrive(storage, key, 'x'.repeat(context.sizes.itemSizeMax / 2))
          const cas = '-1:-1'
          assert.equal(storage.store(operation, key, '', { reservation, cas }), answer)
        }
      }
      assert.equal(storage.get('there')?.value, 'old')
    },
  },
  {
    name: 'reserve: a stored operation ends the reservation',
    run: (context) => {
      const storage = context.beginTiny('none')
      for (const operation of WRITE_OPERATIONS) {
        for (let i = 0; i < 200; i++) {
          storage.delete('a')
          if (operation !== 'add') storage.set('a', 'old')
          const cas = storage.get('a')?.cas ?? '0:0'
          const reservation = arrive(storage, 'a', 'x'.repeat(context.sizes.itemSizeMax / 4))
          assert.equal(storage.store(operation, 'a', '', { reservation, cas }), 'Ok', operation)
        }
      }
    },
  },
  {
    name: 'abort: leaves what is stored',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'old')
      storage.abort(arrive(storage, 'a', 'new'))
      storage.abort(arrive(storage, 'b', 'new'))
      assert.equal(storage.get('a')?.value, 'old')
      assert.equal(storage.get('b'), undefined)
    },
  },
  {
    name: 'reserve: several at once, under one key too, do not disturb each other',
    run: (context) => {
      const storage = context.begin()
      const open = Array.from({ length: 20 }, (_, i) => {
        const reservation = storage.reserve(`key-${i % 10}`, 40)
        return typeof reservation === 'number' ? reservation : assert.fail(reservation)
      })
      assert.equal(new Set(open).size, open.length)
      for (let piece = 0; piece < 4; piece++) {
        for (const [i, id] of open.entries()) storage.write(id, String(i).padStart(10, '.'))
      }
      for (const [i, reservation] of open.entries()) {
        storage.set(`key-${i % 10}`, '', { reservation })
        assert.equal(storage.get(`key-${i % 10}`)?.value, String(i).padStart(10, '.').repeat(4))
      }
    },
  },
  {
    name: 'reserve: an empty value, and one of half the largest size',
    run: (context) => {
      const storage = context.begin()
      for (const value of ['', 'x'.repeat(context.sizes.itemSizeMax / 2)]) {
        storage.set('a', '', { reservation: arrive(storage, 'a', value) })
        assert.equal(storage.get('a')?.value, value)
      }
    },
  },
  {
    name: 'reserve: flush, clear and time do not touch what is still arriving',
    run: (context) => {
      const storage = context.begin()
      const reservation = arrive(storage, 'a', 'new')
      const other = arrive(storage, 'b', 'new')
      storage.flush(storage.in(0))
      storage.flush(storage.in(5))
      storage.wait(1000)
      storage.clear()
      storage.expire()
      storage.set('a', '', { reservation })
      storage.abort(other)
      assert.equal(storage.get('a')?.value, 'new')
    },
  },
]
