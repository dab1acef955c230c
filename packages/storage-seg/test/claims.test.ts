/** Storages over one memory in one thread: what one has claimed, and rests in, is no harm to the others. */
import { describe, expect, it, vi } from 'vitest'
import { NEVER, Status } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { FakeClock, StorageSubject } from '@pelikan/testkit'
import { SegStorage, segMetrics, type SegOptions } from '@pelikan/storage-seg'
import { NO_SEGMENT } from '../src/segments/segment-headers.ts'
import { SegmentLists } from '../src/segments/segment-lists.ts'
import { Window } from '../src/segments/window.ts'
import { entryOf, seconds } from './begin.ts'

/** Two of them, over 8 segments of 1 KiB. */
function beginTwo(options: Partial<SegOptions>) {
  const clock = new FakeClock()
  const metrics = new Metrics([segMetrics], 2)
  const sizes = { heapBytes: 1, segments: 8, segmentBytes: 1024, hashPower: 8, seed: 7 }
  const seg = new SegStorage({ ...sizes, clock, metrics, ...options })
  const other = SegStorage.attach(seg.share(), { clock, metrics, row: 1, seed: 8 })
  const subjects = [seg, other].map((one) => new StorageSubject(one, clock))
  return { seg, other, one: subjects[0], two: subjects[1], metrics }
}

describe('while a walk of one storage rests', () => {
  it.each([
    ['has expired', (one: StorageSubject) => one.wait(20)],
    ['was flushed', (one: StorageSubject) => one.flush(one.in(0))],
  ])('another finds what else %s', (_, end) => {
    const { one, two } = beginTwo({ eviction: 'none', spareSegments: 8 })
    const short = { deadline: one.in(10) }
    for (let i = 0; i < 28; i++) one.set(`s${i}`, 'x'.repeat(200), short)
    end(one)
    // Begins to free a segment, and rests.
    expect(one.set('a', 'x'.repeat(20))).toBe('Ok')
    for (let i = 0; i < 20; i++) expect([i, two.set(`n${i}`, 'x'.repeat(200))]).toEqual([i, 'Ok'])
  })
})

describe('what a walk has claimed when it rests', () => {
  const isFree = (seg: SegStorage) => seg.inspect().segments.every(({ state }) => state === 'free')
  /** The second begins to make room, and rests. */
  function beginResting() {
    const both = beginTwo({ eviction: 'merge', spareSegments: 4 })
    // Four segments, with sixteen items each.
    for (let i = 0; i < 64; i++) both.one.set(`k${i}`, 'x'.repeat(50))
    both.two.set('a', 'x'.repeat(20))
    return both
  }

  it('is given back by a thread that has nothing to write for a while', () => {
    const { seg, other } = beginResting()
    other.settle()
    other.settle()
    seg.clear()
    expect(isFree(seg)).toBe(true)
    seg.check()
  })

  it('is not given back by one that was at it a moment ago', () => {
    const { seg, other } = beginResting()
    other.settle()
    seg.clear()
    expect(isFree(seg)).toBe(false)
    seg.check()
  })

  it('is given back by a thread that closes, with what was arriving there', () => {
    const { seg, other, two } = beginResting()
    const reservation = two.reserve('a', 500)
    if (typeof reservation !== 'number') throw new Error(reservation)
    other.close()
    seg.clear()
    expect(isFree(seg)).toBe(true)
    expect(() => other.abort(reservation)).toThrow(/^there is no reservation/)
    seg.check()
  })
})

it('what another stores in the midst of a search for neighbours stays, where nothing is evicted', () => {
  const { seg, one, other, two } = beginTwo({
    eviction: 'none',
    spareSegments: 0,
    itemSizeMax: 2500,
  })
  const short = { deadline: one.in(10) }
  for (let i = 0; i < 8; i++) one.set(`s${i}`, 'x'.repeat(900), short)
  one.wait(20)
  const search = vi.spyOn(Window.prototype, 'claim').mockImplementationOnce(function (
    this: Window,
  ) {
    // What has expired was chosen, and is used again before it is claimed.
    for (let i = 0; i < 8; i++) expect(other.set(entryOf(`s${i}`, 900, NEVER))).toBe(Status.Ok)
    return this.claim()
  })
  expect(one.set('long', 'x'.repeat(2400))).toBe('NoSpace')
  expect(search).toHaveBeenCalledTimes(2)
  search.mockRestore()
  for (let i = 0; i < 8; i++) expect([i, two.get(`s${i}`)?.value.length]).toEqual([i, 900])
  seg.check()
})

it('a merge leaves alone what has come into another list since it was looked up', () => {
  const sizes = { segments: 12, mergeYoung: 1, compactTarget: 0, spareSegments: 0 }
  const { seg, one, other } = beginTwo({ eviction: 'merge', ...sizes })
  const keys = Array.from({ length: 300 }, (_, i) => `a${i}`)
  // The second merge of the list goes on where the first has stopped.
  const lookUp = Reflect.get(SegmentLists.prototype, 'nextToMerge')
  let isMoved = false
  const search = vi.spyOn(SegmentLists.prototype, 'nextToMerge').mockImplementation(function (
    this: SegmentLists,
    list,
  ) {
    const next = lookUp.call(this, list)
    if (next === NO_SEGMENT || isMoved) return next
    isMoved = true
    for (const key of keys.toReversed()) other.delete(Buffer.from(key), 0, key.length)
    for (let i = 0; i < 80; i++) other.set(entryOf(`b${i}`, 100, one.in(seconds(3600))))
    return next
  })
  for (let i = 0; !isMoved; i++) seg.set(entryOf(keys[i], 100, NEVER))
  search.mockRestore()
  seg.check()
})
