import assert from 'node:assert/strict'
import type { StorageTest } from '../storage-test.ts'

export const writingClauses: readonly StorageTest[] = [
  {
    name: 'set: replaces value, flags and deadline',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'a longer value', { flags: 1, deadline: storage.in(5) })
      assert.equal(storage.set('a', 'short'), 'Ok')
      storage.wait(10)
      const seen = storage.get('a')
      assert.deepEqual([seen?.value, seen?.flags, seen?.deadline], ['short', 0, 0])
    },
  },
  {
    name: 'add: stores where the key is absent, else NotStored',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.store('add', 'a', 'first'), 'Ok')
      assert.equal(storage.store('add', 'a', 'second'), 'NotStored')
      assert.equal(storage.get('a')?.value, 'first')
    },
  },
  {
    name: 'replace: stores where the key is present, else NotStored',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.store('replace', 'a', 'first'), 'NotStored')
      assert.equal(storage.get('a'), undefined)
      storage.set('a', 'first')
      assert.equal(storage.store('replace', 'a', 'second', { flags: 3 }), 'Ok')
      assert.deepEqual([storage.get('a')?.value, storage.get('a')?.flags], ['second', 3])
    },
  },
  {
    name: 'cas: stores with the token that the item has',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'first')
      const { cas } = storage.get('a') ?? assert.fail()
      assert.equal(storage.store('cas', 'a', 'second', { cas, flags: 3 }), 'Ok')
      assert.deepEqual([storage.get('a')?.value, storage.get('a')?.flags], ['second', 3])
    },
  },
  {
    name: 'cas: Exists with a token that it no longer has, NotFound without an item',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'first')
      const { cas } = storage.get('a') ?? assert.fail()
      storage.set('a', 'second')
      assert.equal(storage.store('cas', 'a', 'third', { cas }), 'Exists')
      assert.equal(storage.get('a')?.value, 'second')
      storage.delete('a')
      assert.equal(storage.store('cas', 'a', 'third', { cas }), 'NotFound')
    },
  },
  {
    name: 'cas token: differs after every write, also after delete and set',
    run: (context) => {
      const storage = context.begin()
      const tokens: (string | undefined)[] = []
      const record = (): void => void tokens.push(storage.get('a')?.cas)
      storage.set('a', '1')
      record()
      for (const operation of ['set', 'replace', 'append', 'prepend'] as const) {
        assert.equal(storage.store(operation, 'a', '1'), 'Ok')
        record()
      }
      storage.store('cas', 'a', '1', { cas: tokens.at(-1) ?? assert.fail() })
      record()
      storage.increment('a', 1n)
      record()
      storage.increment('a', 0n)
      record()
      storage.decrement('a', 1n)
      record()
      storage.delete('a')
      storage.set('a', '1')
      record()
      assert.equal(new Set(tokens).size, tokens.length)
    },
  },
  {
    name: 'cas token: stays the same through reads, touches and refusals',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', 'text')
      const { cas } = storage.get('a') ?? assert.fail()
      storage.touch('a', storage.in(50))
      storage.getAndTouch('a', storage.in(60))
      storage.store('add', 'a', 'other')
      storage.store('cas', 'a', 'other', { cas: '-1:-1' })
      storage.increment('a', 1n)
      storage.set('b', 'other')
      assert.equal(storage.get('a')?.cas, cas)
    },
  },
  {
    name: 'append and prepend: join the value that is there and keep flags and deadline',
    run: (context) => {
      const storage = context.begin()
      const deadline = storage.in(50)
      storage.set('a', 'b', { flags: 5, deadline })
      assert.equal(storage.store('append', 'a', 'cd', { flags: 9 }), 'Ok')
      assert.equal(storage.store('prepend', 'a', '_a', { deadline: storage.in(1) }), 'Ok')
      storage.wait(20)
      const seen = storage.get('a')
      assert.deepEqual([seen?.value, seen?.flags, seen?.deadline], ['_abcd', 5, deadline])
    },
  },
  {
    name: 'append and prepend: NotStored where the key is absent',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.store('append', 'a', 'b'), 'NotStored')
      assert.equal(storage.store('prepend', 'a', 'b'), 'NotStored')
      assert.equal(storage.get('a'), undefined)
    },
  },
  {
    name: 'append and prepend: also an empty value, and many times',
    run: (context) => {
      const storage = context.begin()
      storage.set('a', '')
      let expected = ''
      for (let i = 0; i < 100; i++) {
        storage.store('append', 'a', `${i}`)
        storage.store('prepend', 'a', '<>')
        expected = `<>${expected}${i}`
      }
      storage.store('append', 'a', '')
      assert.equal(storage.get('a')?.value, expected)
    },
  },
  {
    name: 'delete: takes away what is there, else NotFound',
    run: (context) => {
      const storage = context.begin()
      assert.equal(storage.delete('a'), 'NotFound')
      storage.set('a', 'value')
      storage.set('b', 'other')
      assert.equal(storage.delete('a'), 'Ok')
      assert.equal(storage.get('a'), undefined)
      assert.equal(storage.delete('a'), 'NotFound')
      assert.equal(storage.get('b')?.value, 'other')
    },
  },
  {
    name: 'clear: drops everything, and what is stored afterwards stays',
    run: (context) => {
      const storage = context.begin()
      for (let i = 0; i < 1000; i++) storage.set(`key-${i}`, 'value')
      storage.clear()
      for (let i = 0; i < 1000; i++) assert.equal(storage.get(`key-${i}`), undefined)
      storage.set('a', 'value')
      assert.equal(storage.get('a')?.value, 'value')
    },
  },
]
