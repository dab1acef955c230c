/**
 * The commands that store a value, whole or in pieces: for one in pieces room is reserved when the first part
 * says how long it is, filled as bytes arrive, and given up if they never do. Each dialect says how a value
 * that is all there is stored, and how it is answered.
 *
 * ```text
 *   Whole ──────────────────► store ──► count, answer
 *   Begin ──► reserve ──refused───────► count, answer
 *   Chunk ──► write
 *   End ────────────────────► store ──► count, answer
 *   Abort ──► give up; if the client erred: count, answer
 * ```
 *
 * @module
 */
import { Entry, type Execute, type KeyValueStorage, NO_RESERVATION, Status } from '@pelikan/core'
import {
  type MemcacheRequest,
  type MemcacheResponse,
  Part,
  REFUSED,
  Reply,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import type { StatusCounters } from './memcache-counters.ts'
import { exptimeOf, storedAs } from './stored-as.ts'

/** What is different in each dialect. */
export interface Storing {
  /** The value of `entry` is all there, inline or in the reservation: store it as `request` says. */
  readonly store: (request: MemcacheRequest, entry: Entry) => Status
  /** Whether a value that there is no room for must not leave behind what it was to replace. */
  readonly removesOnRefusal: (request: MemcacheRequest) => boolean
  /** Say what became of the request: what `store` answered, or why no room was reserved. */
  readonly answer: (request: MemcacheRequest, response: MemcacheResponse, status: Status) => void
}

export class StoringCommands implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #storage: KeyValueStorage
  readonly #expiry: Expiry
  readonly #outcomes: readonly StatusCounters[]
  readonly #dialect: Storing
  readonly #entry = new Entry()

  /** @param outcomes by {@link Op} */
  constructor(
    storage: KeyValueStorage,
    expiry: Expiry,
    outcomes: readonly StatusCounters[],
    dialect: Storing,
  ) {
    this.#storage = storage
    this.#expiry = expiry
    this.#outcomes = outcomes
    this.#dialect = dialect
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
        this.#abort(request, response)
    }
  }

  #store(request: MemcacheRequest, response: MemcacheResponse): void {
    this.#answer(request, response, this.#dialect.store(request, this.#fill(request)))
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
    if (this.#dialect.removesOnRefusal(request)) {
      this.#storage.delete(entry.key, entry.keyStart, entry.keyEnd)
    }
    this.#answer(request, response, status)
  }

  #abort(request: MemcacheRequest, response: MemcacheResponse): void {
    if (request.reservation >= 0) this.#storage.abort(request.reservation)
    if (request.reply === Reply.None) return
    this.#outcomes[storedAs(request)].requests.increment()
    response.reply(request.reply)
  }

  #answer(request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    this.#outcomes[storedAs(request)].tally(status, response)
    this.#dialect.answer(request, response, status)
  }

  /** What the request asks to keep, lent until the next call. */
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
    entry.deadline = this.#expiry.deadline(exptimeOf(request))
    return entry
  }
}

/**
 * memcached refuses data that is too large by itself, but where only the sum is too large, a value that
 * is joined to another is merely not stored. A storage says `TooLarge` to both: ask whether the data
 * alone would fit.
 *
 * @returns what became of a request that joins the data of `entry` to a value and got `status`
 */
export function refineJoin(
  storage: KeyValueStorage,
  request: MemcacheRequest,
  entry: Entry,
  status: Status,
): Status {
  if (status !== Status.TooLarge) return status
  // What arrived in pieces was reserved, so it does fit.
  if (request.part !== Part.Whole) return Status.NotStored
  const alone = storage.reserve(entry, request.valueLength)
  if (alone === Status.TooLarge) return status
  if (alone === Status.Ok) storage.abort(entry.reservation)
  return Status.NotStored
}
