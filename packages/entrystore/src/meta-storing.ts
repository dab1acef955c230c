/**
 * `ms`: set, add, replace, append and prepend on the terms that its flags are.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import {
  Entry,
  type Execute,
  type KeyValueStorage,
  NEVER,
  Status,
  StoreMode,
  Terms,
} from '@pelikan/core'
import {
  Code,
  type MemcacheRequest,
  type MemcacheResponse,
  type MetaFlags,
  MetaMode,
  Op,
  Reply,
} from '@pelikan/protocol-memcache'
import type { Expiry } from './expiry.ts'
import { fillEntry } from './fill-entry.ts'
import type { StatusCounters } from './memcache-counters.ts'
import { executePart, refineJoin, type Storing } from './value-parts.ts'

const NO_TOKEN = new Uint64()
/** The classic command that is counted, by {@link StoreMode}. */
const COUNTED_AS: readonly Op[] = [Op.Set, Op.Add, Op.Replace, Op.Append, Op.Prepend]
/** By {@link Status}; the two that have none are errors. */
const CODES: readonly number[] = [Code.Done, Code.NotStored, Code.Exists, Code.NotFound]

export class MetaStoring implements Execute<MemcacheRequest, MemcacheResponse>, Storing {
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
    const mode = modeOf(request.meta)
    const joins = mode === StoreMode.Append || mode === StoreMode.Prepend
    this.#agree(request.meta, joins)
    const entry = this.fill(request)
    let status = this.#storage.store(mode, entry, terms)
    if (joins) status = refineJoin(this.#storage, this, request, status)
    if (status === Status.TooLarge || status === Status.NoSpace) {
      // memcached leaves nothing behind, whatever the mode.
      this.#storage.delete(request.key, request.keyStart, request.keyEnd)
      this.refuse(request, response, status)
      return
    }
    this.#count(request.meta, status)
    response.outcome = status
    const isStored = status === Status.Ok
    response.metaStored(
      CODES[status],
      isStored ? terms.token : NO_TOKEN,
      isStored ? terms.length : request.valueLength,
    )
  }

  refuse(request: MemcacheRequest, response: MemcacheResponse, status: Status): void {
    this.#count(request.meta, status)
    response.outcome = status
    response.reply(status === Status.TooLarge ? Reply.TooLarge : Reply.NoMemoryToStore)
  }

  reject(request: MemcacheRequest, response: MemcacheResponse): void {
    this.#outcomes[countedAs(request.meta)].requests.increment()
    response.reply(request.reply)
  }

  removesOnRefusal(_request: MemcacheRequest): boolean {
    return true
  }

  fill(request: MemcacheRequest): Entry {
    const { setsTtl, ttl } = request.meta
    const entry = this.#entry
    fillEntry(entry, request)
    entry.deadline = setsTtl ? this.#expiry.deadline(ttl) : NEVER
    return entry
  }

  #agree(flags: MetaFlags, joins: boolean): void {
    const terms = this.#terms
    terms.reset()
    // To append and prepend a token of 0 is none.
    terms.compares = flags.compares && !(joins && flags.cas.isZero())
    terms.cas.copy(flags.cas)
    terms.acceptsOlder = flags.invalidates && !flags.cas.isZero()
    terms.setsCas = flags.setsCas
    terms.newCas.copy(flags.newCas)
    terms.binaryKey = flags.binaryKey
    terms.vivifies = flags.vivifies
    if (flags.vivifies) terms.vivifyDeadline = this.#expiry.deadline(flags.vivifyTtl)
  }

  #count(flags: MetaFlags, status: Status): void {
    const counters = this.#outcomes[countedAs(flags)]
    counters.requests.increment()
    counters.outcomes[status]?.increment()
  }
}

function modeOf({ mode }: MetaFlags): StoreMode {
  switch (mode) {
    case MetaMode.E:
      return StoreMode.Add
    case MetaMode.Append:
      return StoreMode.Append
    case MetaMode.Prepend:
      return StoreMode.Prepend
    case MetaMode.Replace:
      return StoreMode.Replace
    default:
      return StoreMode.Set
  }
}

/** The classic command that `ms` with these flags is. */
export function countedAs(flags: MetaFlags): Op {
  const mode = modeOf(flags)
  const isCas = flags.compares && (mode === StoreMode.Set || mode === StoreMode.Replace)
  return isCas ? Op.Cas : COUNTED_AS[mode]
}
