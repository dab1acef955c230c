import { Status } from '@pelikan/core'
import { HashMapStorage } from '@pelikan/storage-hashmap'
import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { expect, it } from 'vitest'

it('check says what differs', () => {
  const clock = new FakeClock()
  const storage = new HashMapStorage({
    memoryLimit: 1024 * 1024,
    itemSizeMax: 1024,
    eviction: 'lru',
    clock,
  })
  const subject = new StorageSubject(storage, clock)
  expect(subject.set('a', 'value')).toBe('Ok')
  storage.check()

  // Nobody may do this: it takes the memory away from under the value.
  const item = storage.get(Buffer.from('a'), 0, 1)!
  const memory = item.bytes.buffer as ArrayBuffer
  memory.transfer(0)
  expect(() => storage.check()).toThrow('"a" is longer than its buffer')
  expect(() => storage.check()).toThrow(
    expect.objectContaining({ code: 'PELIKAN_HASHMAP_INCONSISTENT' }),
  )
  expect(storage.delete(Buffer.from('a'), 0, 1)).toBe(Status.Ok)
  expect(() => storage.check()).toThrow(/memory of the items: 0 counted, 64 recorded/)
})
