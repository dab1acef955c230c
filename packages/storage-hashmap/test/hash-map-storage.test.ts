import { Entry } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { FakeClock, StorageSubject, testKeyValueStorage } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import {
  HashMapError,
  HashMapStorage,
  hashMapMetrics,
  itemSize,
  ITEM_OVERHEAD,
  type HashMapOptions,
} from '@pelikan/storage-hashmap'

testKeyValueStorage((settings) => new HashMapStorage(settings))

const KIB = 1024
const MIB = 1024 * KIB

function make(options: Partial<HashMapOptions> = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics([hashMapMetrics])
  const storage = new HashMapStorage({
    memoryLimit: 64 * MIB,
    itemSizeMax: MIB,
    eviction: 'lru',
    clock,
    metrics,
    ...options,
  })
  const count = (name: keyof typeof hashMapMetrics) => metrics.read(hashMapMetrics[name])
  const subject = new StorageSubject(storage, clock)
  /** Those of `keys` that are there. They are used in this order. */
  const present = (keys: readonly string[]) => keys.filter((key) => subject.get(key) !== undefined)
  return { storage, subject, count, present }
}

describe('options', () => {
  it.each([
    ['memoryLimit', { memoryLimit: 16 * KIB - 1 }],
    ['memoryLimit', { memoryLimit: Number.NaN }],
    ['memoryLimit', { memoryLimit: 1e6 + 0.5 }],
    ['itemSizeMax', { itemSizeMax: 0 }],
    ['itemSizeMax', { memoryLimit: 2 * MIB, itemSizeMax: MIB + 1 }],
    ['itemsMax', { itemsMax: 0 }],
    ['itemsMax', { itemsMax: 2 ** 23 + 1 }],
    ['eviction', { eviction: 'random' as 'lru' }],
  ])('refuses a %s that cannot work: %o', (name, options) => {
    expect(() => make(options)).toThrow(HashMapError)
    expect(() => make(options)).toThrow(new RegExp(`^${name} is `))
    expect(() => make(options)).toThrow(
      expect.objectContaining({ code: 'PELIKAN_HASHMAP_INVALID_OPTION' }),
    )
  })

  it('takes the smallest memory limit, and half of it for an item', () => {
    const { subject } = make({ memoryLimit: 16 * KIB, itemSizeMax: 8 * KIB })
    const largest = 8 * KIB - itemSize(1, 0, 0)
    expect(subject.set('a', 'x'.repeat(largest))).toBe('Ok')
    expect(subject.get('a')?.value.length).toBe(largest)
    const reservation = subject.reserve('b', largest)
    expect(reservation).toBeTypeOf('number')
  })

  it('counts for itself where no metrics are given', () => {
    const clock = new FakeClock()
    const storage = new HashMapStorage({
      memoryLimit: MIB,
      itemSizeMax: KIB,
      eviction: 'none',
      clock,
    })
    expect(new StorageSubject(storage, clock).set('a', 'value')).toBe('Ok')
    expect(storage.memoryUsed).toBe(1 + 64 + ITEM_OVERHEAD)
  })
})

describe('size of an item', () => {
  // What memcached 1.6.18 with -I 1m and -I 2m stores and refuses, found by bisection.
  it.each([
    [MIB, 1, 0, 1048516],
    [MIB, 1, 1, 1048512],
    [MIB, 16, 0, 1048501],
    [MIB, 250, 0, 1048267],
    [MIB, 250, -1, 1048263],
    [2 * MIB, 1, 0, 2097092],
    [2 * MIB, 250, 7, 2096839],
  ])('with a limit of %i, a key of %i and flags %i: %i', (limit, keyLength, flags, largest) => {
    const { subject } = make({ itemSizeMax: limit })
    const key = 'k'.repeat(keyLength)
    expect(subject.set(key, 'x'.repeat(largest), { flags })).toBe('Ok')
    expect(subject.set(key, 'x'.repeat(largest + 1), { flags })).toBe('TooLarge')
    expect(subject.reserve(key, largest, { flags })).toBeTypeOf('number')
    expect(subject.reserve(key, largest + 1, { flags })).toBe('TooLarge')
  })

  it.each([
    [0, 1048516],
    [5, 1048512],
  ])('appended to an item with flags %i: %i', (flags, largest) => {
    const { subject } = make()
    subject.set('a', 'x'.repeat(1000), { flags })
    expect(subject.store('append', 'a', 'x'.repeat(largest - 1000))).toBe('Ok')
    expect(subject.store('append', 'a', 'x')).toBe('TooLarge')
    expect(subject.get('a')?.value.length).toBe(largest)
  })

  it('a number that would grow past the limit stays', () => {
    const { subject } = make({ itemSizeMax: itemSize(1, 2, 0) })
    subject.set('a', '99')
    expect(subject.increment('a', 1n)).toBe('TooLarge')
    expect(subject.get('a')?.value).toBe('99')
    expect(subject.decrement('a', 99n)).toBe(0n)
  })
})

