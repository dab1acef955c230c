/**
 * A random mix of operations on one client, each answer compared with what a `Map` says.
 *
 * Clients do not promise that requests of one connection leave in the order in which they were made. So
 * the operations of a client run in lanes: each lane has keys of its own and waits for every answer, and
 * the lanes together keep the connection busy. The mix follows from the seed.
 *
 * @module
 */
import type { CacheClient, Value } from './cache-client.ts'

export interface LoadOptions {
  readonly client: CacheClient
  /** Starts every key; nobody else may write such keys. */
  readonly prefix: string
  readonly seed: number
  /** How many operations, in all lanes together; a multiple of `lanes`. */
  readonly operations: number
  readonly lanes: number
  /** Whether the client passes the test of this name. */
  readonly can: (test: string) => boolean
}

type Operation = Exclude<keyof CacheClient, 'gets' | 'flush' | 'close'>

/** Of a hundred operations. */
const MIX: Readonly<Record<Operation, number>> = {
  get: 44,
  set: 22,
  getMany: 5,
  delete: 5,
  incr: 5,
  decr: 4,
  add: 3,
  replace: 3,
  append: 3,
  prepend: 2,
  cas: 2,
  touch: 2,
}

/** Keys of a lane: those of texts, then those of numbers. */
const TEXTS = 6
const COUNTERS = 2
const LONGEST = 1000
/** Values are pieces of this: two-byte characters between others, so that lengths in bytes differ. */
const TEXT = Array.from({ length: 4000 }, (_, i) =>
  i % 17 === 0 ? 'é' : String.fromCharCode(0x21 + ((i * i) % 0x5d)),
).join('')

/** Resolves with the number of operations; rejects at the first answer that is not the expected one. */
export async function verifiedLoad(options: LoadOptions): Promise<number> {
  const { client, prefix, seed, operations, lanes, can } = options
  const mix = Object.entries(MIX).flatMap(([operation, weight]) =>
    can(operation) ? Array.from<Operation>({ length: weight }).fill(operation as Operation) : [],
  )
  const shortest = can('0 bytes') ? 0 : 1
  const done = await Promise.all(
    Array.from({ length: lanes }, (_, number) => {
      const random = randomFrom(seed * lanes + number)
      const lane = new Lane(client, `${prefix}${number}-`, random, shortest)
      return lane.run(mix, operations / lanes)
    }),
  )
  return done.reduce((sum, count) => sum + count, 0)
}

class Lane {
  readonly #client: CacheClient
  readonly #keys: readonly string[]
  readonly #random: (below: number) => number
  readonly #shortest: number
  readonly #model = new Map<string, string>()

  constructor(
    client: CacheClient,
    prefix: string,
    random: (below: number) => number,
    shortest: number,
  ) {
    this.#client = client
    this.#keys = Array.from({ length: TEXTS + COUNTERS }, (_, i) => `${prefix}${i}`)
    this.#random = random
    this.#shortest = shortest
  }

  async run(mix: readonly Operation[], operations: number): Promise<number> {
    let done = 0
    while (done < operations) {
      await this.#step(mix[this.#random(mix.length)])
      done++
    }
    return done
  }

  async #step(operation: Operation): Promise<void> {
    const client = this.#client
    const model = this.#model
    const number = this.#keyFor(operation)
    const key = this.#keys[number]
    const isCounter = number >= TEXTS
    const before = model.get(key)
    switch (operation) {
      case 'get':
        return check(operation, key, stored(await client.get(key), isCounter), before)
      case 'getMany': {
        const keys = this.#keys.filter(() => this.#random(2) === 0)
        if (keys.length === 0) keys.push(key)
        const found = await client.getMany(keys)
        for (const each of keys) {
          const value = stored(found.get(each), this.#keys.indexOf(each) >= TEXTS)
          check(operation, each, value, model.get(each))
        }
        return
      }
      case 'set': {
        const value = this.#value(isCounter)
        model.set(key, value)
        return check(operation, key, await client.set(key, value), true)
      }
      case 'add':
      case 'replace': {
        const value = this.#value(isCounter)
        const stores = (before === undefined) === (operation === 'add')
        if (stores) model.set(key, value)
        return check(operation, key, await client[operation](key, value), stores)
      }
      case 'append':
      case 'prepend': {
        const value = this.#value(false)
        const stores = before !== undefined
        if (stores) model.set(key, operation === 'append' ? before + value : value + before)
        return check(operation, key, await client[operation](key, value), stores)
      }
      case 'cas': {
        const current = await client.gets(key)
        check('gets', key, stored(current?.value, isCounter), before)
        if (current === undefined) return
        const value = this.#value(isCounter)
        model.set(key, value)
        return check(operation, key, await client.cas(key, value, current.cas), true)
      }
      case 'incr':
      case 'decr': {
        const by = this.#random(1000)
        const after = before === undefined ? undefined : counted(before, operation, by)
        if (after !== undefined) model.set(key, after)
        const answer = after === undefined ? undefined : Number(after)
        return check(operation, key, await client[operation](key, by), answer)
      }
      case 'touch':
        return check(operation, key, await client.touch(key, 1000), before !== undefined)
      case 'delete':
        return check(operation, key, await client.delete(key), model.delete(key))
    }
  }

  /** The number of a key that the operation can be tried with. */
  #keyFor(operation: Operation): number {
    switch (operation) {
      case 'incr':
      case 'decr':
        return TEXTS + this.#random(COUNTERS)
      case 'append':
      case 'prepend':
        return this.#random(TEXTS)
      default:
        return this.#random(TEXTS + COUNTERS)
    }
  }

  #value(isCounter: boolean): string {
    if (isCounter) return String(this.#random(10_000))
    // Short ones mostly, as caches have them.
    const longest = this.#random(4) === 0 ? LONGEST : 64
    const length = this.#shortest + this.#random(longest - this.#shortest)
    const start = this.#random(TEXT.length - length)
    return TEXT.slice(start, start + length)
  }
}

function counted(before: string, operation: 'incr' | 'decr', by: number): string {
  const number = Number(before)
  return String(operation === 'incr' ? number + by : Math.max(0, number - by))
}

/**
 * A value as the model has it. A number that gets shorter keeps its length, blanks fill it up; memcached
 * does so only while none of its own threads holds the item, so it cannot be foretold.
 */
function stored(value: Value | undefined, isCounter: boolean): Value | undefined {
  return isCounter && typeof value === 'string' ? value.trimEnd() : value
}

function check(operation: string, key: string, answer: unknown, expected: unknown): void {
  if (answer === expected) return
  throw new Error(
    `${operation} ${key}: ${JSON.stringify(answer)} is not ${JSON.stringify(expected)}`,
  )
}

/** Mulberry32: integers in [0, below), the same for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
