/**
 * set, add, replace, append, prepend and cas of the classic dialect.
 *
 * @module
 */
import type { Entry, KeyValueStorage, Status } from '@pelikan/core'
import { type MemcacheRequest, type MemcacheResponse, Op, Reply } from '@pelikan/protocol-memcache'
import { type Storing, refineJoin } from './storing-commands.ts'

/** The answer, by {@link Status}. */
const REPLIES: readonly Reply[] = [
  Reply.Stored,
  Reply.NotStored,
  Reply.Exists,
  Reply.NotFound,
  Reply.TooLarge,
  Reply.NoMemoryToStore,
  Reply.NotANumber,
]

export class MemcacheStoring implements Storing {
  readonly #storage: KeyValueStorage

  constructor(storage: KeyValueStorage) {
    this.#storage = storage
  }

  store(request: MemcacheRequest, entry: Entry): Status {
    const storage = this.#storage
    switch (request.op) {
      case Op.Set:
        return storage.set(entry)
      case Op.Add:
        return storage.add(entry)
      case Op.Replace:
        return storage.replace(entry)
      case Op.Append:
        return refineJoin(storage, request, entry, storage.append(entry))
      case Op.Prepend:
        return refineJoin(storage, request, entry, storage.prepend(entry))
      default:
        entry.cas.copy(request.number)
        return storage.cas(entry)
    }
  }

  removesOnRefusal(request: MemcacheRequest): boolean {
    return request.op === Op.Set
  }

  answer(_request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    response.reply(REPLIES[status])
  }
}
