/**
 * set, add, replace, append, prepend and cas of the classic dialect.
 *
 * @module
 */
import { Entry, type Execute, type KeyValueStorage, type Status } from '@pelikan/core'
import {
  type MemcacheRequest,
  type MemcacheResponse,
  Op,
  Part,
  Reply,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import { fillEntry } from './fill-entry.ts'
import type { StatusCounters } from './memcache-counters.ts'
import { executePart, refineJoin, type Storing } from './value-parts.ts'

/** The answer, by {@link Status}. */
const STORING_REPLIES: readonly Reply[] = [
  Reply.Stored,
  Reply.NotStored,
  Reply.Exists,
  Reply.NotFound,
  Reply.TooLarge,
  Reply.NoMemoryToStore,
  Reply.NotANumber,
]

export class MemcacheStoring implements Execute<MemcacheRequest, MemcacheResponse>, Storing {
  readonly #storage: KeyValueStorage
  readonly #expiry: Expiry
  readonly #outcomes: readonly StatusCounters[]
  readonly #entry = new Entry()

  /** @param outcomes by {@link Op} */
  constructor(storage: KeyValueStorage, expiry: Expiry, outcomes: readonly StatusCounters[]) {
    this.#storage = storage
    this.#expiry = expiry
    this.#outcomes = outcomes
  }

  /** Do what this part of a storing command asks for. */
  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    if (request.part === Part.Whole) this.store(request, response)
    else executePart(this.#storage, this, request, response)
  }

  store(request: MemcacheRequest, response: MemcacheResponse): void {
    const { op } = request
    let status = this.#apply(request)
    if (op === Op.Append || op === Op.Prepend) {
      status = refineJoin(this.#storage, this, request, status)
    }
    this.refuse(request, response, status)
  }

  /** Count and answer, whatever the outcome. */
  refuse(request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    const counters = this.#outcomes[request.op]
    counters.requests.increment()
    counters.outcomes[status]?.increment()
    response.outcome = status
    response.reply(STORING_REPLIES[status])
  }

  reject(request: MemcacheRequest, response: MemcacheResponse): void {
    this.#outcomes[request.op].requests.increment()
    response.reply(request.reply)
  }

  removesOnRefusal(request: MemcacheRequest): boolean {
    return request.op === Op.Set
  }

  fill(request: MemcacheRequest): Entry {
    const entry = this.#entry
    fillEntry(entry, request)
    entry.deadline = this.#expiry.deadline(request.exptime)
    entry.cas.copy(request.number)
    return entry
  }

  #apply(request: MemcacheRequest): Status {
    const storage = this.#storage
    const entry = this.fill(request)
    switch (request.op) {
      case Op.Set:
        return storage.set(entry)
      case Op.Add:
        return storage.add(entry)
      case Op.Replace:
        return storage.replace(entry)
      case Op.Append:
        return storage.append(entry)
      case Op.Prepend:
        return storage.prepend(entry)
      default:
        return storage.cas(entry)
    }
  }
}
