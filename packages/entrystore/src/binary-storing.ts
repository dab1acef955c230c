/**
 * The binary dialect's `set`, `add`, `replace`, `append` and `prepend`.
 *
 * @module
 */
import { Entry, type Execute, type KeyValueStorage, Status, StoreMode, Terms } from '@pelikan/core'
import {
  BinaryCommand,
  BinaryStatus,
  type MemcacheRequest,
  type MemcacheResponse,
  Op,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import { fillEntry } from './fill-entry.ts'
import type { StatusCounters } from './memcache-counters.ts'
import { executePart, refineJoin, type Storing } from './value-parts.ts'

export class BinaryStoring implements Execute<MemcacheRequest, MemcacheResponse>, Storing {
  readonly #storage: KeyValueStorage
  readonly #expiry: Expiry
  readonly #outcomes: readonly StatusCounters[]
  readonly #entry = new Entry()
  readonly #terms = new Terms()

  /** @param outcomes by {@link Op} */
  constructor(storage: KeyValueStorage, expiry: Expiry, outcomes: readonly StatusCounters[]) {
    this.#storage = storage
    this.#expiry = expiry
    this.#outcomes = outcomes
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    executePart(this.#storage, this, request, response)
  }

  store(request: MemcacheRequest, response: MemcacheResponse): void {
    const terms = this.#terms
    const { command } = request
    const joins = command === BinaryCommand.Append || command === BinaryCommand.Prepend
    terms.reset()
    terms.compares = !request.cas.isZero()
    terms.cas.copy(request.cas)
    let status = this.#storage.store(modeOf(request), this.fill(request), terms)
    if (joins) status = refineJoin(this.#storage, this, request, status)
    if (status !== Status.Ok) {
      this.refuse(request, response, status)
      return
    }
    this.#count(request, status)
    response.outcome = status
    response.binaryDone(terms.token)
  }

  /** Count and answer, whatever was refused. */
  refuse(request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    this.#count(request, status)
    response.outcome = status
    response.binaryStatus(statusOf(request.command, status))
  }

  /** Bodies have no end that could be missing. */
  reject(): void {}

  removesOnRefusal(request: MemcacheRequest): boolean {
    return request.command === BinaryCommand.Set
  }

  fill(request: MemcacheRequest): Entry {
    const entry = this.#entry
    fillEntry(entry, request)
    entry.deadline = this.#expiry.deadline(request.exptime >>> 0)
    return entry
  }

  #count(request: MemcacheRequest, status: Status): void {
    const counters = this.#outcomes[countedAs(request)]
    counters.requests.increment()
    counters.outcomes[status]?.increment()
  }
}

/** With a token, `add` and `replace` are what `set` is: stored where the item has it. */
function modeOf({ cas, command }: MemcacheRequest): StoreMode {
  switch (command) {
    case BinaryCommand.Append:
      return StoreMode.Append
    case BinaryCommand.Prepend:
      return StoreMode.Prepend
    case BinaryCommand.Add:
      return cas.isZero() ? StoreMode.Add : StoreMode.Set
    case BinaryCommand.Replace:
      return cas.isZero() ? StoreMode.Replace : StoreMode.Set
    default:
      return StoreMode.Set
  }
}

/** The classic command that a binary one is. */
export function countedAs({ cas, command }: MemcacheRequest): Op {
  switch (command) {
    case BinaryCommand.Append:
      return Op.Append
    case BinaryCommand.Prepend:
      return Op.Prepend
    case BinaryCommand.Add:
      return cas.isZero() ? Op.Add : Op.Cas
    case BinaryCommand.Replace:
      return cas.isZero() ? Op.Replace : Op.Cas
    default:
      return cas.isZero() ? Op.Set : Op.Cas
  }
}

function statusOf(command: BinaryCommand, status: Status): BinaryStatus {
  switch (status) {
    case Status.TooLarge:
      return BinaryStatus.TooLarge
    case Status.NoSpace:
      return BinaryStatus.NoMemory
    case Status.Exists:
      return BinaryStatus.Exists
    case Status.NotFound:
      return BinaryStatus.NotFound
    default:
      if (command === BinaryCommand.Add) return BinaryStatus.Exists
      if (command === BinaryCommand.Replace) return BinaryStatus.NotFound
      return BinaryStatus.NotStored
  }
}
