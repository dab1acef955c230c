/** Random operations, and what a `Map` would answer. Nothing is evicted here, so every answer is known. */
import { FakeClock } from '@pelikan/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Seg, type SegLifetime } from '@pelikan/storage-seg'

interface Kept {
  readonly value: string
  readonly end: number
}

class Model {
  readonly items = new Map<string, Kept>()
  now = 0

  get(key: string): Kept | undefined {
    const item = this.items.get(key)
    return item !== undefined && item.end > this.now ? item : undefined
  }

  set(key: string, value: string, ticks: number): void {
    this.items.set(key, { value, end: this.now + ticks })
  }

  entries(): [string, string][] {
    return [...this.items].flatMap(([key, { end, value }]) =>
      end > this.now ? [[key, value] as [string, string]] : [],
    )
  }
}

const key = fc.constantFrom('a', 'b', 'ü', '👋', 'k'.repeat(250), '\0', '7')
const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.nat().map(String),
  fc.string({ minLength: 200, maxLength: 400 }),
)
const ticks = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 30 }), fc.nat(1e6))
const step = fc.oneof(
  fc.tuple(fc.constant('set' as const), key, value, ticks, fc.boolean()),
  fc.tuple(fc.constant('get' as const), key),
  fc.tuple(fc.constant('delete' as const), key),
  fc.tuple(fc.constant('touch' as const), key, ticks),
  fc.tuple(fc.constant('count' as const), key, fc.integer({ min: -99, max: 99 }), fc.boolean()),
  fc.tuple(fc.constant('wait' as const), fc.integer({ min: 1, max: 40 })),
  fc.tuple(fc.constant('expire' as const)),
  fc.tuple(fc.constant('clear' as const)),
  fc.tuple(fc.constant('walk' as const)),
)

const COUNTABLE = /^\s*\d{1,15}\s*$/

it.each([false, true])(
  'does what a Map with deadlines does (shared: %s)',
  (isShared) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const clock = new FakeClock()
        const seg = new Seg({ heapBytes: '1MB', segmentBytes: 4096, eviction: 'none', clock })
        const other = isShared ? Seg.attach(seg.share(), { clock }) : seg
        const model = new Model()
        for (const [i, taken] of steps.entries()) {
          run(i % 2 === 0 ? seg : other, model, clock, taken)
        }
        expect(walk(other)).toEqual(model.entries().toSorted(byKey))
        seg.storage.check()
        for (const each of [seg, other]) each.close()
      }),
      { numRuns: 150 },
    )
  },
  60_000,
)

type Step = typeof step extends fc.Arbitrary<infer Taken> ? Taken : never

function run(seg: Seg, model: Model, clock: FakeClock, taken: Step): void {
  switch (taken[0]) {
    case 'set': {
      const [, name, text, lives, asBytes] = taken
      // Zero is no time to live.
      const rest = Math.max(lives, 1)
      expect(seg.set(name, asBytes ? Buffer.from(text) : text, lifetime(rest))).toBe(true)
      return model.set(name, text, rest)
    }
    case 'get': {
      const expected = model.get(taken[1])?.value
      expect(seg.getString(taken[1])).toBe(expected)
      expect(seg.get(Buffer.from(taken[1]))?.toString()).toBe(expected)
      expect(seg.has(taken[1])).toBe(expected !== undefined)
      return
    }
    case 'delete': {
      expect(seg.delete(taken[1])).toBe(model.get(taken[1]) !== undefined)
      model.items.delete(taken[1])
      return
    }
    case 'touch': {
      const [, name, lives] = taken
      const item = model.get(name)
      const rest = Math.max(lives, 1)
      expect(seg.touch(name, lifetime(rest))).toBe(item !== undefined)
      if (item !== undefined) model.set(name, item.value, rest)
      return
    }
    case 'count': {
      const [, name, by, begins] = taken
      const item = model.get(name)
      const options = begins ? { initial: 5 } : undefined
      const count = () =>
        by < 0 ? seg.decrement(name, -by, options) : seg.increment(name, by, options)
      if (item === undefined) {
        expect(count()).toBe(begins ? 5 : undefined)
        if (begins) model.set(name, '5', Infinity)
        return
      }
      if (!COUNTABLE.test(item.value)) return
      const sum = Math.max(Number(item.value) + by, 0)
      expect(count()).toBe(sum)
      model.items.set(name, { ...item, value: String(sum).padEnd(item.value.length) })
      return
    }
    case 'wait':
      clock.advanceTicks(taken[1])
      model.now += taken[1]
      return
    case 'expire':
      return seg.expire()
    case 'clear':
      model.items.clear()
      return seg.clear()
    case 'walk':
      expect(walk(seg)).toEqual(model.entries().toSorted(byKey))
      expect(Array.from(seg.keys(), String).toSorted()).toEqual(
        model
          .entries()
          .map(([name]) => name)
          .toSorted(),
      )
      return
  }
}

/** Seconds or milliseconds, whichever: they are the same. */
function lifetime(ticks_: number): SegLifetime {
  if (ticks_ === Infinity) return {}
  return ticks_ % 2 === 0 ? { ttl: ticks_ / 10 } : { ttlMs: ticks_ * 100 }
}

function walk(seg: Seg): [string, string][] {
  return Array.from(
    seg,
    ([name, text]) => [String(name), String(text)] as [string, string],
  ).toSorted(byKey)
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1
}
