/**
 * memcached's commands over any key-value storage: what each does, what it answers, what is counted.
 *
 * @module
 */
import { type Execute, type Item, type KeyValueStorage, Status } from '@pelikan/core'
import { type MemcacheRequest, type MemcacheResponse, Op, Reply } from '@pelikan/protocol-memcache'
import { Uint64 } from '@pelikan/buffer'
import { BinaryControl } from './binary-control.ts'
import { BinaryStore } from './binary-store.ts'
import { Expiry } from './expiry.ts'
import type { MemcacheContext } from './memcache-context.ts'
import { type MemcacheCounters, memcacheCounters } from './memcache-counters.ts'
import { MemcacheLogin } from './memcache-login.ts'
import { MemcacheStoring } from './memcache-storing.ts'
import { MetaStore } from './meta-store.ts'
import { MemcacheStats } from './memcache-stats.ts'
import { ServerCommands } from './server-commands.ts'
import { StorageWithoutCas } from './storage-without-cas.ts'
import { StoringCommands } from './storing-commands.ts'

/** The commands of the memcache protocol over `storage`. */
export function memcacheStore(
  storage: KeyValueStorage,
  context: MemcacheContext,
): Execute<MemcacheRequest, MemcacheResponse> {
  return new MemcacheStore(storage, context)
}

class MemcacheStore implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #storage: KeyValueStorage
  readonly #version: string
  readonly #flushEnabled: boolean
  readonly #expiry: Expiry
  readonly #storing: StoringCommands
  readonly #meta: MetaStore
  readonly #binary: BinaryStore
  readonly #login: MemcacheLogin
  readonly #stats: MemcacheStats
  readonly #server: ServerCommands
  readonly #counters: MemcacheCounters
  readonly #sum = new Uint64()

  constructor(withCas: KeyValueStorage, context: MemcacheContext) {
    const storage = context.casEnabled === false ? new StorageWithoutCas(withCas) : withCas
    this.#storage = storage
    this.#version = context.version
    this.#flushEnabled = context.flushEnabled ?? true
    const expiry = new Expiry(context.clock, context.timeType ?? 'Memcache')
    const counters = memcacheCounters(context.metrics)
    const { metrics, outcomes } = counters
    this.#expiry = expiry
    this.#counters = counters
    this.#stats = new MemcacheStats(context)
    this.#server = new ServerCommands(context)
    this.#login = new MemcacheLogin(context.credentials, metrics)
    const dialect = new MemcacheStoring(storage)
    this.#storing = new StoringCommands(storage, expiry, outcomes, dialect)
    this.#meta = new MetaStore(storage, context.clock, expiry, counters)
    const [stats, login] = [this.#stats, this.#login]
    const control = new BinaryControl({ storage, context, expiry, metrics, stats, login })
    this.#binary = new BinaryStore(storage, expiry, counters, control)
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    switch (request.op) {
      case Op.Get:
      case Op.Gets:
      case Op.Gat:
      case Op.Gats:
        this.#retrieve(request, response)
        return
      case Op.Set:
      case Op.Add:
      case Op.Replace:
      case Op.Append:
      case Op.Prepend:
      case Op.Cas:
        this.#storing.execute(request, response)
        return
      case Op.Touch:
        this.#touch(request, response)
        return
      case Op.Delete:
        this.#delete(request, response)
        return
      case Op.Increment:
      case Op.Decrement:
        this.#count(request, response)
        return
      case Op.FlushAll:
        this.#flushAll(request, response)
        return
      case Op.MetaGet:
        this.#meta.get(request, response)
        return
      case Op.MetaSet:
      case Op.MetaDelete:
      case Op.MetaArithmetic:
      case Op.MetaDebug:
      case Op.MetaNoop:
        this.#meta.execute(request, response)
        return
      case Op.Binary:
        if (this.#login.admits(request, response)) this.#binary.execute(request, response)
        return
      default:
        this.#control(request, response)
    }
  }

  #retrieve(request: MemcacheRequest, response: MemcacheResponse): void {
    const storage = this.#storage
    if (request.announced > 0) storage.prefetch(request.key, request.places, request.announced)
    const counters = this.#counters.retrievals[request.op]
    const mark = response.mark()
    for (;;) {
      const item = this.#find(request)
      if (item === undefined) {
        counters.miss(response)
        break
      }
      response.value(item)
      if (storage.release(item)) {
        counters.hit(response)
        break
      }
      response.rollback(mark)
    }
    if (request.last) {
      counters.requests.increment()
      response.end()
    }
  }

  #find(request: MemcacheRequest): Item | undefined {
    const { key, keyEnd, keyStart, op } = request
    if (op === Op.Get || op === Op.Gets) return this.#storage.get(key, keyStart, keyEnd)
    const deadline = this.#expiry.deadline(request.exptime)
    return this.#storage.getAndTouch(key, keyStart, keyEnd, deadline)
  }

  #touch(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart } = request
    const deadline = this.#expiry.deadline(request.exptime)
    const status = this.#storage.touch(key, keyStart, keyEnd, deadline)
    this.#counters.outcomes[Op.Touch].tally(status, response)
    response.reply(status === Status.Ok ? Reply.Touched : Reply.NotFound)
  }

  #delete(request: MemcacheRequest, response: MemcacheResponse): void {
    const status = this.#storage.delete(request.key, request.keyStart, request.keyEnd)
    this.#counters.outcomes[Op.Delete].tally(status, response)
    response.reply(status === Status.Ok ? Reply.Deleted : Reply.NotFound)
  }

  #count(request: MemcacheRequest, response: MemcacheResponse): void {
    const { key, keyEnd, keyStart, number, op } = request
    const storage = this.#storage
    const sum = this.#sum
    const status =
      op === Op.Increment
        ? storage.increment(key, keyStart, keyEnd, number, sum)
        : storage.decrement(key, keyStart, keyEnd, number, sum)
    this.#counters.outcomes[op].tally(status, response)
    if (status === Status.Ok) response.number(sum)
    else if (status === Status.NotFound) response.reply(Reply.NotFound)
    else if (status === Status.NotANumber) response.reply(Reply.NotANumber)
    else response.reply(Reply.NoMemory)
  }

  #flushAll(request: MemcacheRequest, response: MemcacheResponse): void {
    this.#counters.metrics.flush_all.increment()
    if (!this.#flushEnabled) {
      response.reply(Reply.FlushNotAllowed)
      return
    }
    this.#storage.flush(this.#expiry.delayed(request.exptime))
    response.reply(Reply.Ok)
  }

  #control(request: MemcacheRequest, response: MemcacheResponse): void {
    const { metrics } = this.#counters
    switch (request.op) {
      case Op.Reject:
        metrics.request_rejected.increment()
        response.reply(request.reply)
        return
      case Op.Administer:
        metrics.administer.increment()
        this.#server.execute(request, response)
        return
      case Op.Login:
        this.#login.text(request, response)
        return
      case Op.Verbosity:
        metrics.verbosity.increment()
        response.reply(Reply.Ok)
        return
      case Op.Version:
        metrics.version.increment()
        response.version(this.#version)
        return
      case Op.Quit:
        metrics.quit.increment()
        response.quit()
        return
      default:
        metrics.stats.increment()
        this.#stats.answer(
          request.key.toString('latin1', request.keyStart, request.keyEnd),
          response,
        )
    }
  }
}
