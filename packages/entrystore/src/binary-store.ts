/**
 * The commands of the binary dialect but for those that store a value.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { type Execute, type Item, type KeyValueStorage, Status, Terms } from '@pelikan/core'
import {
  BinaryCommand,
  type MemcacheRequest,
  type MemcacheResponse,
  Op,
} from '@pelikan/protocol-memcache'
import { BinaryStoring } from './binary-storing.ts'
import { binaryStatusOf } from './binary-status.ts'
import type { Expiry } from './expiry.ts'
import type { MemcacheCounters } from './memcache-counters.ts'
import { StoringCommands } from './storing-commands.ts'

/** As the exptime of `incr` and `decr`: make no item. */
const MAKE_NONE = -1

export class BinaryStore implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #storage: KeyValueStorage
  readonly #expiry: Expiry
  readonly #counters: MemcacheCounters
  readonly #storing: StoringCommands
  /** What is no command of one key. */
  readonly #control: Execute<MemcacheRequest, MemcacheResponse>
  readonly #terms = new Terms()
  readonly #number = new Uint64()

  constructor(
    storage: KeyValueStorage,
    expiry: Expiry,
    counters: MemcacheCounters,
    control: Execute<MemcacheRequest, MemcacheResponse>,
  ) {
    this.#storage = storage
    this.#expiry = expiry
    this.#counters = counters
    const dialect = new BinaryStoring(storage)
    this.#storing = new StoringCommands(storage, expiry, counters.outcomes, dialect)
    this.#control = control
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    switch (request.command) {
      case BinaryCommand.Get:
      case BinaryCommand.GetKey:
        this.#retrieve(request, response, Op.Get)
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
        this.#retrieve(request, response, Op.Gat)
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

  #retrieve(request: MemcacheRequest, response: MemcacheResponse, op: Op): void {
    const storage = this.#storage
    const counters = this.#counters.retrievals[op]
    counters.requests.increment()
    const mark = response.mark()
    for (;;) {
      const item = this.#find(request, op)
      if (item === undefined) {
        counters.miss(response)
        response.binaryMiss()
        return
      }
      response.binaryItem(item)
      if (storage.release(item)) {
        counters.hit(response)
        return
      }
      response.rollback(mark)
    }
  }

  #find({ exptime, key, keyEnd, keyStart }: MemcacheRequest, op: Op): Item | undefined {
    if (op === Op.Get) return this.#storage.get(key, keyStart, keyEnd)
    const deadline = this.#expiry.deadline(exptime >>> 0)
    return this.#storage.getAndTouch(key, keyStart, keyEnd, deadline)
  }

  #delete(request: MemcacheRequest, response: MemcacheResponse): void {
    const terms = this.#agree(request)
    const { key, keyEnd, keyStart } = request
    const status = this.#storage.discard(key, keyStart, keyEnd, terms)
    this.#counters.outcomes[Op.Delete].tally(status, response)
    response.binaryStatus(binaryStatusOf(request.command, status))
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
    const op = terms.subtracts ? Op.Decrement : Op.Increment
    this.#counters.outcomes[op].tally(status, response)
    if (status === Status.Ok) response.binaryNumber(this.#number, terms.token)
    else response.binaryStatus(binaryStatusOf(command, status))
  }

  #agree(request: MemcacheRequest): Terms {
    const terms = this.#terms
    terms.reset()
    terms.compares = !request.cas.isZero()
    terms.cas.copy(request.cas)
    return terms
  }
}
