/**
 * Plays the steps of a history to a storage and to the model, and compares.
 *
 * Where a storage may evict, an item may be missing at any time; it must then stay missing, and
 * what is there must be what the model says.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { NEVER, type Tick } from '@pelikan/core'
import { type ModelFetched, type ModelItem, StorageModel } from './model.ts'
import type { Step, Ttl } from './steps.ts'
import type { Fetched } from './terms-subject.ts'
import type { Seen, StatusName } from './seen.ts'
import type { StorageSubject, WriteOperation } from './subject.ts'

interface OpenReservation {
  readonly id: number
  readonly key: string
  readonly value: string
  readonly written: number
}

/** A cas token as a client has it, and the version that it stands for. */
interface Token {
  readonly cas: string
  readonly version: number
}

export interface ReplayOptions {
  readonly itemSizeMax: number
  /** Whether an item may go missing and a write be refused for want of room. */
  readonly evicts: boolean
  /** The value that the text in a step stands for, where that is long. */
  readonly unfold?: (text: string) => string
}

export class Replay {
  readonly #subject: StorageSubject
  readonly #model: StorageModel
  readonly #itemSizeMax: number
  readonly #evicts: boolean
  readonly #unfold: (text: string) => string
  readonly #open: OpenReservation[] = []
  /** Every token that was seen, by key. */
  readonly #tokens = new Map<string, Token[]>()

  constructor(subject: StorageSubject, options: ReplayOptions) {
    this.#subject = subject
    this.#model = new StorageModel(subject.clock)
    this.#itemSizeMax = options.itemSizeMax
    this.#evicts = options.evicts
    this.#unfold = options.unfold ?? ((text) => text)
  }

