/** The library as a program uses it, in one thread. */
import { runInNewContext } from 'node:vm'
import { Status, type Clock } from '@pelikan/core'
import { FakeClock } from '@pelikan/testkit'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import {
  MISS,
  Seg,
  SegError,
  SegStorage,
  type SegErrorCode,
  type SegLibraryOptions,
} from '@pelikan/storage-seg'

const SEGMENT = 4096

function make(options: Partial<SegLibraryOptions> = {}) {
  const clock = new FakeClock()
  const seg = new Seg({ heapBytes: '1MB', segmentBytes: SEGMENT, seed: 1, clock, ...options })
  return { clock, seg }
}

const withCode = (code: SegErrorCode) => expect.objectContaining({ code })
const texts = (keys: Iterable<Buffer>) => Array.from(keys, String).toSorted()

describe('values', () => {
  it('come back as they were given, as bytes or as text', () => {
    const { seg } = make()
    expect(seg.set('bytes', new Uint8Array([0, 255, 13, 10]))).toBe(true)
    expect(seg.set('text', 'grüße 👋')).toBe(true)
    expect(seg.set('empty', '')).toBe(true)
    expect(seg.get('bytes')).toEqual(Buffer.from([0, 255, 13, 10]))
    expect(seg.getString('text')).toBe('grüße 👋')
    expect(seg.get('text')).toEqual(Buffer.from('grüße 👋'))
    expect(seg.get('empty')).toEqual(Buffer.alloc(0))
    expect(seg.getString('empty')).toBe('')
    expect(seg.get('nothing')).toBeUndefined()
    expect(seg.getString('nothing')).toBeUndefined()
  })

  it('may be any Uint8Array: a view, of shared memory, of another realm', () => {
    const { seg } = make()
    const memory = new Uint8Array([1, 2, 3, 4, 5])
    seg.set('view', memory.subarray(1, 4))
    const shared = new Uint8Array(new SharedArrayBuffer(2))
    shared.set([7, 8])
    seg.set('shared', shared)
    const foreign = runInNewContext('new Uint8Array([9, 10])') as Uint8Array
    expect(foreign).not.toBeInstanceOf(Uint8Array)
    seg.set('foreign', foreign)
    seg.set(foreign, 'by key')
    expect(seg.get('view')).toEqual(Buffer.from([2, 3, 4]))
    expect(seg.get('shared')).toEqual(Buffer.from([7, 8]))
    expect(seg.get('foreign')).toEqual(Buffer.from([9, 10]))
    expect(seg.getString('\t\n')).toBe('by key')
  })

  it('are copied, in and out', () => {
    const { seg } = make()
    const value = Buffer.from('mine')
    seg.set('a', value)
    value.fill('x')
    const first = seg.get('a')
    first?.fill('y')
    expect(seg.getString('a')).toBe('mine')
  })

  it.each([1, 8191, 8192, 8193, 30_000])('may be text of %d characters', (length) => {
    const { seg } = make({ heapBytes: '16MB', segmentBytes: '1MB' })
    for (const character of ['a', 'ü', '€', '👋']) {
      const text = character.repeat(length)
      expect(seg.set('a', text)).toBe(true)
      expect(seg.getString('a') === text).toBe(true)
    }
  })

  it('that were set again are the new ones', () => {
    const { seg } = make()
    for (const value of ['one', 'two', 'longer than before', '']) {
      seg.set('a', value)
      expect(seg.getString('a')).toBe(value)
    }
    expect(seg.size).toBe(1)
  })

  it.each([
    42,
    true,
    null,
    undefined,
    {},
    [1],
    new Uint16Array(1),
    new DataView(new ArrayBuffer(1)),
  ])('of another kind are refused: %o', (value) => {
    const { seg } = make()
    expect(() => seg.set('a', value as never)).toThrow(withCode('PELIKAN_SEG_INVALID_VALUE'))
    expect(seg.has('a')).toBe(false)
  })
})

