/**
 * One storage in several real threads. `SEG_STRESS_SECONDS` prolongs the stress (5 by default, spread over
 * the policies), `SEG_STRESS_THREADS` widens it (2 by default).
 */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Entry, type Clock } from '@pelikan/core'
import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { SegStorage, type Eviction, type SegOptions } from '@pelikan/storage-seg'
import type { Report, Task } from './sharing-worker.ts'
import { WeakHash } from './weak-hash.ts'

const SECONDS = Number(process.env['SEG_STRESS_SECONDS'] ?? 5)
const THREADS = Number(process.env['SEG_STRESS_THREADS'] ?? 2)
const POLICIES: readonly Eviction[] = ['merge', 'merge', 'merge', 's3-fifo', 'fifo', 'none']

function make(options: Partial<SegOptions>) {
  const shared = new SharedArrayBuffer(64)
  const words = new Int32Array(shared)
  words[0] = 1
  const clock: Clock = {
    get now() {
      return Atomics.load(words, 0)
    },
    unixSeconds: 0,
    refresh() {},
  }
  const seg = new SegStorage({ heapBytes: 1, hashPower: 9, seed: 5, ...options, clock })
  const start = (kind: Task['kind'], threads: number, rounds: number) => {
    const handle = seg.share()
    return Array.from({ length: threads }, async (_, id) => {
      const workerData: Task = { kind, handle, shared, id, rounds }
      const worker = new Worker(new URL('sharing-worker.ts', import.meta.url), { workerData })
      const [report] = (await once(worker, 'message')) as [Report]
      await worker.terminate()
      return report
    })
  }
  /** Let so many threads work for some time, and until each has done its part. */
  const work = async (threads: number, milliseconds: number) => {
    const end = performance.now() + milliseconds
    const isDone = () =>
      performance.now() >= end &&
      Array.from({ length: threads }, (_, id) => Atomics.load(words, 2 + id)).every(
        (operations) => operations >= PART,
      )
    // A thread that failed does not get there.
    for (let turn = 0; turn < TURNS_MAX && !isDone(); turn++) {
      await sleep(10)
      Atomics.add(words, 0, 1)
      seg.check()
    }
    Atomics.store(words, 1, 1)
  }
  return { seg, start, work }
}

/** Operations that a thread does at least. */
const PART = 2000
const TURNS_MAX = 200 * SECONDS + 1000

describe('one thread', () => {
  it('does the same after sharing', () => {
    const clock = new FakeClock()
    clock.advance(10)
    const seg = new SegStorage({ heapBytes: 4 * 1024 * 1024, segmentBytes: 4096, clock })
    const first = new StorageSubject(seg, clock)
    const handle = seg.share()
    const second = new StorageSubject(SegStorage.attach(handle, { clock }), clock)
    expect(first.set('a', 'one', { flags: 3, deadline: first.in(20) })).toBe('Ok')
    expect(second.get('a')).toEqual(first.get('a'))
    expect(second.get('a')).toMatchObject({ value: 'one', flags: 3, deadline: first.in(20) })
    expect(second.getAndTouch('a', second.in(30))?.value).toBe('one')
    expect(first.getAndTouch('a', first.in(-1))?.value).toBe('one')
    expect(second.get('a')).toBeUndefined()
    second.set('b', '1', { deadline: first.in(5) })
    expect(first.increment('b', 41n)).toBe(42n)
    expect(first.get('b')?.value).toBe('42')
    first.wait(5)
    expect(second.get('b')).toBeUndefined()
    first.set('c', 'x')
    second.flush(second.in(2))
    expect(first.get('c')?.value).toBe('x')
    first.wait(2)
    expect(first.get('c')).toBeUndefined()
    const reservation = second.reserve('d', 3)
    if (typeof reservation !== 'number') throw new Error(reservation)
    second.write(reservation, 'abc')
    second.set('d', '', { reservation })
    expect(first.get('d')?.value).toBe('abc')
    first.clear()
    expect(second.get('d')).toBeUndefined()
    seg.check()
  })

  it('takes back a loan that a write came into', () => {
    const clock = new FakeClock()
    const seg = new SegStorage({ heapBytes: 4 * 1024 * 1024, segmentBytes: 4096, clock })
    const other = new StorageSubject(SegStorage.attach(seg.share(), { clock }), clock)
    other.set('a', 'one')
    const key = Buffer.from('a')
    for (let loan = 0; loan < 8; loan++) {
      const item = seg.get(key, 0, 1)
      other.set('a', 'two')
      expect(item !== undefined && seg.release(item)).toBe(false)
    }
    // After so many a copy is lent, which stays as it was.
    const copy = seg.get(key, 0, 1)
    other.set('a', 'new')
    if (copy === undefined) throw new Error('no item')
    expect(copy.bytes.toString('latin1', copy.start, copy.end)).toBe('two')
    expect(seg.release(copy)).toBe(true)
    const item = seg.get(key, 0, 1)
    expect(item !== undefined && seg.release(item)).toBe(true)
  })

  it('refuses to share a hash of the caller', () => {
    const seg = new SegStorage({
      heapBytes: 4 * 1024 * 1024,
      hash: new WeakHash(),
      clock: new FakeClock(),
    })
    expect(() => seg.share()).toThrow(expect.objectContaining({ code: 'PELIKAN_SEG_NOT_SHARED' }))
  })
})