describe('memory', () => {
  it('charges key, buffer and overhead, and gives all of it back', () => {
    const { storage, subject, count } = make()
    subject.set('ab', 'x'.repeat(1000))
    expect(storage.memoryUsed).toBe(2 + 1024 + ITEM_OVERHEAD)
    expect(count('itemCurrentBytes')).toBe(storage.memoryUsed)
    const reservation = subject.reserve('abc', 5000)
    expect(count('itemReservedBytes')).toBe(3 + 5120 + ITEM_OVERHEAD)
    subject.abort(reservation as number)
    subject.delete('ab')
    expect(count('itemReservedBytes')).toBe(0)
    expect(count('itemCurrentBytes')).toBe(0)
    expect(count('itemSpareBytes')).toBe(storage.memoryUsed)
    subject.clear()
    expect(storage.memoryUsed).toBe(0)
  })

  it('keeps to the limit with values of every size', () => {
    const memoryLimit = 256 * KIB
    const { storage, subject } = make({ memoryLimit, itemSizeMax: 64 * KIB })
    let most = 0
    for (let i = 0; i < 2000; i++) {
      subject.set(`key-${i}`, 'x'.repeat((i * 7919) % (60 * KIB)))
      most = Math.max(most, storage.memoryUsed)
    }
    expect(most).toBeLessThanOrEqual(memoryLimit)
    expect(most).toBeGreaterThan(memoryLimit * 0.9)
  })

  it('reuses the buffer of a value that is overwritten, and keeps few', () => {
    const { subject, storage, count } = make({ memoryLimit: 64 * KIB, itemSizeMax: 16 * KIB })
    subject.set('a', 'x'.repeat(1000))
    for (let i = 0; i < 10; i++) subject.set('a', 'x'.repeat(900 + i * 10))
    expect(count('itemSpareBytes')).toBe(1024 + ITEM_OVERHEAD)
    for (let i = 0; i < 10; i++) subject.set(`key-${i}`, 'x'.repeat(100))
    for (let i = 0; i < 10; i++) subject.delete(`key-${i}`)
    expect(count('itemSpareBytes')).toBe(3 * (104 + ITEM_OVERHEAD))
    expect(storage.memoryUsed).toBe(1 + 1024 + ITEM_OVERHEAD + count('itemSpareBytes'))
    subject.set('b', 'x'.repeat(15_000))
    subject.delete('b')
    expect(count('itemSpareBytes')).toBe(3 * (104 + ITEM_OVERHEAD))
  })

  it('an item that cannot grow because values under way hold the rest stays', () => {
    const { subject } = make({ memoryLimit: 16 * KIB, itemSizeMax: 8 * KIB })
    const reservation = subject.reserve('b', 7000) as number
    subject.set('a', 'x'.repeat(4000))
    expect(subject.store('append', 'a', 'x'.repeat(3000))).toBe('NoSpace')
    expect(subject.get('a')?.value.length).toBe(4000)
    subject.abort(reservation)
    expect(subject.store('append', 'a', 'x'.repeat(3000))).toBe('Ok')
  })

  it('counts where nothing else fits', () => {
    const { subject } = make({ memoryLimit: 16 * KIB, itemSizeMax: KIB, eviction: 'none' })
    subject.set('a', '9')
    for (let i = 0; subject.store('add', `key-${i}`, 'x') === 'Ok'; i++);
    expect(subject.increment('a', 2n ** 64n - 10n)).toBe(2n ** 64n - 1n)
  })

  it('holds at most itemsMax items, by eviction or by refusal', () => {
    const lru = make({ itemsMax: 3 })
    for (const key of ['a', 'b', 'c', 'd']) expect(lru.subject.set(key, 'x')).toBe('Ok')
    expect(lru.present(['a', 'b', 'c', 'd'])).toEqual(['b', 'c', 'd'])

    const none = make({ itemsMax: 3, eviction: 'none' })
    for (const key of ['a', 'b', 'c']) none.subject.set(key, 'x')
    expect(none.subject.set('d', 'x')).toBe('NoSpace')
    expect(none.subject.set('a', 'y')).toBe('Ok')
    const reservation = none.subject.reserve('d', 1) as number
    expect(none.subject.store('add', 'd', '', { reservation })).toBe('NoSpace')
    expect(none.count('itemReservedBytes')).toBe(0)
  })
})