describe('keys', () => {
  it('are text or bytes, which stand for each other', () => {
    const { seg } = make()
    const name = 'clé ☕'
    seg.set(name, 'text')
    expect(seg.getString(Buffer.from(name))).toBe('text')
    expect(seg.getString(new TextEncoder().encode(name))).toBe('text')
    seg.set(new Uint8Array([0, 255]), 'bytes')
    expect(seg.getString(Buffer.from([0, 255]))).toBe('bytes')
    expect(seg.size).toBe(2)
  })

  it('have 1 to 250 bytes', () => {
    const { seg } = make()
    for (const key of ['k', 'k'.repeat(250), 'é'.repeat(125), '€'.repeat(83), '👋'.repeat(62)]) {
      expect(seg.set(key, key)).toBe(true)
      expect(seg.getString(key)).toBe(key)
      expect(seg.getString(new TextEncoder().encode(key))).toBe(key)
    }
  })

  it.each([
    ['', /^a key has 0 bytes; it must have 1 to 250$/],
    [new Uint8Array(0), /^a key has 0 bytes/],
    [Buffer.alloc(0), /^a key has 0 bytes/],
    ['k'.repeat(251), /^a key has 251 bytes/],
    ['é'.repeat(126), /^a key has 252 bytes/],
    ['€'.repeat(250), /^a key has 750 bytes/],
    ['k'.repeat(1_000_000), /^a key has 1000000 bytes/],
    [new Uint8Array(251), /^a key has 251 bytes/],
    [Buffer.alloc(251), /^a key has 251 bytes/],
    ['half \ud83d', /half of a surrogate pair/],
    [7, /^a key is a string or a Uint8Array, not number$/],
    [null, /not null$/],
    [undefined, /not undefined$/],
    [['a'], /not object$/],
  ])('of another kind are refused by every operation: %o', async (key, message) => {
    const { seg } = make()
    const bad = key as string
    const operations = [
      () => seg.get(bad),
      () => seg.getString(bad),
      () => seg.getInto(bad, new Uint8Array(1)),
      () => seg.has(bad),
      () => seg.set(bad, 'x'),
      () => seg.delete(bad),
      () => seg.touch(bad),
      () => seg.increment(bad),
      () => seg.decrement(bad),
    ]
    for (const operation of operations) {
      expect(operation).toThrow(withCode('PELIKAN_SEG_INVALID_KEY'))
      expect(operation).toThrow(message)
    }
    const loader = vi.fn<() => string>(() => 'x')
    await expect(seg.getOrSet(bad, loader)).rejects.toThrow(message)
    expect(loader).not.toHaveBeenCalled()
    expect(seg.size).toBe(0)
  })
})

describe('getInto', () => {
  it('writes the value where it is asked to, and says how many bytes', () => {
    const { seg } = make()
    seg.set('a', 'hello')
    const target = Buffer.alloc(10, '.')
    expect(seg.getInto('a', target)).toBe(5)
    expect(String(target)).toBe('hello.....')
    expect(seg.getInto('a', target, 5)).toBe(5)
    expect(String(target)).toBe('hellohello')
    const plain = new Uint8Array(5)
    expect(seg.getInto(Buffer.from('a'), plain)).toBe(5)
    expect(String(Buffer.from(plain))).toBe('hello')
  })

  it('tells a miss from an empty value', () => {
    const { seg } = make()
    seg.set('empty', '')
    const target = new Uint8Array(2)
    expect(seg.getInto('nothing', target)).toBe(MISS)
    expect(seg.getInto('empty', target)).toBe(0)
    expect(seg.getInto('empty', target, 2)).toBe(0)
    expect(MISS).toBe(-1)
  })

  it('writes nothing where the value does not fit, and says its length', () => {
    const { seg } = make()
    seg.set('a', 'hello')
    const target = Buffer.alloc(8, '.')
    for (const start of [4, 5, 8]) {
      const result = seg.getInto('a', target, start)
      expect(result).toBeLessThan(MISS)
      expect(~result).toBe(5)
    }
    expect(String(target)).toBe('........')
    expect(seg.stats()).toMatchObject({ hits: 3, misses: 0 })
  })

  it.each([-1, 0.5, Number.NaN, 9, 2 ** 32, Infinity])('refuses to write at %d', (start) => {
    const { seg } = make()
    seg.set('a', 'x')
    const target = Buffer.alloc(8, '.')
    expect(() => seg.getInto('a', target, start)).toThrow(RangeError)
    expect(String(target)).toBe('........')
  })
})

