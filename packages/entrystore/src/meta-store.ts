/**
 * The commands of the meta dialect but for `ms`: flags to terms, what was found to an answer.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'
import { type Clock, type Execute, type KeyValueStorage, Status, Terms } from '@pelikan/core'
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
import type { MemcacheCounters } from './memcache-counters.ts'
import { MetaStoring } from './meta-storing.ts'
import { StoringCommands } from './storing-commands.ts'

export class MetaStore implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #storage: KeyValueStorage
  readonly #clock: Clock
  readonly #expiry: Expiry
  readonly #counters: MemcacheCounters
  readonly #storing: StoringCommands
  readonly #terms = new Terms()
  /** Of a get that asks for nothing: never reset, since nothing but what they are told changes. */
  readonly #plainTerms = new Terms()
  readonly #number = new Uint64()

  constructor(storage: KeyValueStorage, clock: Clock, expiry: Expiry, counters: MemcacheCounters) {
    this.#storage = storage
    this.#clock = clock
    this.#expiry = expiry
    this.#counters = counters
    const dialect = new MetaStoring(storage, expiry)
    this.#storing = new StoringCommands(storage, expiry, counters.outcomes, dialect)
  }

  /** All commands but `mg`. */
  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    switch (request.op) {
      case Op.MetaSet:
        this.#storing.execute(request, response)
        return
      case Op.MetaDelete:
        this.#delete(request, response)
        return
      case Op.MetaArithmetic:
        this.#arithmetic(request, response)
        return
      case Op.MetaDebug:
        this.#debug(request, response)
        return
      default:
        response.metaNoop()
    }
  }

  /** `mg`, which has a way of its own because it is what most ask for. */
  get(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart, meta } = request
    const storage = this.#storage
    const terms = meta.isPlain ? this.#plainTerms : this.#agreeOnGet(meta)
    const { now } = this.#clock
    const counters = this.#counters.retrievals[meta.setsTtl ? Op.Gat : Op.Get]
    counters.requests.increment()
    const mark = response.mark()
    for (;;) {
      const item = storage.fetch(key, keyStart, keyEnd, terms)
      if (item === undefined) {
        counters.miss(response)
        response.metaCode(Code.End)
        return
      }
      response.metaItem(item, terms, now)
      if (storage.release(item)) {
        counters.hit(response)
        return
      }
      response.rollback(mark)
    }
  }

  #delete(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart, meta } = request
    const terms = this.#terms
    this.#agree(meta)
    terms.compares = meta.compares
    terms.invalidates = meta.invalidates
    terms.empties = meta.empties
    const status = this.#storage.discard(key, keyStart, keyEnd, terms)
    // As memcached counts: another token is a miss.
    this.#counters.outcomes[Op.Delete].count(status === Status.Exists ? Status.NotFound : status)
    response.outcome = status
    if (status === Status.Ok) response.metaCode(Code.Done)
    else if (status === Status.Exists) response.metaCode(Code.Exists)
    else if (status === Status.NotFound) response.metaCode(Code.NotFound)
    else response.reply(Reply.NoMemory)
  }

  #arithmetic(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart, meta } = request
    const terms = this.#terms
    const number = this.#number
    this.#agree(meta)
    // A token of 0 is none.
    terms.compares = meta.compares && !meta.cas.isZero()
    terms.subtracts = meta.mode === MetaMode.D || meta.mode === MetaMode.Minus
    terms.delta.copy(meta.delta)
    terms.initial.copy(meta.initial)
    const status = this.#storage.count(key, keyStart, keyEnd, terms, number)
    const op = terms.subtracts ? Op.Decrement : Op.Increment
    this.#counters.outcomes[op].tally(status, response)
    if (status === Status.Ok) response.metaCounted(number, terms, this.#clock.now)
    else if (status === Status.NotFound) response.metaCode(Code.NotFound)
    else if (status === Status.Exists) response.metaCode(Code.Exists)
    else if (status === Status.NotANumber) response.reply(Reply.NotANumber)
    else response.reply(Reply.NoMemory)
  }

  #debug(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart } = request
    const storage = this.#storage
    const terms = this.#terms
    this.#counters.metrics.me.increment()
    terms.reset()
    terms.peeks = true
    terms.claims = false
    const mark = response.mark()
    for (;;) {
      const item = storage.fetch(key, keyStart, keyEnd, terms)
      if (item === undefined) {
        response.outcome = Status.NotFound
        response.metaMissing()
        return
      }
      response.metaDebug(item, this.#clock.now)
      if (storage.release(item)) {
        response.outcome = Status.Ok
        return
      }
      response.rollback(mark)
    }
  }

  #agreeOnGet(flags: MetaFlags): Terms {
    const terms = this.#terms
    this.#agree(flags)
    terms.peeks = flags.noBump
    if (flags.recaches && flags.recacheTtl > 0) {
      terms.recacheBefore = this.#expiry.deadline(flags.recacheTtl)
      terms.setsDeadlineFirst = flags.setsTtlFirst
    }
    return terms
  }

  /** What flags mean the same for every command. */
  #agree(flags: MetaFlags): void {
    const terms = this.#terms
    terms.reset()
    terms.cas.copy(flags.cas)
    if (flags.setsCas) {
      terms.setsCas = true
      terms.newCas.copy(flags.newCas)
    }
    if (flags.setsTtl) {
      terms.setsDeadline = true
      terms.deadline = this.#expiry.deadline(flags.ttl)
    }
    if (flags.vivifies) {
      terms.vivifies = true
      const ttl = flags.setsTtlLast ? flags.ttl : flags.vivifyTtl
      terms.vivifyDeadline = this.#expiry.deadline(ttl)
    }
    terms.binaryKey = flags.binaryKey
  }
}
