/**
 * Step 4: what each command does, over any storage that keeps `KeyValueStorage`.
 *
 * Three kinds of trouble, three ways to say it. What the client got wrong is an answer, and the
 * connection lives on. What the storage refuses is a `Status`, and becomes an answer. An exception
 * means that this code is wrong: it costs the client its connection, and nobody else anything.
 *
 * @module
 */
import { parseDecimal } from '@pelikan/buffer'
import {
  type Clock,
  Entry,
  type Execute,
  type KeyValueStorage,
  MAX_KEY_BYTES,
  NEVER,
  Status,
  TICKS_PER_SECOND,
} from '@pelikan/core'
import { Op, type RespRequest } from './request.ts'
import { Reply, type RespResponse } from './response.ts'

/** Deadlines stay below 2^31, where the engine keeps numbers without a box. */
const MAX_TICK = 0x7fff_ffff
const EX = Buffer.from('EX')

export class RespStore implements Execute<RespRequest, RespResponse> {
  readonly #storage: KeyValueStorage
  readonly #clock: Clock
  /** Filled for every write; the storage copies what it keeps. */
  readonly #entry = new Entry()

  constructor(storage: KeyValueStorage, clock: Clock) {
    this.#storage = storage
    this.#clock = clock
  }

  execute(request: RespRequest, response: RespResponse): void {
    switch (request.op) {
      case Op.Ping:
        return response.line(Reply.Pong)
      case Op.Get:
        return this.#get(request, response)
      case Op.Set:
        return this.#set(request, response)
      case Op.Del:
        return this.#delete(request, response)
      case Op.Quit:
        response.hangup = true
        return response.line(Reply.Ok)
      default:
        return response.line(Reply.UnknownCommand)
    }
  }

  #get(request: RespRequest, response: RespResponse): void {
    const { bytes, count, ends, starts } = request
    if (count !== 2) return response.line(Reply.WrongArguments)
    if (!isKey(request, 1)) return response.line(Reply.Nil)
    const mark = response.mark()
    for (;;) {
      const item = this.#storage.get(bytes, starts[1], ends[1])
      if (item === undefined) return response.line(Reply.Nil)
      response.value(item)
      // What was lent is given back at once. A storage that threads share may then say that the
      // item changed while it was being copied: take the copy back and look again.
      if (this.#storage.release(item)) return
      response.rollback(mark)
    }
  }

  #set(request: RespRequest, response: RespResponse): void {
    const { bytes, count, ends, starts } = request
    if (count < 3) return response.line(Reply.WrongArguments)
    if (count !== 3 && !(count === 5 && request.is(3, EX))) return response.line(Reply.Syntax)
    if (!isKey(request, 1)) return response.line(Reply.BadKey)
    const seconds = count === 5 ? parseDecimal(bytes, starts[4], ends[4]) : undefined
    if (seconds !== undefined && seconds <= 0) return response.line(Reply.BadExpiry)
    const entry = this.#entry
    entry.key = bytes
    entry.keyStart = starts[1]
    entry.keyEnd = ends[1]
    entry.value = bytes
    entry.valueStart = starts[2]
    entry.valueEnd = ends[2]
    entry.deadline = seconds === undefined ? NEVER : this.#after(seconds)
    const status = this.#storage.set(entry)
    if (status === Status.Ok) response.line(Reply.Ok)
    else response.line(status === Status.TooLarge ? Reply.TooLarge : Reply.OutOfMemory)
  }

  #delete(request: RespRequest, response: RespResponse): void {
    const { bytes, count, ends, starts } = request
    if (count < 2) return response.line(Reply.WrongArguments)
    let deleted = 0
    for (let i = 1; i < count; i++) {
      if (!isKey(request, i)) continue
      if (this.#storage.delete(bytes, starts[i], ends[i]) === Status.Ok) deleted++
    }
    response.integer(deleted)
  }

  /** Time stands still during a turn: `now` costs nothing, and is the same for storage and protocol. */
  #after(seconds: number): number {
    return Math.min(this.#clock.now + seconds * TICKS_PER_SECOND, MAX_TICK)
  }
}

/** Whether word `index` can be a key. One that cannot is not in the storage, and must not reach it. */
function isKey({ ends, starts }: RespRequest, index: number): boolean {
  const length = ends[index] - starts[index]
  return length > 0 && length <= MAX_KEY_BYTES
}