describe('eviction', () => {
  const keys = ['a', 'b', 'c', 'd', 'e']

  it('drops the item that was used longest ago, whatever used it', () => {
    const { subject, present } = make({ itemsMax: 5 })
    for (const key of keys) subject.set(key, '1')
    subject.get('a')
    subject.touch('b', subject.in(1000))
    subject.getAndTouch('c', subject.in(1000))
    subject.increment('d', 1n)
    subject.set('f', '1')
    expect(present([...keys, 'f'])).toEqual(['a', 'b', 'c', 'd', 'f'])
    subject.set('g', '1')
    expect(present(keys)).toEqual(['b', 'c', 'd'])
  })

  it('takes dead items first', () => {
    const { subject, count, present } = make({ itemsMax: 5 })
    for (const key of keys) {
      subject.set(key, '1', key === 'c' || key === 'e' ? { deadline: subject.in(1) } : {})
    }
    subject.wait(1)
    subject.set('f', '1')
    subject.set('g', '1')
    expect(present([...keys, 'f', 'g'])).toEqual(['a', 'b', 'd', 'f', 'g'])
    expect(count('itemEvict')).toBe(0)
    expect(count('itemReclaim')).toBe(2)
    expect(count('itemExpire')).toBe(2)
    subject.flush(subject.in(0))
    subject.set('h', '1')
    expect(count('itemEvict')).toBe(0)
    expect(count('itemReclaim')).toBe(3)
    expect(count('itemFlush')).toBe(1)
  })
})

describe('expire', () => {
  it('looks at a bounded number of items and comes to all of them', () => {
    const { subject, storage, count } = make()
    const items = 25_000
    const entry = new Entry()
    entry.key = Buffer.alloc(8)
    entry.keyEnd = 8
    entry.deadline = subject.in(10)
    for (let i = 0; i < items; i++) {
      entry.key.writeUInt32LE(i)
      storage.set(entry)
    }
    subject.wait(10)
    storage.expire(subject.clock.now)
    expect(count('itemExpire')).toBe(10_000)
    storage.expire(subject.clock.now)
    storage.expire(subject.clock.now)
    expect(count('itemCurrent')).toBe(0)
    expect(count('itemExpire')).toBe(items)
  })

  it('goes round: what was added behind it is looked at in the next call', () => {
    const { subject, count } = make()
    for (const key of ['a', 'b', 'c']) subject.set(key, 'x')
    subject.expire()
    for (const key of ['a', 'b', 'c']) subject.touch(key, subject.in(1))
    subject.wait(1)
    subject.expire()
    expect(count('itemExpire')).toBe(3)
    expect(count('itemCurrent')).toBe(0)
  })

  it('looks at flushed items first, then at the others from where it was', () => {
    const { subject, storage, count } = make()
    const entry = new Entry()
    entry.key = Buffer.alloc(8)
    entry.keyEnd = 8
    for (let i = 0; i < 12_000; i++) {
      entry.key.writeUInt32LE(i)
      storage.set(entry)
    }
    subject.flush(subject.in(0))
    subject.set('a', 'x', { deadline: subject.in(1) })
    subject.wait(1)
    storage.expire(subject.clock.now)
    expect(count('itemFlush')).toBe(10_000)
    storage.expire(subject.clock.now)
    expect(count('itemFlush')).toBe(12_000)
    expect(count('itemExpire')).toBe(1)
  })
})

