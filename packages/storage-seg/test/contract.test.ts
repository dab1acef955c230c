import { testKeyValueStorage, type StorageSettings } from '@pelikan/testkit'
import { describe } from 'vitest'
import { SegStorage, type Eviction } from '@pelikan/storage-seg'

const SIZES = { sizes: { ample: 256 * 1024 } }

function make(policy: Eviction, settings: StorageSettings): SegStorage {
  const { clock, eviction, itemSizeMax, memoryLimit } = settings
  return new SegStorage({
    clock,
    heapBytes: memoryLimit,
    segmentBytes: itemSizeMax,
    eviction: eviction === 'none' ? 'none' : policy,
    seed: 1,
  })
}

describe('merge', () => {
  testKeyValueStorage((settings) => make('merge', settings), SIZES)
})

// The recount after every operation takes most of the time: fuzz.test.ts has it under every policy.
describe.each(['random', 'random-fifo', 'fifo', 'cte', 'util', 's3-fifo'] as const)(
  '%s, not recounted',
  (policy) => {
    testKeyValueStorage((settings) => {
      const seg = make(policy, settings)
      return Object.defineProperty(seg, 'check', { value: undefined })
    }, SIZES)
  },
)

describe('merge, shared', () => {
  testKeyValueStorage((settings) => {
    const seg = SegStorage.attach(make('merge', settings).share(), {
      clock: settings.clock,
      seed: 1,
    })
    return Object.defineProperty(seg, 'check', { value: undefined })
  }, SIZES)
})