describe('time to live', () => {
  it.each([
    [{ ttl: 1 }, 10],
    [{ ttl: 0.001 }, 1],
    [{ ttl: 0.1 }, 1],
    [{ ttl: 0.11 }, 2],
    [{ ttl: 0.3 }, 3],
    [{ ttl: 1.1 }, 11],
    [{ ttl: 8.7 }, 87],
    [{ ttl: 86_400 }, 864_000],
    [{ ttl: 100_000_000.1 }, 1_000_000_001],
    [{ ttlMs: 1 }, 1],
    [{ ttlMs: 100 }, 1],
    [{ ttlMs: 101 }, 2],
    [{ ttlMs: 250 }, 3],
    [{ ttlMs: 86_400_000 }, 864_000],
    [{ ttl: undefined, ttlMs: 200 }, 2],
  ])('%o is over after %d ticks, and not one before', (lifetime, ticks) => {
    const { clock, seg } = make()
    clock.advanceTicks(7)
    seg.set('a', 'x', lifetime)
    seg.set('b', 'x', lifetime)
    clock.advanceTicks(ticks - 1)
    expect(seg.getString('a')).toBe('x')
    expect(seg.has('b')).toBe(true)
    expect(texts(seg.keys())).toEqual(['a', 'b'])
    clock.advanceTicks(1)
    expect(seg.get('a')).toBeUndefined()
    expect(seg.has('b')).toBe(false)
    expect(texts(seg.keys())).toEqual([])
  })

  it('is none without one', () => {
    const { clock, seg } = make()
    seg.set('a', 'x')
    seg.set('b', 'x', {})
    seg.set('c', 'x', { ttl: undefined })
    clock.advance(100_000_000)
    expect(texts(seg.keys())).toEqual(['a', 'b', 'c'])
  })

  it.each([
    [{ ttl: 0 }, 'ttl is 0; it must be above 0 and at most 107374182.4 seconds'],
    [{ ttl: -1 }, 'ttl is -1;'],
    [{ ttl: Number.NaN }, 'ttl is NaN;'],
    [{ ttl: Infinity }, 'ttl is Infinity;'],
    [{ ttl: 107_374_183 }, 'ttl is 107374183;'],
    [{ ttl: '5' as never }, 'ttl is 5;'],
    [{ ttl: null as never }, 'ttl is null;'],
    [{ ttlMs: 0 }, 'ttlMs is 0; it must be above 0 and at most 107374182400 milliseconds'],
    [{ ttlMs: -0.5 }, 'ttlMs is -0.5;'],
    [{ ttlMs: Number.NaN }, 'ttlMs is NaN;'],
    [{ ttl: 1, ttlMs: 1000 }, 'give ttl or ttlMs, not both'],
    [60 as never, 'write { ttl: 60 } for seconds'],
    [null as never, 'write { ttl: null } for seconds'],
  ])('%o is refused, and nothing changes', async (lifetime, message) => {
    const { seg } = make()
    seg.set('a', '1')
    const loader = vi.fn<() => string>(() => 'x')
    expect(() => seg.set('a', '2', lifetime)).toThrow(withCode('PELIKAN_SEG_INVALID_TTL'))
    expect(() => seg.set('a', '2', lifetime)).toThrow(message)
    expect(() => seg.touch('a', lifetime)).toThrow(message)
    expect(() => seg.increment('a', 1, lifetime)).toThrow(message)
    await expect(seg.getOrSet('a', loader, lifetime)).rejects.toThrow(message)
    expect(loader).not.toHaveBeenCalled()
    expect(seg.getString('a')).toBe('1')
  })

  it('may be given anew by touch', () => {
    const { clock, seg } = make()
    seg.set('a', 'x', { ttl: 1 })
    seg.set('b', 'x', { ttl: 1 })
    clock.advance(0.9)
    expect(seg.touch('a', { ttl: 1 })).toBe(true)
    expect(seg.touch('b')).toBe(true)
    expect(seg.touch('c', { ttl: 1 })).toBe(false)
    clock.advance(0.9)
    expect(seg.has('a')).toBe(true)
    clock.advance(0.1)
    expect(seg.has('a')).toBe(false)
    expect(seg.touch('a', { ttl: 1 })).toBe(false)
    clock.advance(1_000_000)
    expect(seg.getString('b')).toBe('x')
  })

  it('counts by the time of each operation, however long the program did not look', () => {
    // As the machine's clock: it stands until it is looked at.
    let time = 1
    let now = 1
    const clock: Clock = {
      get now() {
        return now
      },
      unixSeconds: 0,
      refresh() {
        now = time
      },
    }
    const { seg } = make({ clock })
    const over = (operation: (key: string) => unknown, absent: unknown) => {
      time += 1000
      seg.set('7', '7', { ttl: 1 })
      time += 9
      expect(seg.has('7')).toBe(true)
      time += 1
      expect(operation('7')).toEqual(absent)
    }
    over((key) => seg.get(key), undefined)
    over((key) => seg.getString(key), undefined)
    over((key) => seg.getInto(key, new Uint8Array(9)), MISS)
    over((key) => seg.has(key), false)
    over((key) => seg.touch(key, { ttl: 1 }), false)
    over((key) => seg.delete(key), false)
    over((key) => seg.increment(key), undefined)
    over((key) => seg.decrement(key, 1, { initial: 3 }), 3)
    seg.clear()
    over(() => [...seg.keys()], [])
    over(() => [...seg], [])
  })

  it('goes by the clock of the machine where none is given', () => {
    const start = performance.now()
    const time = vi.spyOn(performance, 'now').mockReturnValue(start)
    try {
      const seg = new Seg({ heapBytes: '1MB', segmentBytes: SEGMENT })
      seg.set('a', 'x', { ttlMs: 300 })
      seg.set('b', 'x', { ttl: 3600 })
      // The first tick began when the clock was made; how it is placed is known to a few microseconds.
      time.mockReturnValue(start + 299)
      expect(seg.has('a')).toBe(true)
      time.mockReturnValue(start + 301)
      expect(seg.has('a')).toBe(false)
      time.mockReturnValue(start + 3_599_999)
      expect(seg.has('b')).toBe(true)
      time.mockReturnValue(start + 3_600_001)
      expect(seg.has('b')).toBe(false)
      seg.close()
    } finally {
      time.mockRestore()
    }
  })
})

