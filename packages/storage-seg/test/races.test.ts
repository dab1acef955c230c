/** What a thread finds changed by another between two of its steps, where no lock keeps others out. */
import { NEVER, Status } from '@pelikan/core'
import { expect, it, vi } from 'vitest'
import { beginTwo, entryOf, seconds } from './begin.ts'

interface Claiming {
  readonly prototype: { claim: () => boolean }
}

interface Listing {
  readonly prototype: { nextToMerge: (list: number) => number }
}

/** A class of the inside, for its steps. */
async function inside<Class>(file: string, name: string): Promise<Class> {
  const module = (await import(new URL(`../src/${file}`, import.meta.url).href)) as object
  return Reflect.get(module, name) as Class
}

it('what another stores in the midst of a search for neighbours stays, where nothing is evicted', async () => {
  const window = await inside<Claiming>('segments/window.ts', 'Window')
  const { seg, one, other, two } = beginTwo({
    eviction: 'none',
    spareSegments: 0,
    itemSizeMax: 2500,
  })
  const short = { deadline: one.in(10) }
  for (let i = 0; i < 8; i++) one.set(`s${i}`, 'x'.repeat(900), short)
  one.wait(20)
  const search = vi.spyOn(window.prototype, 'claim').mockImplementationOnce(function (
    this: Claiming['prototype'],
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

it('a merge leaves alone what has come into another list since it was looked up', async () => {
  const lists = await inside<Listing>('segments/segment-lists.ts', 'SegmentLists')
  const sizes = { segments: 12, mergeYoung: 1, compactTarget: 0, spareSegments: 0 }
  const { seg, one, other } = beginTwo({ eviction: 'merge', ...sizes })
  const keys = Array.from({ length: 300 }, (_, i) => `a${i}`)
  // The second merge of the list goes on where the first has stopped.
  const lookUp = Reflect.get(lists.prototype, 'nextToMerge')
  let isMoved = false
  const search = vi.spyOn(lists.prototype, 'nextToMerge').mockImplementation(function (
    this: object,
    list,
  ) {
    const next = lookUp.call(this, list)
    if (next === 0 || isMoved) return next
    isMoved = true
    for (const key of keys.toReversed()) other.delete(Buffer.from(key), 0, key.length)
    for (let i = 0; i < 80; i++) other.set(entryOf(`b${i}`, 100, one.in(seconds(3600))))
    return next
  })
  for (let i = 0; !isMoved; i++) seg.set(entryOf(keys[i], 100, NEVER))
  search.mockRestore()
  seg.check()
})
