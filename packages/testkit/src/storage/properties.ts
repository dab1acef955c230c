/**
 * The contract as two properties over random histories. On a failure fast-check prints the shortest
 * history that it found, and the seed.
 *
 * @module
 */
import fc from 'fast-check'
import { Replay } from './replay.ts'
import { anyStep } from './steps.ts'
import type { StorageTest } from './storage-test.ts'

const LONGEST_TTL = 12
const ANY_BYTE = fc.nat({ max: 255 }).map((byte) => String.fromCharCode(byte))

/** Few keys, so that steps meet. */
const FEW_KEYS = ['a', '\0\xff \r\n', 'k'.repeat(250)]
const SHORT_VALUES = fc.oneof(
  fc.string({ unit: ANY_BYTE, maxLength: 20 }),
  fc.nat({ max: 120 }).map(String),
  fc.constantFrom(
    '18446744073709551615',
    '18446744073709551616',
    ' 7',
    '+5',
    '007 ',
    '-1',
    '1a',
    '\t1 a',
  ),
)

/** So many that a tiny storage cannot hold them. */
const MANY_KEYS = Array.from({ length: 150 }, (_, index) => `key-${index}`)
/** `17x300` stands for a value of 300 times `17;`: short where a history is printed. */
const LONG_VALUES = fc
  .tuple(fc.nat({ max: 999_999_999 }), fc.integer({ min: 1, max: 400 }))
  .map(([mark, times]) => `${mark}x${times}`)

function unfold(text: string): string {
  const [mark, times] = text.split('x')
  return `${mark};`.repeat(Number(times))
}

/** Milliseconds after which a search for a shorter failure ends. */
const TIME_LIMIT = 10_000

export const storageProperties: readonly StorageTest[] = [
  {
    name: 'does what the model does',
    run: (context) => {
      const { itemSizeMax } = context.sizes
      const keys = fc.constantFrom(...FEW_KEYS)
      const step = anyStep({ keys, values: SHORT_VALUES, stepsPerFlush: 30 })
      const history = fc.array(step, { maxLength: 100, size: 'max' })
      fc.assert(
        fc.property(history, (steps) => {
          const replay = new Replay(context.begin(), { itemSizeMax, evicts: false })
          replay.play(steps)
          replay.finish(FEW_KEYS, LONGEST_TTL)
        }),
        { numRuns: 500, interruptAfterTimeLimit: TIME_LIMIT },
      )
    },
  },
  {
    name: 'shows nothing wrong, stale, expired or dropped while it evicts',
    run: (context) => {
      const { itemSizeMax } = context.sizes
      const keys = fc.constantFrom(...MANY_KEYS)
      const step = anyStep({ keys, values: LONG_VALUES, stepsPerFlush: 300 })
      const history = fc.array(step, { maxLength: 1000, size: 'max' })
      fc.assert(
        fc.property(history, (steps) => {
          const replay = new Replay(context.beginTiny('lru'), { itemSizeMax, evicts: true, unfold })
          replay.play(steps)
          replay.finish(MANY_KEYS, LONGEST_TTL)
        }),
        { numRuns: 50, interruptAfterTimeLimit: TIME_LIMIT },
      )
    },
  },
]