describe('what does not fit', () => {
  it('is refused, and what was there is gone', () => {
    const fits = 3 * SEGMENT
    const { seg } = make({ itemSizeMax: fits + 1 })
    expect(seg.set('k', Buffer.alloc(fits, 1))).toBe(true)
    expect(seg.get('k')?.equals(Buffer.alloc(fits, 1))).toBe(true)
    expect(seg.set('k', Buffer.alloc(fits + 1))).toBe(false)
    expect(seg.has('k')).toBe(false)
    expect(seg.set('k', 'x'.repeat(fits), { ttl: 60 })).toBe(true)
    expect(seg.set('k', 'x'.repeat(fits + 1))).toBe(false)
    expect(seg.set('k', '€'.repeat(fits))).toBe(false)
    expect(seg.set('k', Buffer.alloc(64 * 1024 * 1024))).toBe(false)
    expect(seg.stats()).toMatchObject({ items: 0, sets: 6, refusals: 4 })
  })

  it('makes room by evicting', () => {
    const { seg } = make()
    for (let i = 0; i < 5000; i++) expect(seg.set(`k${i}`, Buffer.alloc(1000, i))).toBe(true)
    const { bytes, evictions, heapBytes, items } = seg.stats()
    expect(heapBytes).toBeLessThanOrEqual(1024 * 1024)
    expect(bytes).toBeLessThan(1024 * 1024)
    expect(items + evictions).toBe(5000)
    expect(items).toBeGreaterThan(500)
    expect(seg.get('k4999')).toEqual(Buffer.alloc(1000, 4999))
  })

  it('is refused by the policy none, until something goes', () => {
    const { seg } = make({ eviction: 'none' })
    let count = 0
    while (seg.set(`k${count}`, Buffer.alloc(1000))) count++
    expect(count).toBeGreaterThan(500)
    expect(seg.size).toBe(count)
    for (let i = 0; i < 20; i++) expect(seg.delete(`k${i}`)).toBe(true)
    expect(seg.set('again', Buffer.alloc(1000))).toBe(true)
  })
})