  /** @throws AssertionError where storage and model differ */
  play(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step)
  }

  /** Compare all items, end what is open, and compare again when every deadline has passed. */
  finish(keys: readonly string[], longestTtl: number): void {
    for (const key of keys) this.#step({ do: 'get', key })
    for (const { id } of this.#open) this.#subject.abort(id)
    this.#subject.wait(longestTtl)
    for (const key of keys) this.#step({ do: 'get', key })
  }

  #step(step: Step): void {
    const subject = this.#subject
    const model = this.#model
    switch (step.do) {
      case 'get':
        return this.#read(step.key, subject.get(step.key), () => model.get(step.key))
      case 'getAndTouch': {
        const deadline = this.#deadline(step.ttl)
        const seen = subject.getAndTouch(step.key, deadline)
        return this.#read(step.key, seen, () => model.getAndTouch(step.key, deadline))
      }
      case 'touch': {
        const deadline = this.#deadline(step.ttl)
        const answer = subject.touch(step.key, deadline)
        return this.#agree(step.key, answer, () => model.touch(step.key, deadline))
      }
      case 'increment':
      case 'decrement': {
        const answer = subject[step.do](step.key, step.delta)
        return this.#agree(step.key, answer, () => model[step.do](step.key, step.delta))
      }
      case 'fetch':
        return this.#fetch(step)
      case 'invalidate': {
        const deadline = step.ttl === undefined ? undefined : this.#deadline(step.ttl)
        const asked = { invalidates: true, ...(deadline === undefined ? {} : { deadline }) }
        const answer = subject.discard(step.key, asked)
        return this.#agree(step.key, answer, () => model.invalidate(step.key, deadline))
      }
      case 'empty': {
        const answer = subject.discard(step.key, { empties: true })
        return this.#agree(step.key, answer, () => model.empty(step.key))
      }
      case 'count': {
        const { delta, initial, key } = step
        const vivify = this.#deadline(step.vivify)
        const { answer } = subject.count(key, { delta, initial, vivify })
        return this.#agree(key, answer, () => model.count(key, delta, initial, vivify))
      }
      case 'delete':
        return this.#agree(step.key, subject.delete(step.key), () => model.delete(step.key))
      case 'setTooLarge':
        assert.equal(subject.set(step.key, 'x'.repeat(this.#itemSizeMax + 1)), 'TooLarge')
        return model.lose(step.key)
      case 'reserve':
        return this.#reserve(step.key, this.#unfold(step.value))
      case 'write':
        return this.#write(step.which, step.length)
      case 'commit':
        return this.#commit(step)
      case 'abort': {
        const reservation = this.#close(step.which)
        return reservation === undefined ? undefined : subject.abort(reservation.id)
      }
      case 'flush': {
        const at = subject.in(step.in)
        subject.flush(at)
        return model.flush(at)
      }
      case 'wait':
        return subject.wait(step.ticks)
      case 'expire':
        return subject.expire()
      default:
        return this.#store(step.do, step.key, this.#unfold(step.value), step)
    }
  }

  #store(
    operation: WriteOperation,
    key: string,
    value: string,
    options: { readonly flags: number; readonly ttl: Ttl; readonly reservation?: number },
  ): void {
    const { cas, version } = this.#tokens.get(key)?.at(-1) ?? { cas: '0:0', version: 0 }
    const deadline = this.#deadline(options.ttl)
    const answer = this.#subject.store(operation, key, value, { ...options, deadline, cas })
    if (answer === 'TooLarge') this.#mayBeTooLarge(operation, key, value)
    if (answer === 'TooLarge' || (this.#evicts && answer === 'NoSpace')) {
      return operation === 'set' ? this.#model.lose(key) : undefined
    }
    const entry = { value, flags: options.flags, deadline, version }
    this.#agree(key, answer, () => this.#model.store(operation, key, entry))
  }

  #fetch({ key, peeks, recache, ttl, vivify }: Extract<Step, { do: 'fetch' }>): void {
    const asked = {
      peeks,
      ...(ttl === undefined ? {} : { deadline: this.#deadline(ttl) }),
      ...(vivify === undefined ? {} : { vivify: this.#deadline(vivify) }),
      ...(recache === undefined ? {} : { recacheBefore: this.#subject.in(recache) }),
    }
    const seen = this.#subject.fetch(key, asked)
    if (this.#evicts && (seen === undefined || seen.created)) this.#model.lose(key)
    if (this.#evicts && seen === undefined) return
    const item = this.#model.fetch(key, asked)
    assert.deepEqual(fetched(seen), fetched(item), `what is fetched of ${JSON.stringify(key)}`)
    if (seen !== undefined && item !== undefined) {
      this.#recordToken(key, { cas: seen.cas, version: item.version })
    }
  }

  /** Between half the largest size and all of it, an item is too large or not as the storage counts. */
  #mayBeTooLarge(operation: WriteOperation, key: string, value: string): void {
    const joins = operation === 'append' || operation === 'prepend'
    const length = value.length + (joins ? (this.#model.peek(key)?.value.length ?? 0) : 0)
    assert.ok(length > this.#itemSizeMax / 2, `a value of ${length} bytes is TooLarge`)
  }

  #reserve(key: string, value: string): void {
    const reservation = this.#subject.reserve(key, value.length)
    if (typeof reservation === 'number') {
      this.#open.push({ id: reservation, key, value, written: 0 })
    } else {
      assert.ok(this.#evicts && reservation === 'NoSpace', `reserve: ${reservation}`)
    }
  }

  #write(which: number, length: number): void {
    const reservation = this.#close(which)
    if (reservation === undefined) return
    const { id, value, written } = reservation
    const piece = value.slice(written, written + length)
    this.#subject.write(id, piece)
    this.#open.push({ ...reservation, written: written + piece.length })
  }

  #commit(step: Extract<Step, { do: 'commit' }>): void {
    const reservation = this.#close(step.which)
    if (reservation === undefined) return
    const { id, key, value, written } = reservation
    this.#subject.write(id, value.slice(written))
    const { flags, ttl, operation } = step
    this.#store(operation, key, value, { flags, ttl, reservation: id })
  }

  /** Take a reservation out of those that are open. */
  #close(which: number): OpenReservation | undefined {
    return this.#open.splice(which % Math.max(this.#open.length, 1), 1)[0]
  }

  #agree(key: string, answer: bigint | StatusName, expected: () => bigint | StatusName): void {
    if (this.#evicts && answer === 'NoSpace') return
    const first = expected()
    if (answer === first) return
    if (this.#evicts) {
      this.#model.lose(key)
      if (answer === expected()) return
    }
    assert.equal(answer, first)
  }

  #read(key: string, seen: Seen | undefined, expected: () => ModelItem | undefined): void {
    const item = expected()
    if (seen === undefined && this.#evicts) return this.#model.lose(key)
    assert.deepEqual(visible(seen), visible(item), `what is under ${JSON.stringify(key)}`)
    if (seen !== undefined && item !== undefined) {
      this.#recordToken(key, { cas: seen.cas, version: item.version })
    }
  }

  /** One token for one version: never two, never one for two. */
  #recordToken(key: string, token: Token): void {
    const tokens = this.#tokens.get(key) ?? []
    for (const { cas, version } of tokens) {
      assert.equal(
        cas === token.cas,
        version === token.version,
        cas === token.cas
          ? `the cas token of ${JSON.stringify(key)} is still ${cas} after a write`
          : `the cas token of ${JSON.stringify(key)} went from ${cas} to ${token.cas} without one`,
      )
    }
    this.#tokens.set(key, [...tokens, token])
  }

  #deadline(ttl: Ttl): Tick {
    return ttl === 'never' ? NEVER : this.#subject.in(ttl)
  }
}

function fetched(item: Fetched | ModelFetched | undefined): unknown {
  if (item === undefined) return undefined
  const { created, marks, won } = item
  return { visible: visible(item), created, marks, won }
}

function visible(item: Seen | ModelItem | undefined): unknown {
  if (item === undefined) return undefined
  const { value, flags, deadline } = item
  return { value, flags, deadline }
}
