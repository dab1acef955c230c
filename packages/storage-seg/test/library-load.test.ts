/** `getOrSet`: one run of a loader for everybody who waits, and what happens meanwhile. */
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it, vi } from 'vitest'
import { Seg, type SegValue } from '@pelikan/storage-seg'

type Loader = (key: string | Uint8Array) => SegValue | Promise<SegValue>

function make() {
  const clock = new FakeClock()
  return { clock, seg: new Seg({ heapBytes: '1MB', segmentBytes: 4096, clock }) }
}

/** A loader that answers when the test says so. */
function slow() {
  const { promise, reject, resolve } = Promise.withResolvers<SegValue>()
  return { loader: vi.fn<Loader>(() => promise), reject, resolve }
}

describe('getOrSet', () => {
  it('gives what is there, and runs no loader', async () => {
    const { seg } = make()
    seg.set('a', 'there')
    const loader = vi.fn<Loader>(() => 'loaded')
    expect(String(await seg.getOrSet('a', loader))).toBe('there')
    expect(loader).not.toHaveBeenCalled()
  })

  it.each([
    ['a string', () => 'value'],
    ['bytes', () => new TextEncoder().encode('value')],
    ['a promise', async () => 'value'],
    ['a promise of bytes', async () => Buffer.from('value')],
  ])('stores what the loader gives: %s', async (_name, loader) => {
    const { clock, seg } = make()
    const spy = vi.fn<Loader>(loader)
    expect(await seg.getOrSet('a', spy, { ttl: 1 })).toEqual(Buffer.from('value'))
    expect(await seg.getOrSet('a', spy, { ttl: 1 })).toEqual(Buffer.from('value'))
    expect(spy).toHaveBeenCalledExactlyOnceWith('a')
    clock.advance(0.9)
    expect(seg.getString('a')).toBe('value')
    clock.advance(0.1)
    expect(seg.getString('a')).toBeUndefined()
    expect(String(await seg.getOrSet('a', spy))).toBe('value')
    expect(spy).toHaveBeenCalledTimes(2)
    expect(seg.stats()).toMatchObject({ loads: 2, failedLoads: 0 })
  })

  it('counts the time to live from when it is stored', async () => {
    const { clock, seg } = make()
    const { loader, resolve } = slow()
    const loading = seg.getOrSet('a', loader, { ttl: 1 })
    clock.advance(60)
    resolve('value')
    await loading
    clock.advance(0.9)
    expect(seg.has('a')).toBe(true)
    clock.advance(0.1)
    expect(seg.has('a')).toBe(false)
  })

  it('runs one loader for all who ask meanwhile, and gives each a copy', async () => {
    const { seg } = make()
    const { loader, resolve } = slow()
    const other = vi.fn<Loader>(() => 'other')
    const waiting = [
      seg.getOrSet('a', loader),
      seg.getOrSet('a', other),
      seg.getOrSet(Buffer.from('a'), other),
    ]
    const elsewhere = seg.getOrSet('b', other)
    const shared = Buffer.from('value')
    resolve(shared)
    const values = await Promise.all(waiting)
    expect(values.map(String)).toEqual(['value', 'value', 'value'])
    for (const value of values) value.fill('x')
    expect(String(shared)).toBe('value')
    expect(seg.getString('a')).toBe('value')
    expect(String(await elsewhere)).toBe('other')
    expect(loader).toHaveBeenCalledTimes(1)
    expect(other).toHaveBeenCalledTimes(1)
  })

  it.each(['throws', 'rejects'])(
    'stores nothing where the loader %s, and asks again',
    async (how) => {
      const { seg } = make()
      const failure = new Error('the database is down')
      const loader = vi.fn<Loader>(() => {
        if (how === 'throws') throw failure
        return Promise.reject(failure)
      })
      const results = await Promise.allSettled([
        seg.getOrSet('a', loader),
        seg.getOrSet('a', loader),
      ])
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      expect((results[0] as PromiseRejectedResult).reason).toBe(failure)
      expect((results[1] as PromiseRejectedResult).reason).toBe(failure)
      expect(loader).toHaveBeenCalledTimes(1)
      expect(seg.has('a')).toBe(false)
      expect(String(await seg.getOrSet('a', () => 'up again'))).toBe('up again')
      expect(seg.stats()).toMatchObject({ loads: 2, failedLoads: 1 })
    },
  )

  it.each([undefined, null, 42, {}])('refuses a loader that gives %o', async (value) => {
    const { seg } = make()
    await expect(seg.getOrSet('a', () => value as never)).rejects.toThrow(
      expect.objectContaining({ code: 'PELIKAN_SEG_INVALID_VALUE' }),
    )
    expect(seg.has('a')).toBe(false)
  })

  it('gives a value also where it is too large to keep', async () => {
    const { seg } = make()
    const value = Buffer.alloc(600_000, 7)
    const loader = vi.fn<Loader>(() => value)
    expect(await seg.getOrSet('a', loader)).toEqual(value)
    expect(await seg.getOrSet('a', loader)).toEqual(value)
    expect(loader).toHaveBeenCalledTimes(2)
    expect(seg.has('a')).toBe(false)
  })

  it('knows the key as it was, whatever becomes of its bytes', async () => {
    const { seg } = make()
    const { loader, resolve } = slow()
    const key = Buffer.from('before')
    const loading = seg.getOrSet(key, loader)
    key.write('after!')
    seg.set('between', 'x')
    resolve('value')
    await loading
    expect(seg.getString('before')).toBe('value')
    expect(seg.has('after!')).toBe(false)
  })

  it.each([
    ['set', (seg: Seg) => seg.set('a', 'newer'), 'newer'],
    ['deleted', (seg: Seg) => seg.delete('a'), undefined],
    ['set and deleted', (seg: Seg) => seg.set('a', 'newer') && seg.delete('a'), undefined],
    ['cleared', (seg: Seg) => seg.clear(), undefined],
    ['counted', (seg: Seg) => seg.increment('a', 1, { initial: 1 }), '1'],
  ])('stores nothing where the key is %s while the loader runs', async (_name, change, left) => {
    const { seg } = make()
    const { loader, resolve } = slow()
    const loading = seg.getOrSet('a', loader)
    change(seg)
    resolve('outdated')
    expect(String(await loading)).toBe('outdated')
    expect(seg.getString('a')).toBe(left)
  })

  it('runs the loader again for who asks after a delete', async () => {
    const { seg } = make()
    const before = slow()
    const after = slow()
    const first = seg.getOrSet('a', before.loader)
    seg.delete('a')
    const second = seg.getOrSet('a', after.loader)
    after.resolve('new')
    expect(String(await second)).toBe('new')
    before.resolve('old')
    expect(String(await first)).toBe('old')
    expect(seg.getString('a')).toBe('new')
  })

  it('gives what was loaded also where the cache was closed meanwhile', async () => {
    const { seg } = make()
    const { loader, resolve } = slow()
    const loading = seg.getOrSet('a', loader)
    seg.close()
    resolve('value')
    expect(String(await loading)).toBe('value')
    expect(seg.stats().items).toBe(0)
  })
})