describe('counters', () => {
  it('count, from where they are told to begin', () => {
    const { seg } = make()
    expect(seg.increment('a')).toBeUndefined()
    expect(seg.has('a')).toBe(false)
    expect(seg.increment('a', 5, { initial: 10 })).toBe(10)
    expect(seg.increment('a', 5, { initial: 10 })).toBe(15)
    expect(seg.increment('a')).toBe(16)
    expect(seg.decrement('a', 7)).toBe(9)
    expect(seg.getString('a')?.trimEnd()).toBe('9')
    expect(seg.decrement('a', 100)).toBe(0)
    expect(seg.decrement('b', 1, { initial: 0 })).toBe(0)
    seg.set('c', '41')
    expect(seg.increment('c')).toBe(42)
  })

  it('keep the TTL that they began with', () => {
    const { clock, seg } = make()
    expect(seg.increment('a', 1, { initial: 1, ttl: 1 })).toBe(1)
    clock.advance(0.5)
    expect(seg.increment('a', 1, { initial: 1, ttl: 1 })).toBe(2)
    clock.advance(0.5)
    expect(seg.increment('a', 1, { initial: 1, ttl: 1 })).toBe(1)
  })

  it('are exact where a number can be, and wrap at 2^64 where they are stored', () => {
    const { seg } = make()
    seg.set('a', '9007199254740990')
    expect(seg.increment('a')).toBe(Number.MAX_SAFE_INTEGER)
    seg.set('a', '18446744073709551614')
    expect(seg.increment('a')).toBe(2 ** 64)
    expect(seg.getString('a')).toBe('18446744073709551615')
    expect(seg.increment('a', 3)).toBe(2)
    expect(seg.increment('b', 0, { initial: Number.MAX_SAFE_INTEGER })).toBe(2 ** 53 - 1)
    expect(seg.getString('b')).toBe('9007199254740991')
  })

  it.each(['', 'x', '-1', '1.5', '18446744073709551616'])('refuse the value %j', (value) => {
    const { seg } = make()
    seg.set('a', value)
    expect(() => seg.increment('a')).toThrow(withCode('PELIKAN_SEG_NOT_A_NUMBER'))
    expect(() => seg.decrement('a', 1, { initial: 1 })).toThrow('the value is no decimal number')
    expect(seg.getString('a')).toBe(value)
  })

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53, '1' as never, 1n as never])(
    'refuse to count by %o or to begin with it',
    (number) => {
      const { seg } = make()
      seg.set('a', '5')
      expect(() => seg.increment('a', number)).toThrow(withCode('PELIKAN_SEG_NOT_A_NUMBER'))
      expect(() => seg.decrement('a', number)).toThrow(/^by is /)
      expect(() => seg.increment('b', 1, { initial: number })).toThrow(/^initial is /)
      expect(seg.getString('a')).toBe('5')
      expect(seg.has('b')).toBe(false)
    },
  )

  it('are those of the thread that was faster to begin', () => {
    const { seg } = make()
    seg.set('a', '41')
    // As if the other thread came between the look and the write.
    vi.spyOn(seg.storage, 'increment').mockReturnValueOnce(Status.NotFound)
    expect(seg.increment('a', 1, { initial: 1 })).toBe(42)
    vi.spyOn(seg.storage, 'increment').mockReturnValue(Status.NotFound)
    expect(seg.increment('a', 1, { initial: 1 })).toBeUndefined()
    expect(seg.getString('a')).toBe('42')
  })

  it('say where there is no room for a digit more', () => {
    const { seg } = make({ eviction: 'none' })
    seg.set('a', '999')
    // Until every place is taken; a single refusal may be for want of a place in the table.
    for (let key = 0, refused = 0; refused < 50; key++) {
      refused = seg.set(`k${key}`, refused === 0 ? Buffer.alloc(90) : '') ? 0 : refused + 1
    }
    // The item grows from 16 to 20 bytes, for which there is no place.
    expect(seg.increment('a', 999_999)).toBeUndefined()
    expect(seg.getString('a')).toBe('999')
    expect(seg.increment('new', 1, { initial: 1 })).toBeUndefined()
    expect(seg.increment('a', 0)).toBe(999)
  })
})

