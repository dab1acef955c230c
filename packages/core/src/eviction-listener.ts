import type { Item } from './item.ts'

/** An item with its key, both in `bytes`: a view that is lent. */
export interface KeyedItem extends Item {
  /** The key is `bytes[keyStart, keyEnd)`. */
  readonly keyStart: number
  readonly keyEnd: number
}

/** Is told which items a storage drops to make room for others. */
export interface EvictionListener {
  /** Whether it wants to be told now. A storage looks at it for each item that goes, and at nothing else. */
  readonly isOn: boolean
  /**
   * An item goes, with its marks and last access. It is lent until this returns, which happens in the
   * middle of a write and under locks: nothing of the storage is called, and nothing waited for.
   */
  readonly evicted: (item: KeyedItem) => void
}
