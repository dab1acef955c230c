/**
 * The commands of the binary dialect but for those that store a value.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { type Execute, type KeyValueStorage, Status, Terms } from '@pelikan/core'
import {
  BinaryCommand,
  BinaryStatus,
  type MemcacheRequest,
  type MemcacheResponse,
  Op,
} from '@pelikan/protocol-memcache'
import { BinaryStoring } from './binary-storing.ts'
import type { Expiry } from './expiry.ts'
import type { MetaCounters } from './meta-store.ts'

/** As the exptime of `incr` and `decr`: make no item. */
const MAKE_NONE = -1

export class BinaryStore implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #storage: KeyValueStorage
  readonly #expiry: Expiry
  readonly #counters: MetaCounters
  readonly #storing: BinaryStoring
  /** What is no command of one key. */
  readonly #control: Execute<MemcacheRequest, MemcacheResponse>
  readonly #terms = new Terms()
  readonly #number = new Uint64()

  constructor(
    storage: KeyValueStorage,
    expiry: Expiry,
    counters: MetaCounters,
    control: Execute<MemcacheRequest, MemcacheResponse>,
  ) {
    this.#storage = storage
    this.#expiry = expiry
    this.#counters = counters
    this.#storing = new BinaryStoring(storage, expiry, counters.outcomes)
    this.#control = control
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    switch (request.command) {
      case BinaryCommand.Get:
      case BinaryCommand.GetKey:
        this.#get(request, response)
        return
      case BinaryCommand.Set:
      case BinaryCommand.Add:
      case BinaryCommand.Replace:
      case BinaryCommand.Append:
      case BinaryCommand.Prepend:
        this.#storing.execute(request, response)
        return
      case BinaryCommand.Touch:
      case BinaryCommand.GetAndTouch:
      case BinaryCommand.GetKeyAndTouch:
        this.#touch(request, response)
        return
      case BinaryCommand.Delete:
        this.#delete(request, response)
        return
      case BinaryCommand.Increment:
      case BinaryCommand.Decrement:
        this.#count(request, response)
        return
      default:
        this.#control.execute(request, response)
    }
  }

  #get(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart } = request
    const storage = this.#storage
    const counters = this.#counters.retrievals[Op.Get]
    counters.requests.increment()
    counters.keys.increment()
    const mark = response.mark()
    for (;;) {
      const item = storage.get(key, keyStart, keyEnd)
      if (item === undefined) {
        counters.misses.increment()
        response.outcome = Status.NotFound
        response.binaryMiss()
        return
      }
      response.binaryItem(item)
      if (storage.release(item)) {
        counters.hits.increment()
        response.outcome = Status.Ok
        return
      }
      response.rollback(mark)
    }
  }

  #touch(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart } = request
    const storage = this.#storage
    const counters = this.#counters.retrievals[Op.Gat]
    const deadline = this.#expiry.deadline(request.exptime >>> 0)
    counters.requests.increment()
    counters.keys.increment()
    const mark = response.mark()
    for (;;) {
      const item = storage.getAndTouch(key, keyStart, keyEnd, deadline)
      if (item === undefined) {
        counters.misses.increment()
        response.outcome = Status.NotFound
        response.binaryMiss()
        return
      }
      response.binaryItem(item)
      if (storage.release(item)) {
        counters.hits.increment()
        response.outcome = Status.Ok
        return
      }
      response.rollback(mark)
    }
  }

  #delete(request: MemcacheRequest, response: MemcacheResponse): void {
    const terms = this.#agree(request)
    const { key, keyEnd, keyStart } = request
    const status = this.#storage.discard(key, keyStart, keyEnd, terms)
    this.#tally(Op.Delete, status)
    response.outcome = status
    response.binaryStatus(statusOf(status))
  }

  #count(request: MemcacheRequest, response: MemcacheResponse): void {
    const { command, exptime, key, keyEnd, keyStart } = request
    const terms = this.#agree(request)
    terms.subtracts = command === BinaryCommand.Decrement
    terms.delta.copy(request.number)
    terms.initial.copy(request.initial)
    terms.vivifies = exptime !== MAKE_NONE
    if (terms.vivifies) terms.vivifyDeadline = this.#expiry.deadline(exptime >>> 0)
    const status = this.#storage.count(key, keyStart, keyEnd, terms, this.#number)
    this.#tally(terms.subtracts ? Op.Decrement : Op.Increment, status)
    response.outcome = status
    if (status === Status.Ok) response.binaryNumber(this.#number, terms.token)
    else response.binaryStatus(statusOf(status))
  }

  #agree(request: MemcacheRequest): Terms {
    const terms = this.#terms
    terms.reset()
    terms.compares = !request.cas.isZero()
    terms.cas.copy(request.cas)
    return terms
  }

  #tally(op: Op, status: Status): void {
    const counters = this.#counters.outcomes[op]
    counters.requests.increment()
    counters.outcomes[status]?.increment()
  }
}

function statusOf(status: Status): BinaryStatus {
  switch (status) {
    case Status.Ok:
      return BinaryStatus.Ok
    case Status.NotFound:
      return BinaryStatus.NotFound
    case Status.Exists:
      return BinaryStatus.Exists
    case Status.NotANumber:
      return BinaryStatus.NotANumber
    default:
      return BinaryStatus.NoMemory
  }
}