describe('the whole', () => {
  it('deletes', () => {
    const { seg } = make()
    seg.set('a', 'x')
    expect(seg.delete('a')).toBe(true)
    expect(seg.delete('a')).toBe(false)
    expect(seg.has('a')).toBe(false)
    expect(seg.stats()).toMatchObject({ items: 0, deletions: 1 })
  })

  it('clears', () => {
    const { seg } = make()
    for (let i = 0; i < 1000; i++) seg.set(`k${i}`, 'x', i % 2 === 0 ? { ttl: i + 1 } : {})
    expect(seg.size).toBe(1000)
    seg.clear()
    expect(seg.size).toBe(0)
    expect(seg.get('k1')).toBeUndefined()
    expect(texts(seg.keys())).toEqual([])
    expect(seg.stats().freeSegments).toBe(seg.stats().segments)
    seg.set('a', 'x')
    expect(seg.getString('a')).toBe('x')
  })

  it('says what it holds and what happened', () => {
    const { clock, seg } = make()
    seg.set('a', 'x')
    seg.set('b', 'x', { ttl: 1 })
    seg.get('a')
    seg.getString('a')
    seg.getInto('a', new Uint8Array(1))
    seg.has('a')
    seg.has('c')
    seg.get('c')
    clock.advance(1)
    seg.expire()
    expect(seg.size).toBe(1)
    expect(seg.stats()).toEqual({
      items: 1,
      // 9 + 1 + 1, rounded up to a multiple of 4.
      bytes: 12,
      deadBytes: 0,
      heapBytes: seg.storage.totalBytes,
      segments: seg.storage.inspect().segments.length,
      freeSegments: seg.storage.inspect().segments.length - 1,
      hits: 3,
      misses: 1,
      sets: 2,
      refusals: 0,
      deletions: 0,
      expirations: 1,
      evictions: 0,
      loads: 0,
      failedLoads: 0,
    })
    expect(seg.metrics.definitions.map(({ name }) => name)).toContain('seg_hit')
  })

  it('is a storage for servers too', () => {
    const { clock, seg } = make()
    expect(seg.storage).toBeInstanceOf(SegStorage)
    expect(seg.clock).toBe(clock)
    seg.set('a', 'hello', { ttl: 2 })
    const item = seg.storage.get(Buffer.from('a'), 0, 1)
    expect(item?.bytes.toString('utf8', item.start, item.end)).toBe('hello')
    expect(item?.deadline).toBe(clock.now + 20)
    seg.storage.check()
  })
})

describe('options', () => {
  it.each([
    ['256KB', 256 * 1024],
    ['1 MiB', 1024 * 1024],
    [' 1m ', 1024 * 1024],
    [524_288, 524_288],
  ])('take a size as %j', (heapBytes, bytes) => {
    const { heapBytes: taken } = make({ heapBytes }).seg.stats()
    expect(taken).toBeLessThanOrEqual(bytes)
    expect(taken).toBeGreaterThan(bytes - 2 * SEGMENT)
  })

  it.each([
    ['heapBytes', { heapBytes: '256XB' }],
    ['heapBytes', { heapBytes: '' }],
    ['heapBytes', { heapBytes: 'lots' }],
    ['heapBytes', { heapBytes: '-1MB' }],
    ['heapBytes', { heapBytes: '1.5GB' }],
    ['heapBytes', { heapBytes: '99999999999GB' }],
    ['heapBytes', { heapBytes: '8000000GB' }],
    ['heapBytes', { heapBytes: 0 }],
    ['heapBytes', { heapBytes: -1 }],
    ['heapBytes', { heapBytes: 1.5 }],
    ['heapBytes', { heapBytes: Number.NaN }],
    ['heapBytes', { heapBytes: Infinity }],
    ['heapBytes', { heapBytes: null as never }],
    ['heapBytes', { heapBytes: undefined as never }],
    ['segmentBytes', { segmentBytes: '8MB' }],
    ['segmentBytes', { segmentBytes: 'big' }],
    ['itemSizeMax', { itemSizeMax: 'big' }],
    ['itemSizeMax', { itemSizeMax: '1MB' }],
    ['segmentBytes', { segmentBytes: 4094 }],
    ['eviction', { eviction: 'lru' as never }],
    ['threads', { threads: 0 }],
    ['threads', { threads: 4097 }],
    ['threads', { threads: 1.5 }],
  ])('refuse a %s that cannot work: %o', (name, options) => {
    expect(() => make(options)).toThrow(SegError)
    expect(() => make(options)).toThrow(withCode('PELIKAN_SEG_INVALID_OPTION'))
    expect(() => make(options)).toThrow(new RegExp(`^${name} is `))
  })

  it('say what the least is, and why', () => {
    expect(() => new Seg({ heapBytes: '1MB', segmentBytes: '1MB' })).toThrow(
      /^heapBytes is 1048576; 2 segments of 1048576 bytes, one to make room for the other, their table and the lists need \d+\. Give more memory or smaller segments\.$/,
    )
    const seg = new Seg({ heapBytes: '1MB', segmentBytes: '64KB' })
    expect(seg.set('a', Buffer.alloc(60_000))).toBe(true)
    seg.close()
  })
})

