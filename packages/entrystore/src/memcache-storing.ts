/**
 * set, add, replace, append, prepend and cas: values that come whole, and values that come in pieces
 * and are written into the storage as they arrive.
 *
 * @module
 */
import { Entry, type Execute, type KeyValueStorage, NO_RESERVATION, Status } from '@pelikan/core'
import {
  type MemcacheRequest,
  type MemcacheResponse,
  Op,
  Part,
  REFUSED,
  Reply,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import type { StatusCounters } from './memcache-counters.ts'

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

export class MemcacheStoring implements Execute<MemcacheRequest, MemcacheResponse> {
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
    switch (request.part) {
      case Part.Whole:
        this.#store(request, response)
        return
      case Part.Begin:
        this.#reserve(request, response)
        return
      case Part.Chunk:
        if (request.reservation < 0) return
        this.#storage.write(
          request.reservation,
          request.value,
          request.valueStart,
          request.valueEnd,
        )
        return
      case Part.End:
        if (request.reservation >= 0) this.#store(request, response)
        return
      default:
        if (request.reservation >= 0) this.#storage.abort(request.reservation)
        if (request.reply === Reply.None) return
        this.#outcomes[request.op].requests.increment()
        response.reply(request.reply)
    }
  }

  #store(request: MemcacheRequest, response: MemcacheResponse): void {
    const counters = this.#outcomes[request.op]
    const status = this.#refine(request, this.#apply(request))
    counters.requests.increment()
    counters.outcomes[status]?.increment()
    response.reply(STORING_REPLIES[status])
  }

  #apply(request: MemcacheRequest): Status {
    const storage = this.#storage
    const entry = this.#fill(request)
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

  #fill(request: MemcacheRequest): Entry {
    const entry = this.#entry
    entry.key = request.key
    entry.keyStart = request.keyStart
    entry.keyEnd = request.keyEnd
    entry.value = request.value
    entry.valueStart = request.valueStart
    entry.valueEnd = request.valueEnd
    entry.reservation = request.part === Part.Whole ? NO_RESERVATION : request.reservation
    entry.flags = request.flags
    entry.deadline = this.#expiry.deadline(request.exptime)
    entry.cas.copy(request.number)
    return entry
  }

  /**
   * memcached refuses data that is too large by itself, but when only the sum is too large `append`
   * and `prepend` are merely not stored. A storage says `TooLarge` to both: ask whether the data alone would fit.
   */
  #refine(request: MemcacheRequest, status: Status): Status {
    if (status !== Status.TooLarge) return status
    if (request.op !== Op.Append && request.op !== Op.Prepend) return status
    // What arrived in pieces was reserved, so it does fit.
    if (request.part !== Part.Whole) return Status.NotStored
    const entry = this.#fill(request)
    const alone = this.#storage.reserve(entry, request.valueLength)
    if (alone === Status.TooLarge) return status
    if (alone === Status.Ok) this.#storage.abort(entry.reservation)
    return Status.NotStored
  }

  #reserve(request: MemcacheRequest, response: MemcacheResponse): void {
    const entry = this.#fill(request)
    const status = this.#storage.reserve(entry, request.valueLength)
    if (status === Status.Ok) {
      request.reservation = entry.reservation
      return
    }
    request.reservation = REFUSED
    // As when it comes whole: a value that could not be set is not left with what it had been.
    if (request.op === Op.Set) this.#storage.delete(entry.key, entry.keyStart, entry.keyEnd)
    const counters = this.#outcomes[request.op]
    counters.requests.increment()
    counters.outcomes[status]?.increment()
    response.reply(STORING_REPLIES[status])
  }
}
