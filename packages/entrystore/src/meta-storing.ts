/**
 * `ms`: set, add, replace, append and prepend on the terms that its flags are.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { type Entry, type KeyValueStorage, Status, type StoreMode, Terms } from '@pelikan/core'
import {
  Code,
  type MemcacheRequest,
  type MemcacheResponse,
  type MetaFlags,
  Reply,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import { joins, storeModeOf } from './stored-as.ts'
import { type Storing, refineJoin } from './storing-commands.ts'

const NO_TOKEN = new Uint64()
/** By {@link Status}; the two that have none are errors. */
const CODES: readonly number[] = [Code.Done, Code.NotStored, Code.Exists, Code.NotFound]

export class MetaStoring implements Storing {
  readonly #storage: KeyValueStorage
  readonly #expiry: Expiry
  readonly #terms = new Terms()

  constructor(storage: KeyValueStorage, expiry: Expiry) {
    this.#storage = storage
    this.#expiry = expiry
  }

  store(request: MemcacheRequest, entry: Entry): Status {
    const storage = this.#storage
    const mode = storeModeOf(request)
    this.#agree(request.meta, mode)
    let status = storage.store(mode, entry, this.#terms)
    if (joins(mode)) status = refineJoin(storage, request, entry, status)
    // memcached leaves nothing behind, whatever the mode.
    if (isRefusal(status)) storage.delete(request.key, request.keyStart, request.keyEnd)
    return status
  }

  removesOnRefusal(): boolean {
    return true
  }

  answer(request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    if (isRefusal(status)) {
      response.reply(status === Status.TooLarge ? Reply.TooLarge : Reply.NoMemoryToStore)
      return
    }
    const { length, token } = this.#terms
    const isStored = status === Status.Ok
    response.metaStored(
      CODES[status],
      isStored ? token : NO_TOKEN,
      isStored ? length : request.valueLength,
    )
  }

  #agree(flags: MetaFlags, mode: StoreMode): void {
    const terms = this.#terms
    terms.reset()
    // To append and prepend a token of 0 is none.
    terms.compares = flags.compares && !(joins(mode) && flags.cas.isZero())
    terms.cas.copy(flags.cas)
    terms.acceptsOlder = flags.invalidates && !flags.cas.isZero()
    terms.setsCas = flags.setsCas
    terms.newCas.copy(flags.newCas)
    terms.binaryKey = flags.binaryKey
    terms.vivifies = flags.vivifies
    if (flags.vivifies) terms.vivifyDeadline = this.#expiry.deadline(flags.vivifyTtl)
  }
}

function isRefusal(status: Status): boolean {
  return status === Status.TooLarge || status === Status.NoSpace
}