describe('several threads', () => {
  it('lose no increment, no append and no cas', { timeout: 60_000 }, async () => {
    const { seg, start } = make({ segments: 256, segmentBytes: 65_536, eviction: 'none' })
    const entry = new Entry()
    entry.value = Buffer.from('0')
    for (const name of ['n0000000', 'c0000000', 'a0000000', 'a0000001', 'a0000002', 'a0000003']) {
      entry.key = Buffer.from(name)
      entry.keyEnd = 8
      entry.valueEnd = name.startsWith('a') ? 0 : 1
      seg.set(entry)
    }
    const rounds = 5000
    const reports = await Promise.all(start('count', 2, rounds))
    expect(reports.map(({ error }) => error)).toEqual([undefined, undefined])
    seg.check()
    const read = (name: string) => {
      const item = seg.get(Buffer.from(name), 0, 8)
      return item?.bytes.toString('latin1', item.start, item.end)
    }
    expect(read('n0000000')).toBe(String(2 * rounds))
    expect(read('c0000000')).toBe(String(2 * rounds))
    const appended = [0, 1, 2, 3].map((i) => read(`a000000${i}`) ?? '').join('')
    expect(appended.length).toBe(2 * rounds)
    expect([...appended].filter((byte) => byte === '1').length).toBe(rounds)
  })

  it('never see half of a write', { timeout: 60_000 }, async () => {
    const { seg, start, work } = make({ segments: 8, segmentBytes: 4096, eviction: 'fifo' })
    const running = start('read', 2, Infinity)
    await work(2, 1000)
    const [writer, reader] = await Promise.all(running)
    expect([writer?.error, reader?.error]).toEqual([undefined, undefined])
    expect(reader?.hits).toBeGreaterThan(PART / 2)
    seg.check()
  })

  it.each(POLICIES.map((eviction, i) => [eviction, [8, 24, 64, 24, 6, 24][i] ?? 24] as const))(
    'hold under stress with %s on %d segments',
    { timeout: 60_000 + SECONDS * 1000 },
    async (eviction, segments) => {
      const { seg, start, work } = make({ eviction, segments, segmentBytes: 4096 })
      const running = start('stress', THREADS, Infinity)
      await work(THREADS, (SECONDS * 1000) / POLICIES.length)
      const reports = await Promise.all(running)
      expect(reports.flatMap(({ error }) => error ?? [])).toEqual([])
      seg.check()
      for (const { hits, operations, refused } of reports) {
        expect(operations).toBeGreaterThanOrEqual(PART)
        expect(hits).toBeGreaterThan(0)
        if (eviction !== 'none') expect(refused).toBe(0)
      }
    },
  )
})
