/** One cache in several threads. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { SystemClock } from '@pelikan/core'
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { Seg, type SegErrorCode, type SegLibraryOptions } from '@pelikan/storage-seg'
import type { Task } from './library-worker.ts'
import { WeakHash } from './weak-hash.ts'

const ROUNDS = 5000
const OPTIONS = { heapBytes: '4MB', segmentBytes: 16_384 } as const

const withCode = (code: SegErrorCode) => expect.objectContaining({ code })

function start(seg: Seg, kind: Task['kind'], id = 0, shared = new SharedArrayBuffer(8)) {
  const workerData: Task = { kind, handle: seg.share(), id, shared, rounds: ROUNDS }
  const worker = new Worker(new URL('library-worker.ts', import.meta.url), { workerData })
  const ended = once(worker, 'exit')
  const answer = async () => {
    const [message] = (await once(worker, 'message')) as [unknown]
    // By itself, whether it closed the cache or not.
    expect(await ended).toEqual([0])
    return message
  }
  return answer()
}

describe('a cache that is attached', () => {
  function two(options: Partial<SegLibraryOptions> = {}) {
    const clock = new FakeClock()
    const first = new Seg({ ...OPTIONS, clock, ...options })
    return { clock, first, second: Seg.attach(first.share(), { clock }) }
  }

  it('is the same one', () => {
    const { clock, first, second } = two()
    first.set('a', 'one', { ttl: 1 })
    expect(second.getString('a')).toBe('one')
    second.set('a', 'two', { ttl: 2 })
    second.increment('n', 1, { initial: 7 })
    expect(first.getString('a')).toBe('two')
    expect(first.increment('n')).toBe(8)
    clock.advance(2)
    expect(first.has('a')).toBe(false)
    second.clear()
    expect([...first]).toEqual([])
    expect(first.size).toBe(0)
  })

  it('can be shared on, and lives as long as any thread has it open', () => {
    const { clock, first, second } = two()
    first.set('a', 'one')
    const third = Seg.attach(second.share(), { clock })
    first.close()
    second.close()
    expect(third.getString('a')).toBe('one')
    expect(third.stats().items).toBe(1)
  })

  it('counts for itself, and shows the counts of all', () => {
    const { first, second } = two()
    first.set('a', 'x')
    second.set('b', 'x')
    second.get('a')
    second.get('c')
    first.get('c')
    first.delete('b')
    const expected = { items: 1, sets: 2, hits: 1, misses: 2, deletions: 1 }
    expect(first.stats()).toMatchObject(expected)
    expect(second.stats()).toEqual(first.stats())
    expect(second.size).toBe(1)
    second.close()
    expect(first.stats()).toMatchObject(expected)
  })

  it('keeps what another thread was faster to load', async () => {
    const { first, second } = two()
    const { promise, resolve } = Promise.withResolvers<string>()
    const loading = first.getOrSet('a', () => promise)
    second.set('a', 'newer')
    resolve('older')
    expect(String(await loading)).toBe('older')
    expect(first.getString('a')).toBe('newer')
  })

  it('has a clock of the same ticks', () => {
    const seg = new Seg(OPTIONS)
    const other = Seg.attach(seg.share())
    expect(other.clock).not.toBe(seg.clock)
    expect((other.clock as SystemClock).origin).toBe((seg.clock as SystemClock).origin)
    const own = new SystemClock()
    const third = new Seg({ ...OPTIONS, clock: own })
    expect((Seg.attach(third.share()).clock as SystemClock).origin).toBe(own.origin)
  })

  it('asks for a clock where the cache has one of the caller', () => {
    const seg = new Seg({ ...OPTIONS, clock: new FakeClock() })
    const handle = seg.share()
    expect(() => Seg.attach(handle)).toThrow(withCode('PELIKAN_SEG_INVALID_OPTION'))
    expect(() => Seg.attach(handle)).toThrow(/give attach one that shows the same ticks$/)
  })

  it('cannot have a hash of the caller', () => {
    const seg = new Seg({ ...OPTIONS, hash: new WeakHash() })
    expect(() => seg.share()).toThrow(withCode('PELIKAN_SEG_NOT_SHARED'))
  })
})

describe('more threads than were planned for', () => {
  function full() {
    const clock = new FakeClock()
    const seg = new Seg({ ...OPTIONS, threads: 3, clock })
    const open = () => Seg.attach(seg.share(), { clock })
    return { clock, seg, open, second: open(), third: open() }
  }

  it('are refused, until another closes the cache', () => {
    const { open, second, seg, third } = full()
    expect(open).toThrow(withCode('PELIKAN_SEG_TOO_MANY_THREADS'))
    expect(open).toThrow(/^3 threads have the cache open/)
    second.set('a', 'x')
    second.close()
    const fourth = open()
    fourth.get('a')
    expect(seg.stats()).toMatchObject({ sets: 1, hits: 1, items: 1 })
    expect(open).toThrow(withCode('PELIKAN_SEG_TOO_MANY_THREADS'))
    third.close()
    fourth.close()
  })

  it('get the place of one that ended without a word, a minute later', () => {
    const { clock, open, seg, third } = full()
    clock.advance(60)
    // A sign of life, as the timer gives it every second.
    seg.expire()
    third.expire()
    expect(open).toThrow(withCode('PELIKAN_SEG_TOO_MANY_THREADS'))
    clock.advance(0.1)
    const fourth = open()
    expect(open).toThrow(withCode('PELIKAN_SEG_TOO_MANY_THREADS'))
    fourth.close()
  })
})

describe('real threads', () => {
  it('see what others store', { timeout: 60_000 }, async () => {
    const seg = new Seg(OPTIONS)
    seg.set('from main', 'hello')
    const answers = await Promise.all([start(seg, 'greet', 1), start(seg, 'greet', 2)])
    expect(answers).toEqual([
      { heard: 'hello', loaded: 'value of 1' },
      { heard: 'hello', loaded: 'value of 2' },
    ])
    expect(seg.get('from 1')).toEqual(Buffer.from([1, 255]))
    expect(seg.get('from 2')).toEqual(Buffer.from([2, 255]))
    expect(seg.getString('loaded by 2')).toBe('value of 2')
    expect(seg.stats()).toMatchObject({ items: 5, sets: 3, hits: 5, misses: 2, loads: 2 })
    seg.storage.check()
  })

  it('lose no increment', { timeout: 60_000 }, async () => {
    const seg = new Seg(OPTIONS)
    const last = await Promise.all([start(seg, 'count', 1), start(seg, 'count', 2)])
    expect(Math.max(...(last as number[]))).toBe(2 * ROUNDS)
    expect(seg.getString('counter')).toBe(String(2 * ROUNDS))
    expect(seg.stats()).toMatchObject({ items: 1, hits: 2 * ROUNDS + 1 })
  })

  it(
    'leave nothing behind that ended in the midst of making room',
    { timeout: 60_000 },
    async () => {
      const seg = new Seg({ ...OPTIONS, segmentBytes: 65_536 })
      for (let thread = 0; thread < 3; thread++) await start(seg, 'rest', thread)
      seg.clear()
      const { segments } = seg.storage.inspect()
      expect(segments.filter(({ state }) => state !== 'free')).toEqual([])
    },
  )

  it('have one time', { timeout: 60_000 }, async () => {
    const seg = new Seg(OPTIONS)
    seg.clock.refresh()
    const before = seg.clock.now
    const tick = await start(seg, 'tick')
    seg.clock.refresh()
    expect(tick).toBeGreaterThanOrEqual(before)
    expect(tick).toBeLessThanOrEqual(seg.clock.now)
  })

  it('can go through it while another writes', { timeout: 60_000 }, async () => {
    const seg = new Seg({ ...OPTIONS, hashPower: 10 })
    const stays = Array.from({ length: 500 }, (_, i) => `stays ${i}`)
    for (const key of stays) seg.set(key, `value of ${key}`)
    const shared = new SharedArrayBuffer(8)
    const words = new Int32Array(shared)
    const churning = start(seg, 'churn', 0, shared)
    try {
      await expect.poll(() => Atomics.load(words, 1), { timeout: 20_000 }).toBeGreaterThan(100)
      for (let walk = 0; walk < 10; walk++) {
        const met = Array.from(seg, ([key, value]) => [String(key), String(value)] as const)
        const names = met.map(([key]) => key)
        expect(new Set(names).size).toBe(names.length)
        const stayed = met.filter(([key]) => key.startsWith('stays'))
        expect(stayed.length).toBe(stays.length)
        for (const [key, value] of stayed) expect(value).toBe(`value of ${key}`)
      }
      for (let read = 0; read < 5000; read++) expectWhole(seg)
    } finally {
      Atomics.store(words, 0, 1)
    }
    await churning
    seg.storage.check()
  })
})

const target = Buffer.alloc(4096)

/** Whatever is under the key that is written over and over, it is one value. */
function expectWhole(seg: Seg): void {
  const length = seg.getInto('same', target)
  if (length > 0 && !isWhole(target.subarray(0, length))) throw new Error('torn by getInto')
  const value = seg.get('same')
  if (value !== undefined && !isWhole(value)) throw new Error('torn by get')
}

function isWhole(value: Buffer): boolean {
  return value.every((byte) => byte === value[0])
}
