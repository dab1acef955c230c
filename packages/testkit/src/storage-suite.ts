/**
 * The suite that decides whether a storage keeps the contract of `KeyValueStorage`: named examples for
 * every clause, and histories compared with a model.
 *
 * @module
 */
import { describe, it } from 'vitest'
import { storageClauses } from './storage/clauses.ts'
import { storageProperties } from './storage/properties.ts'
import {
  StorageTestContext,
  type MakeStorage,
  type StorageSizes,
  type StorageTest,
} from './storage/storage-test.ts'

export interface StorageSuiteOptions {
  /** What the storage cannot do, by the name of the test, and why. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[]
  /** What the storage promises beyond the contract. */
  readonly additionalTests?: readonly StorageTest[]
  /** Other sizes than {@link STORAGE_SIZES}, for a storage that cannot be so small. */
  readonly sizes?: Partial<StorageSizes>
}

/** What a storage under test is made with unless it asks for something else. */
export const STORAGE_SIZES: StorageSizes = {
  ample: 64 * 1024 * 1024,
  tiny: 128 * 1024,
  itemSizeMax: 8 * 1024,
}

/** Every test of the contract. Each can be run by itself on a {@link StorageTestContext}. */
export const storageTests: readonly StorageTest[] = [...storageClauses, ...storageProperties]

/**
 * Register the tests of the contract with vitest.
 *
 * @throws TypeError where `skip` names a test that does not exist
 */
export function testKeyValueStorage(make: MakeStorage, options: StorageSuiteOptions = {}): void {
  const context = new StorageTestContext(make, { ...STORAGE_SIZES, ...options.sizes })
  const tests = [...storageTests, ...(options.additionalTests ?? [])]
  const reasons = new Map((options.skip ?? []).map(({ test, reason }) => [test, reason]))
  for (const name of reasons.keys()) {
    if (!tests.some((test) => test.name === name)) throw new TypeError(`there is no test "${name}"`)
  }
  describe('KeyValueStorage', () => {
    for (const test of tests) {
      const reason = reasons.get(test.name)
      it(test.name, (runner) => {
        if (reason !== undefined) runner.skip(reason)
        test.run(context)
      })
    }
  })
}
