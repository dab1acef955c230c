/** Going through a cache while it changes. */
import { FakeClock } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Seg } from '@pelikan/storage-seg'
import { WeakHash } from './weak-hash.ts'

function make(options: { readonly hash?: WeakHash; readonly hashPower?: number } = {}) {
  const clock = new FakeClock()
  const seg = new Seg({ heapBytes: '2MB', segmentBytes: 4096, eviction: 'none', clock, ...options })
  return { clock, seg }
}

describe('going through', () => {
  it('meets every item once', () => {
    const { seg } = make({ hashPower: 8 })
    const expected = Array.from({ length: 300 }, (_, i) => `k${i}`)
    for (const key of expected) seg.set(key, `value of ${key}`)
    const keys = Array.from(seg.keys(), String)
    expect(keys.toSorted()).toEqual(expected.toSorted())
    const entries = keys.map((key) => [key, `value of ${key}`])
    expect(Array.from(seg.entries(), (entry) => entry.map(String))).toEqual(entries)
    expect(Array.from(seg, (entry) => entry.map(String))).toEqual(entries)
  })

  it('meets all items of a bucket that has as many as it can', () => {
    const { seg } = make({ hash: new WeakHash(1), hashPower: 8 })
    let count = 0
    while (seg.set(`k${count}`, `v${count}`)) count++
    expect(count).toBe(119)
    const met = new Map(Array.from(seg, ([key, value]) => [String(key), String(value)]))
    expect(met.size).toBe(count)
    for (const [key, value] of met) expect(value.slice(1)).toBe(key.slice(1))
  })

  it('meets nothing in an empty cache, and may stop at any time', () => {
    const { seg } = make()
    expect([...seg]).toEqual([])
    seg.set('a', 'x')
    seg.set('b', 'x')
    for (const key of seg.keys()) {
      expect(key.length).toBe(1)
      break
    }
    seg.storage.check()
    expect([...seg.keys()].length).toBe(2)
  })

  it('gives keys and values that are the caller’s own', () => {
    const { seg } = make()
    seg.set('a', 'one')
    for (const [key, value] of seg) {
      key.fill('x')
      value.fill('x')
    }
    expect(seg.getString('a')).toBe('one')
  })

  it('gives the value of the moment, and no item whose time is over', () => {
    const { clock, seg } = make({ hash: new WeakHash(1) })
    for (const key of ['a', 'b', 'c']) seg.set(key, 'old', key === 'c' ? { ttl: 1 } : {})
    const met: string[] = []
    for (const [key, value] of seg) {
      met.push(`${String(key)} ${String(value)}`)
      if (met.length > 1) continue
      for (const other of ['a', 'b']) seg.set(other, 'new')
      clock.advance(1)
    }
    expect(met).toEqual(['a old', 'b new'])
  })

  it('meets nothing that was flushed', () => {
    const { clock, seg } = make()
    seg.set('a', 'x')
    seg.storage.flush(clock.now + 5)
    expect([...seg.keys()].length).toBe(1)
    clock.advanceTicks(5)
    expect([...seg.keys()]).toEqual([])
    seg.set('b', 'x')
    expect(Array.from(seg.keys(), String)).toEqual(['b'])
  })

  it('counts as no read', () => {
    const { seg } = make()
    seg.set('a', 'x')
    expect([...seg].length).toBe(1)
    expect(seg.stats()).toMatchObject({ hits: 0, misses: 0 })
  })

  it('meets what stays exactly once, whatever else happens', () => {
    const name = fc.nat(199).map((i) => `k${i}`)
    const change = fc.oneof(
      fc.tuple(fc.constant('set' as const), name, fc.nat(200)),
      fc.tuple(fc.constant('delete' as const), name),
      fc.tuple(fc.constant('touch' as const), name),
    )
    const property = fc.property(
      fc.array(name, { minLength: 1, maxLength: 60 }),
      fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 80 }),
      fc.boolean(),
      (first, changes, weak) => {
        const { seg } = make({ hashPower: 5, ...(weak ? { hash: new WeakHash(3) } : {}) })
        const there = new Set<string>()
        const store = (key: string, length: number) => {
          if (seg.set(key, 'v'.repeat(length))) there.add(key)
          else there.delete(key)
        }
        for (const key of first) store(key, 8)
        const all = new Set(there)
        const stayed = new Set(there)
        const met: string[] = []
        for (const [key, value] of seg) {
          met.push(String(key))
          expect(value.equals(Buffer.alloc(value.length, 'v'))).toBe(true)
          for (const [what, other, length] of changes[met.length] ?? []) {
            if (what === 'set') {
              store(other, length)
              if (there.has(other)) all.add(other)
            } else if (what === 'delete') {
              seg.delete(other)
              there.delete(other)
            } else {
              seg.touch(other, { ttl: 100 })
            }
            if (!there.has(other)) stayed.delete(other)
          }
        }
        expect(new Set(met).size).toBe(met.length)
        for (const key of met) expect(all.has(key)).toBe(true)
        for (const key of stayed) expect(met).toContain(key)
        seg.storage.check()
        seg.close()
      },
    )
    fc.assert(property, { numRuns: 150 })
  }, 60_000)
})
