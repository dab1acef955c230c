/**
 * The binary dialect's `set`, `add`, `replace`, `append` and `prepend`.
 *
 * @module
 */
import { type Entry, type KeyValueStorage, Status, Terms } from '@pelikan/core'
import {
  BinaryCommand,
  type MemcacheRequest,
  type MemcacheResponse,
} from '@pelikan/protocol-memcache'
import { binaryStatusOf } from './binary-status.ts'
import { joins, storeModeOf } from './stored-as.ts'
import { type Storing, refineJoin } from './storing-commands.ts'

export class BinaryStoring implements Storing {
  readonly #storage: KeyValueStorage
  readonly #terms = new Terms()

  constructor(storage: KeyValueStorage) {
    this.#storage = storage
  }

  store(request: MemcacheRequest, entry: Entry): Status {
    const mode = storeModeOf(request)
    const terms = this.#terms
    terms.reset()
    terms.compares = !request.cas.isZero()
    terms.cas.copy(request.cas)
    const status = this.#storage.store(mode, entry, terms)
    return joins(mode) ? refineJoin(this.#storage, request, entry, status) : status
  }

  removesOnRefusal(request: MemcacheRequest): boolean {
    return request.command === BinaryCommand.Set
  }

  answer(request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    if (status === Status.Ok) response.binaryDone(this.#terms.token)
    else response.binaryStatus(binaryStatusOf(request.command, status))
  }
}