describe('reservations', () => {
  it.each([
    ['write', (subject: StorageSubject) => subject.write(7, 'x')],
    ['abort', (subject: StorageSubject) => subject.abort(7)],
    ['set', (subject: StorageSubject) => subject.set('a', '', { reservation: 7 })],
    [
      'append',
      (subject: StorageSubject) => {
        subject.set('a', 'x')
        subject.store('append', 'a', '', { reservation: 7 })
      },
    ],
  ])('%s refuses a number that is not held', (_name, use) => {
    expect(() => use(make().subject)).toThrow(
      expect.objectContaining({ code: 'PELIKAN_HASHMAP_INVALID_RESERVATION' }),
    )
  })

  it('a number that was given up does not reach a later reservation', () => {
    const { subject } = make()
    const first = subject.reserve('a', 3) as number
    subject.abort(first)
    const second = subject.reserve('a', 3) as number
    expect(() => subject.write(first, 'old')).toThrow(HashMapError)
    subject.write(second, 'new')
    subject.set('a', '', { reservation: second })
    expect(subject.get('a')?.value).toBe('new')
  })

  it('end under the key that they are stored under', () => {
    const { subject } = make()
    subject.set('b', 'old')
    const reservation = subject.reserve('a', 3) as number
    subject.write(reservation, 'new')
    expect(subject.set('b', '', { reservation })).toBe('Ok')
    expect(subject.get('b')?.value).toBe('new')
    expect(subject.get('a')).toBeUndefined()
  })

  it('refuses more bytes than were reserved', () => {
    const { subject } = make()
    const reservation = subject.reserve('a', 3) as number
    subject.write(reservation, 'ab')
    expect(() => subject.write(reservation, 'cd')).toThrow(/for 3 bytes and has 2/)
    subject.write(reservation, 'c')
    subject.set('a', '', { reservation })
    expect(subject.get('a')?.value).toBe('abc')
  })

  it('hold at most half of the memory limit', () => {
    const { subject, count } = make({ memoryLimit: 4 * MIB })
    let held = 0
    while (typeof subject.reserve('a', 100_000) === 'number') held++
    expect(held).toBe(Math.floor((2 * MIB) / (ITEM_OVERHEAD + 1 + 106_496)))
    expect(count('itemReservedBytes')).toBeLessThanOrEqual(2 * MIB)
  })

  it('make room by eviction', () => {
    const { subject, count } = make({ memoryLimit: 2 * MIB })
    for (let i = 0; i < 20; i++) subject.set(`key-${i}`, 'x'.repeat(100_000))
    expect(subject.reserve('a', MIB - 100)).toBeTypeOf('number')
    expect(count('itemEvict')).toBeGreaterThan(5)
  })
})

describe('metrics', () => {
  it('count what happens to items', () => {
    const { subject, count } = make({ itemsMax: 4 })
    expect(count('itemLimitBytes')).toBe(64 * MIB)
    subject.set('a', '1')
    subject.set('a', '2')
    subject.store('append', 'a', '3')
    expect(count('itemStore')).toBe(3)
    expect(count('itemCurrent')).toBe(1)

    subject.set('b', '1', { deadline: subject.in(1) })
    subject.set('c', '1', { deadline: subject.in(1) })
    subject.get('c')
    subject.wait(1)
    subject.get('b')
    subject.get('c')
    expect(count('itemLookupExpired')).toBe(2)
    expect(count('itemExpire')).toBe(2)
    expect(count('itemExpireUnfetched')).toBe(1)

    subject.flush(subject.in(0))
    expect(subject.get('a')).toBeUndefined()
    expect(count('itemLookupFlushed')).toBe(1)
    expect(count('itemFlush')).toBe(1)

    for (const key of ['a', 'b', 'c', 'd']) subject.set(key, '1')
    subject.get('a')
    for (const key of ['e', 'f', 'g', 'h']) subject.set(key, '1')
    expect(count('itemEvict')).toBe(4)
    expect(count('itemEvictUnfetched')).toBe(3)
    expect(count('itemCurrent')).toBe(4)
  })
})