describe('an end', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is close, after which nothing works and nothing happens', async () => {
    const { seg } = make()
    seg.set('a', 'x')
    const keys = seg.keys()
    seg.close()
    seg.close()
    const operations = [
      () => seg.get('a'),
      () => seg.getString('a'),
      () => seg.getInto('a', new Uint8Array(1)),
      () => seg.has('a'),
      () => seg.set('a', 'x'),
      () => seg.delete('a'),
      () => seg.touch('a'),
      () => seg.increment('a'),
      () => seg.clear(),
      () => seg.expire(),
      () => seg.share(),
      () => [...seg],
      () => keys.next(),
    ]
    for (const operation of operations) expect(operation).toThrow(withCode('PELIKAN_SEG_CLOSED'))
    await expect(seg.getOrSet('a', () => 'x')).rejects.toThrow('the cache was closed')
    expect(seg.stats().items).toBe(1)
  })

  it('comes with the block that it was used in', () => {
    let outside: Seg
    {
      using seg = make().seg
      outside = seg
      expect(seg.set('a', 'x')).toBe(true)
    }
    expect(() => outside.get('a')).toThrow(withCode('PELIKAN_SEG_CLOSED'))
  })

  it('until it comes, what has expired is swept without anybody calling', () => {
    vi.useFakeTimers()
    const { clock, seg } = make()
    for (let i = 0; i < 100; i++) seg.set(`k${i}`, Buffer.alloc(100), { ttl: 2 })
    seg.set('stays', 'x')
    clock.advance(1)
    vi.advanceTimersByTime(1000)
    expect(seg.size).toBe(101)
    clock.advance(1)
    vi.advanceTimersByTime(1000)
    expect(seg.stats()).toMatchObject({ items: 1, expirations: 100, deadBytes: 0 })
    seg.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a sweep that fails', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('because the cache is lost is the last, and leaves the process alone', () => {
    vi.useFakeTimers()
    const { seg } = make()
    const lost = new SegError('PELIKAN_SEG_LOCK_LOST', 'a thread died')
    const expire = vi.spyOn(seg.storage, 'expire').mockImplementation(() => {
      throw lost
    })
    vi.advanceTimersByTime(5000)
    expect(expire).toHaveBeenCalledTimes(1)
    expect(() => seg.expire()).toThrow(lost)
  })

  it('because of anything else is not kept silent', () => {
    vi.useFakeTimers()
    const { seg } = make()
    vi.spyOn(seg.storage, 'expire').mockImplementation(() => {
      throw new TypeError('a mistake')
    })
    expect(() => vi.advanceTimersByTime(1000)).toThrow('a mistake')
  })
})

describe('types', () => {
  it('say what is given and what comes back', () => {
    const { seg } = make()
    expectTypeOf(seg.get('a')).toEqualTypeOf<Buffer | undefined>()
    expectTypeOf(seg.getString(new Uint8Array(1))).toEqualTypeOf<string | undefined>()
    expectTypeOf(seg.getInto('a', new Uint8Array(1))).toEqualTypeOf<number>()
    expectTypeOf(seg.set('a', 'x', { ttl: 1 })).toEqualTypeOf<boolean>()
    expectTypeOf(seg.increment('n')).toEqualTypeOf<number | undefined>()
    expectTypeOf(seg.getOrSet('a', () => 'x')).toEqualTypeOf<Promise<Buffer>>()
    expectTypeOf(seg).toExtend<Iterable<[Buffer, Buffer]>>()
    expectTypeOf(seg).toExtend<Disposable>()
    expectTypeOf(seg.share()).toEqualTypeOf<Parameters<typeof Seg.attach>[0]>()
    void seg.getOrSet('a', (key) => {
      expectTypeOf(key).toEqualTypeOf<'a'>()
      return key
    })
    // @ts-expect-error: no such value
    expect(() => seg.set('a', 7)).toThrow()
    // @ts-expect-error: no such key
    expect(() => seg.get(7)).toThrow()
    // @ts-expect-error: a TTL is a number with a unit in its name
    expect(seg.set('a', 'x', { seconds: 1 })).toBe(true)
    // @ts-expect-error: a cache needs to know its size
    expect(() => new Seg({})).toThrow()
    // @ts-expect-error: metrics are the library's own
    expect(() => new Seg({ heapBytes: 0, row: 1 })).toThrow()
  })
})
