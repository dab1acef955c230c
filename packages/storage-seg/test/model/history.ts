/**
 * Random histories of a storage: settings and steps as plain data, which fast-check makes and shortens, and
 * of which each step prints as a line that can be pasted into a test.
 *
 * @module
 */
import fc from 'fast-check'

export const KEYS = Array.from({ length: 40 }, (_, i) => `k${'-'.repeat(i % 7)}${i}`)
export const WRITES = ['set', 'add', 'replace', 'append', 'prepend', 'cas'] as const
export type Write = (typeof WRITES)[number]

/** Ticks from now; at most 0 is over at once. */
export type Ttl = number | 'never'

/** The numbers of a write: bytes of the value, and the client's flags. */
export type Step =
  | readonly ['get' | 'delete' | 'prefetch', key: string]
  /** A get that lasts until the next step is over; it is looked at then, if another thread made that step. */
  | readonly ['lend', key: string]
  | readonly [Write, key: string, length: number, flags: number, ttl: Ttl]
  /** A set of a value that is a number. */
  | readonly ['number', key: string, value: number, ttl: Ttl]
  | readonly ['increment' | 'decrement', key: string, delta: number]
  | readonly ['touch' | 'getAndTouch', key: string, ttl: Ttl]
  /** On terms: what has less than `recache` ticks left can be won; `same` leaves the deadline, `none` makes nothing. */
  | readonly ['fetch', key: string, ttl: Ttl | 'same', vivify: Ttl | 'none', recache: number]
  | readonly ['invalidate', key: string, ttl: Ttl | 'same']
  | readonly ['empty', key: string]
  | readonly ['reserve', key: string, length: number, flags: number, ttl: Ttl]
  /** Store, or give up, what was reserved first. */
  | readonly ['commit', Write]
  /** The same on terms: with a deadline for an item that a join makes, or none is made. */
  | readonly ['commitOn', Write, vivify: Ttl | 'none']
  | readonly ['abort']
  | readonly ['wait', ticks: number]
  /** Ticks from now. */
  | readonly ['flush', ticks: number]
  | readonly ['expire' | 'settle' | 'clear']
  /** The next steps are this thread's. */
  | readonly ['turn', thread: number]

/** What a storage is made with, besides its policy. */
export interface Settings {
  readonly segments: number
  readonly segmentBytes: number
  /** Most segments of an item, where so many may have one. */
  readonly itemSegments: number
  readonly hashPower: number
  readonly overflowFactor: number
  readonly compactTarget: number
  readonly mergeTarget: number
  /** Where there are any, walks rest between writes. */
  readonly spareSegments: number
  /** Storages over one memory, whose steps take turns in one thread; with more than one it is shared. */
  readonly threads: number
  /** All keys in two buckets, with one tag; a storage that is shared has a hash of its own. */
  readonly weak: boolean
  readonly seed: number
}

/** Heaps that are always full. */
export const tinySettings: fc.Arbitrary<Settings> = fc.record({
  segments: fc.oneof(
    fc.constant(8),
    fc.integer({ min: 2, max: 12 }),
    fc.integer({ min: 8, max: 24 }),
  ),
  segmentBytes: fc.constantFrom(1024, 1024, 256),
  itemSegments: fc.constantFrom(1, 2, 3, 5),
  hashPower: fc.integer({ min: 3, max: 6 }),
  overflowFactor: fc.constantFrom(0, 0.5, 2, 16),
  compactTarget: fc.constantFrom(0, 2, 4),
  mergeTarget: fc.constantFrom(2, 4),
  spareSegments: fc.constantFrom(0, 1, 3, 100),
  threads: fc.constantFrom(1, 1, 2, 3),
  weak: fc.boolean(),
  seed: fc.nat(),
})

/** Heaps and tables that hold whatever a history writes. */
export const ampleSettings: fc.Arbitrary<Settings> = fc.record({
  segments: fc.constant(512),
  segmentBytes: fc.constantFrom(2048, 4096),
  itemSegments: fc.constantFrom(1, 3),
  hashPower: fc.constant(9),
  overflowFactor: fc.constant(2),
  compactTarget: fc.constantFrom(0, 2, 4),
  mergeTarget: fc.constantFrom(2, 4),
  spareSegments: fc.constantFrom(0, 9),
  threads: fc.constantFrom(1, 1, 2),
  weak: fc.boolean(),
  seed: fc.nat(),
})

const key = fc.constantFrom(...KEYS)
const flags = fc.constantFrom(0, 0, 0, 7, -1)
/** Every tier of TTL buckets, and the near end. */
const ttl: fc.Arbitrary<Ttl> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('never' as const) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 2, arbitrary: fc.constantFrom(20_000, 40_000, 400_000, 6_000_000, 90_000_000) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 0 }) },
)
const length = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 90 }) },
  { weight: 1, arbitrary: fc.nat({ max: 1100 }) },
  { weight: 1, arbitrary: fc.nat({ max: 5200 }) },
)
const write = fc.constantFrom(...WRITES, 'set', 'set')
const sameOrTtl = fc.oneof(fc.constant('same' as const), ttl)
const noneOrTtl = fc.oneof(fc.constant('none' as const), ttl)

const ordinaryStep = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(is('get'), key) },
  { weight: 12, arbitrary: fc.tuple(write, key, length, flags, ttl) },
  { weight: 2, arbitrary: fc.tuple(is('number'), key, fc.nat({ max: 1500 }), ttl) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('increment', 'decrement'), key, fc.nat({ max: 999 })),
  },
  { weight: 2, arbitrary: fc.tuple(is('touch'), key, ttl) },
  { weight: 1, arbitrary: fc.tuple(is('getAndTouch'), key, ttl) },
  { weight: 2, arbitrary: fc.tuple(is('delete'), key) },
  { weight: 1, arbitrary: fc.tuple(is('prefetch'), key) },
  { weight: 2, arbitrary: fc.tuple(is('lend'), key) },
  {
    weight: 2,
    arbitrary: fc.tuple(is('fetch'), key, sameOrTtl, noneOrTtl, fc.constantFrom(0, 0, 30)),
  },
  { weight: 1, arbitrary: fc.tuple(is('invalidate'), key, sameOrTtl) },
  { weight: 1, arbitrary: fc.tuple(is('empty'), key) },
  { weight: 5, arbitrary: fc.tuple(is('turn'), fc.nat({ max: 2 })) },
  { weight: 1, arbitrary: fc.tuple(is('reserve'), key, length, flags, ttl) },
  { weight: 1, arbitrary: fc.tuple(is('commit'), write) },
  { weight: 1, arbitrary: fc.tuple(is('commitOn'), write, noneOrTtl) },
  { weight: 2, arbitrary: fc.tuple(is('wait'), fc.constantFrom(1, 5, 11, 100, 3000)) },
  { weight: 1, arbitrary: fc.tuple(is('expire')) },
  { weight: 1, arbitrary: fc.tuple(is('settle')) },
)

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 120, arbitrary: ordinaryStep },
  { weight: 1, arbitrary: fc.tuple(is('abort')) },
  { weight: 2, arbitrary: fc.tuple(is('flush'), fc.integer({ min: -1, max: 20 })) },
  { weight: 2, arbitrary: fc.tuple(is('clear')) },
)

export function history(maxLength: number): fc.Arbitrary<Step[]> {
  return fc.array(anyStep, { maxLength, size: 'max' })
}

function is<const Name extends string>(name: Name): fc.Arbitrary<Name> {
  return fc.constant(name)
}
