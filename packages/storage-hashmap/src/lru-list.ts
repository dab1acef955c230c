/**
 * Items in the order of their last use, linked through themselves.
 *
 * ```text
 *   end  <->  newest  <->  ...  <->  oldest  <->  end       a ring; `end` is no item
 *        older              newer
 * ```
 *
 * @module
 */
import { StoredItem } from './stored-item.ts'

export class LruList {
  readonly #end = new StoredItem(0)

  /** The item that was used longest ago; `undefined` where there is none. */
  get oldest(): StoredItem | undefined {
    const oldest = this.#end.newer
    return oldest === this.#end ? undefined : oldest
  }

  /** Put an item that is in no list in front. */
  add(item: StoredItem): void {
    const newest = this.#end.older
    item.newer = this.#end
    item.older = newest
    newest.newer = item
    this.#end.older = item
  }

  remove(item: StoredItem): void {
    item.newer.older = item.older
    item.older.newer = item.newer
    item.newer = item
    item.older = item
  }

  /** Move an item of this list to the front. */
  use(item: StoredItem): void {
    if (item === this.#end.older) return
    this.remove(item)
    this.add(item)
  }

  /** Forget every item; those linked until now must not be used with this list again. */
  clear(): void {
    this.#end.newer = this.#end
    this.#end.older = this.#end
  }

  /** From the newest to the oldest. */
  *[Symbol.iterator](): Generator<StoredItem> {
    for (let item = this.#end.older; item !== this.#end; item = item.older) yield item
  }
}
