/**
 * What a test of the storage contract is: a name and a function that throws. Registering them with a
 * test runner is somebody else's job, so that the suite itself can be tried on broken storages.
 *
 * @module
 */
import type { Clock, KeyValueStorage } from '@pelikan/core'
import { FakeClock } from '../fake-clock.ts'
import { StorageSubject } from './subject.ts'

/** What a storage under test is made with. */
export interface StorageSettings {
  readonly clock: Clock
  /** Bytes that it may take. */
  readonly memoryLimit: number
  /**
   * Bytes of its largest item. A value of this length need not fit, one that is longer must not, and one of
   * half the length must.
   */
  readonly itemSizeMax: number
  /** `none`: refuse with `NoSpace`. `lru`: drop other items, which ones is the storage's affair. */
  readonly eviction: 'lru' | 'none'
}

/** Makes a storage; one with a `check` that throws has it called after every operation. */
export type MakeStorage = (
  settings: StorageSettings,
) => KeyValueStorage & { readonly check?: () => void }

/** Sizes that a suite uses; all in bytes. */
export interface StorageSizes {
  /** A memory limit that the tests never reach. */
  readonly ample: number
  /** A memory limit that holds ten to a thousand items of 512 bytes. */
  readonly tiny: number
  readonly itemSizeMax: number
}

export interface StorageTest {
  readonly name: string
  /** @throws an error that says how the storage breaks the contract */
  readonly run: (context: StorageTestContext) => void
}

/** What a test works with. */
export class StorageTestContext {
  readonly sizes: StorageSizes
  readonly #make: MakeStorage

  constructor(make: MakeStorage, sizes: StorageSizes) {
    this.#make = make
    this.sizes = sizes
  }

  /** A new storage that evicts nothing, with all the memory that it needs, some time after its clock began. */
  begin(): StorageSubject {
    return this.#begin(this.sizes.ample, 'none')
  }

  /** A new storage that is soon full. */
  beginTiny(eviction: StorageSettings['eviction']): StorageSubject {
    return this.#begin(this.sizes.tiny, eviction)
  }

  #begin(memoryLimit: number, eviction: StorageSettings['eviction']): StorageSubject {
    const clock = new FakeClock()
    const { itemSizeMax } = this.sizes
    const storage = this.#make({ clock, memoryLimit, itemSizeMax, eviction })
    clock.advance(100)
    return new StorageSubject(storage, clock)
  }
}
