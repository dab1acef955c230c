import { type Item, type KeyValueStorage, Status } from '@pelikan/core'
import type { MemcacheResponse } from '@pelikan/protocol-memcache'

/**
 * A key was looked up and answered: give its item back, and note in `response` whether there was one. Where the
 * view of it was not true all the while, what was written since `mark` is taken back.
 *
 * @returns whether the answer stands; where not, look up and answer again
 */
export function stands(
  storage: KeyValueStorage,
  item: Item | undefined,
  response: MemcacheResponse,
  mark: number,
): boolean {
  if (item === undefined) {
    response.outcome = Status.NotFound
    return true
  }
  if (storage.release(item)) {
    response.outcome = Status.Ok
    return true
  }
  response.rollback(mark)
  return false
}
