/**
 * Random histories of a storage: what may be asked of it, as plain data that fast-check makes,
 * shortens and prints.
 *
 * @module
 */
import fc from 'fast-check'
import type { WriteOperation } from './subject.ts'

/** Ticks from now; `never` for no end. At most 0 is over at once. */
export type Ttl = number | 'never'

export type Step =
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'getAndTouch' | 'touch'; readonly key: string; readonly ttl: Ttl }
  | {
      readonly do: 'fetch'
      readonly key: string
      readonly vivify: Ttl | undefined
      readonly ttl: Ttl | undefined
      /** Ticks from now, before which an item may be won. */
      readonly recache: number | undefined
      readonly peeks: boolean
    }
  | { readonly do: 'invalidate'; readonly key: string; readonly ttl: Ttl | undefined }
  | { readonly do: 'empty'; readonly key: string }
  | {
      readonly do: 'count'
      readonly key: string
      readonly delta: bigint
      readonly initial: bigint
      readonly vivify: Ttl
    }
  | {
      readonly do: WriteOperation
      readonly key: string
      readonly value: string
      readonly flags: number
      readonly ttl: Ttl
    }
  | { readonly do: 'setTooLarge'; readonly key: string }
  | { readonly do: 'increment' | 'decrement'; readonly key: string; readonly delta: bigint }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'reserve'; readonly key: string; readonly value: string }
  /** `which` counts through the reservations that are open. */
  | { readonly do: 'write'; readonly which: number; readonly length: number }
  | {
      readonly do: 'commit'
      readonly which: number
      readonly operation: WriteOperation
      readonly flags: number
      readonly ttl: Ttl
    }
  | { readonly do: 'abort'; readonly which: number }
  | { readonly do: 'flush'; readonly in: number }
  | { readonly do: 'wait'; readonly ticks: number }
  | { readonly do: 'expire' }

export const WRITE_OPERATIONS: readonly WriteOperation[] = [
  'set',
  'add',
  'replace',
  'cas',
  'append',
  'prepend',
]

/** What steps are made from. */
export interface StepSource {
  readonly keys: fc.Arbitrary<string>
  readonly values: fc.Arbitrary<string>
  /** One step in this many flushes. */
  readonly stepsPerFlush: number
}

const FLAGS = fc.constantFrom(0, 0, 1, 42, 0x7fff_ffff, -1)
const TTL: fc.Arbitrary<Ttl> = fc.oneof(
  { arbitrary: fc.constant('never' as const), weight: 2 },
  { arbitrary: fc.integer({ min: 1, max: 12 }), weight: 3 },
  { arbitrary: fc.integer({ min: -3, max: 0 }), weight: 1 },
)
const MAYBE_TTL = fc.option(TTL, { nil: undefined })
const DELTA = fc.oneof(
  fc.bigInt({ min: 0n, max: 12n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
)
const WHICH = fc.nat({ max: 3 })
const PIECE = fc.integer({ min: 1, max: 9 })

/** One thing to do, in a mixture that finds mistakes. */
export function anyStep(source: StepSource): fc.Arbitrary<Step> {
  const flush = fc.record({ do: is('flush'), in: fc.integer({ min: -2, max: 8 }) })
  return fc.oneof(
    { weight: 1, arbitrary: flush },
    { weight: source.stepsPerFlush - 1, arbitrary: anyOtherStep(source) },
  )
}

function anyOtherStep({ keys: key, values: value }: StepSource): fc.Arbitrary<Step> {
  const operation = fc.constantFrom(...WRITE_OPERATIONS)
  const options = { flags: FLAGS, ttl: TTL }
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: is('get'), key }) },
    { weight: 2, arbitrary: fc.record({ do: oneOf('getAndTouch', 'touch'), key, ttl: TTL }) },
    { weight: 4, arbitrary: fc.record({ do: is('set'), key, value, ...options }) },
    { weight: 6, arbitrary: fc.record({ do: operation, key, value, ...options }) },
    { weight: 1, arbitrary: fc.record({ do: is('setTooLarge'), key }) },
    { weight: 3, arbitrary: fc.record({ do: oneOf('increment', 'decrement'), key, delta: DELTA }) },
    { weight: 1, arbitrary: fc.record({ do: is('delete'), key }) },
    { weight: 4, arbitrary: anyFetch(key) },
    { weight: 2, arbitrary: fc.record({ do: is('invalidate'), key, ttl: MAYBE_TTL }) },
    { weight: 1, arbitrary: fc.record({ do: is('empty'), key }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: is('count'), key, delta: DELTA, initial: DELTA, vivify: TTL }),
    },
    { weight: 2, arbitrary: fc.record({ do: is('reserve'), key, value }) },
    { weight: 3, arbitrary: fc.record({ do: is('write'), which: WHICH, length: PIECE }) },
    { weight: 2, arbitrary: fc.record({ do: is('commit'), which: WHICH, operation, ...options }) },
    { weight: 1, arbitrary: fc.record({ do: is('abort'), which: WHICH }) },
    { weight: 3, arbitrary: fc.record({ do: is('wait'), ticks: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ do: is('expire') }) },
  )
}

function anyFetch(key: fc.Arbitrary<string>): fc.Arbitrary<Step> {
  return fc.record({
    do: is('fetch'),
    key,
    vivify: MAYBE_TTL,
    ttl: MAYBE_TTL,
    recache: fc.option(fc.nat({ max: 12 }), { nil: undefined }),
    peeks: fc.boolean(),
  })
}

function is<Name extends Step['do']>(name: Name): fc.Arbitrary<Name> {
  return fc.constant(name)
}

function oneOf<Name extends Step['do']>(...names: Name[]): fc.Arbitrary<Name> {
  return fc.constantFrom(...names)
}
