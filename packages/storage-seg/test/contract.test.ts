/**
 * The suite of the contract: whole, with a recount after every operation, under `merge` and once more
 * through a shared storage; what is about eviction under every policy.
 */
import {
  STORAGE_SIZES,
  StorageTestContext,
  storageTests,
  testKeyValueStorage,
  type StorageSettings,
} from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { SegStorage, type Eviction } from '@pelikan/storage-seg'
import { EVICTING } from './begin.ts'

const SIZES = { ...STORAGE_SIZES, ample: 256 * 1024 }

/** @param parts segments that the largest item takes */
function make(policy: Eviction, settings: StorageSettings, parts = 1): SegStorage {
  const { clock, eviction, itemSizeMax, memoryLimit } = settings
  return new SegStorage({
    clock,
    heapBytes: memoryLimit,
    segmentBytes: itemSizeMax / parts,
    itemSizeMax: itemSizeMax - 13,
    eviction: eviction === 'none' ? 'none' : policy,
    seed: 1,
  })
}

/** The recount takes most of the time: the fuzzer has it under every policy. */
function withoutRecount(seg: SegStorage) {
  return Object.defineProperty(seg, 'check', { value: undefined })
}

describe('merge', () => {
  testKeyValueStorage((settings) => make('merge', settings), { sizes: SIZES })
})

describe('merge, shared, with large items in runs of segments', () => {
  testKeyValueStorage(
    (settings) => {
      const handle = make('merge', settings, 4).share()
      return withoutRecount(SegStorage.attach(handle, { clock: settings.clock, seed: 1 }))
    },
    { sizes: SIZES },
  )
})

describe.each(EVICTING.filter((policy) => policy !== 'merge'))('%s', (policy) => {
  const evicting = storageTests.filter(({ name }) => /\bevict/.test(name))

  it('has tests', () => expect(evicting.length).toBeGreaterThan(5))

  it.each(evicting)('$name', ({ run }) => {
    run(new StorageTestContext((settings) => withoutRecount(make(policy, settings, 4)), SIZES))
  })
})
