/**
 * Values that come in pieces: room is reserved when the first part says how long the value is, filled as
 * bytes arrive, and given up if they never do. Each dialect says what is done with a value that is all
 * there, and how a refusal is answered.
 *
 * @module
 */
import { type Entry, type KeyValueStorage, Status } from '@pelikan/core'
import {
  type MemcacheRequest,
  type MemcacheResponse,
  Part,
  REFUSED,
  Reply,
} from '@pelikan/protocol-memcache'

/** One dialect's storing commands. */
export interface Storing {
  /** What the request asks to keep, lent until the next call. */
  readonly fill: (request: MemcacheRequest) => Entry
  /** The value is all there, inline or in the reservation: store it and answer. */
  readonly store: (request: MemcacheRequest, response: MemcacheResponse) => void
  /** There is no room for it: count and answer. */
  readonly refuse: (request: MemcacheRequest, response: MemcacheResponse, status: Status) => void
  /** Whether a refused value must not leave behind what it was to replace. */
  readonly removesOnRefusal: (request: MemcacheRequest) => boolean
  /** The data was malformed: count, and answer with `request.reply`. */
  readonly reject: (request: MemcacheRequest, response: MemcacheResponse) => void
}

/** Do what this part of a storing command asks for. */
export function executePart(
  storage: KeyValueStorage,
  storing: Storing,
  request: MemcacheRequest,
  response: MemcacheResponse,
): void {
  switch (request.part) {
    case Part.Whole:
      storing.store(request, response)
      return
    case Part.Begin:
      reserve(storage, storing, request, response)
      return
    case Part.Chunk:
      if (request.reservation < 0) return
      storage.write(request.reservation, request.value, request.valueStart, request.valueEnd)
      return
    case Part.End:
      if (request.reservation >= 0) storing.store(request, response)
      return
    default:
      if (request.reservation >= 0) storage.abort(request.reservation)
      if (request.reply !== Reply.None) storing.reject(request, response)
  }
}

/**
 * memcached refuses data that is too large by itself, but where only the sum is too large, a value that
 * is joined to another is merely not stored. A storage says `TooLarge` to both: ask whether the data
 * alone would fit.
 *
 * @returns what became of a request that joins its data to a value and got `status`
 */
export function refineJoin(
  storage: KeyValueStorage,
  storing: Storing,
  request: MemcacheRequest,
  status: Status,
): Status {
  if (status !== Status.TooLarge) return status
  // What arrived in pieces was reserved, so it does fit.
  if (request.part !== Part.Whole) return Status.NotStored
  const entry = storing.fill(request)
  const alone = storage.reserve(entry, request.valueLength)
  if (alone === Status.TooLarge) return status
  if (alone === Status.Ok) storage.abort(entry.reservation)
  return Status.NotStored
}

function reserve(
  storage: KeyValueStorage,
  storing: Storing,
  request: MemcacheRequest,
  response: MemcacheResponse,
): void {
  const entry = storing.fill(request)
  const status = storage.reserve(entry, request.valueLength)
  if (status === Status.Ok) {
    request.reservation = entry.reservation
    return
  }
  request.reservation = REFUSED
  // As when it comes whole: a value that could not be set is not left with what it had been.
  if (storing.removesOnRefusal(request)) storage.delete(entry.key, entry.keyStart, entry.keyEnd)
  storing.refuse(request, response, status)
}
