/**
 * Which keys are asked for most, and which values are largest, of requests that are sampled.
 *
 * ```text
 *   request, 1 of sample ──► worker's generations ──┐
 *   request, 1 of sample ──► worker's generations ──┴──► merged, when somebody asks
 * ```
 *
 * @module
 */
import { MAX_KEY_BYTES, type Observer } from '@pelikan/core'
import { type Generation, Generations, generationsBytes } from './generations.ts'
import { keyText } from './key-text.ts'
import type { Keyed, SharedObservers, Sight } from './sight.ts'
import { type Sketch, SpaceSaving, mergeSketches, spaceSavingBytes } from './space-saving.ts'
import { type Ranked, TopList, topListBytes } from './top-list.ts'

/** The name of the observers, for `Process.observed`. */
export const HOT_KEYS = 'hot_keys'

/**
 * Keys that are counted. Each key that makes up one part in half as many of the sampled requests is sure
 * to be listed.
 */
const SLOTS = 256
const LARGEST = 16
const LISTED_KEYS = 100

const SKETCH_BYTES = spaceSavingBytes(SLOTS)
const GENERATION_BYTES = SKETCH_BYTES + topListBytes(LARGEST)
const WORKER_BYTES = generationsBytes(GENERATION_BYTES)

export interface HotKeysOptions<Request extends Keyed, Response> {
  /** Of so many requests one is looked at, by chance. */
  readonly sample: number
  /** What is listed is at least so old, in milliseconds, and at most twice. */
  readonly windowMs: number
  readonly sight: Sight<Request, Response>
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** From 0 up to 1. */
  readonly random?: () => number
}

/** As `/hotkeys` shows it. */
export interface HotKeysReport {
  /** Requests that were looked at. */
  readonly sampled: number
  /** Of so many requests one was: counts times this are estimates of all requests. */
  readonly sample: number
  /** The highest count first; only those of whose count half is certain. */
  readonly keys: readonly {
    readonly key: string
    readonly count: number
    readonly misses: number
    readonly error: number
  }[]
  /** The largest first. */
  readonly largest: readonly { readonly key: string; readonly bytes: number }[]
}

/** What the workers and the one who asks have in common. */
interface Shared {
  readonly memory: SharedArrayBuffer
  readonly workers: number
  readonly sample: number
  readonly windowMs: number
}

class Seen implements Generation {
  readonly counts: SpaceSaving
  readonly largest: TopList

  constructor(memory: SharedArrayBuffer, at: number) {
    this.counts = new SpaceSaving(memory, at, SLOTS)
    this.largest = new TopList(memory, at + SKETCH_BYTES, LARGEST, true)
  }

  get isFull(): boolean {
    return this.counts.isFull
  }

  clear(): void {
    this.counts.clear()
    this.largest.clear()
  }
}

class HotKeysObserver<Request extends Keyed, Response> implements Observer<Request, Response> {
  sample: number
  readonly #generations: Generations<Seen>
  readonly #mean: number
  readonly #sight: Sight<Request, Response>
  readonly #now: () => number
  readonly #random: () => number

  constructor(generations: Generations<Seen>, options: HotKeysOptions<Request, Response>) {
    const { now = Date.now, random = Math.random, sample, sight } = options
    this.#generations = generations
    this.#mean = sample
    this.#sight = sight
    this.#now = now
    this.#random = random
    this.sample = this.#next()
  }

  observe(request: Request, response: Response): void {
    this.sample = this.#next()
    const sight = this.#sight
    const command = sight.commandOf(request)
    if (command < 0 || !sight.isKeyed(request)) return
    const { key, keyEnd, keyStart } = request
    if (keyEnd - keyStart > MAX_KEY_BYTES) return
    const now = this.#now()
    const seen = this.#generations.enter(now)
    if (seen === undefined) return
    seen.counts.add(key, keyStart, keyEnd, sight.isMiss(request, response))
    const bytes = sight.valueBytes(request, response)
    if (bytes > 0 && seen.largest.admits(bytes)) {
      seen.largest.add(bytes, now, command, bytes, key, keyStart, keyEnd)
    }
    this.#generations.leave()
  }

  /** By chance: every hundredth request of a client that asks for a hundred keys in turn is for one key. */
  #next(): number {
    return 1 + Math.floor(this.#random() * (2 * this.#mean - 1))
  }
}

/** Observers that count keys. */
export function hotKeys<Request extends Keyed, Response>(
  options: HotKeysOptions<Request, Response>,
): SharedObservers<Request, Response> {
  const { sample, windowMs } = options
  return {
    name: HOT_KEYS,
    share: (workers): Shared => {
      const memory = new SharedArrayBuffer(workers * WORKER_BYTES)
      return { memory, workers, sample, windowMs }
    },
    attach: (shared, { metrics: { row } }) => {
      const common = shared as Shared
      return new HotKeysObserver(generationsOf(common, row % common.workers), options)
    },
  }
}

/**
 * What was seen lately by all workers. While it is copied, workers let requests pass unseen.
 *
 * @param shared what the observers share
 * @param now milliseconds since 1970
 */
export function readHotKeys(shared: unknown, now: number): HotKeysReport {
  const common = shared as Shared
  const sketches: Sketch[] = []
  const largest = new Map<string, Ranked>()
  for (let worker = 0; worker < common.workers; worker++) {
    const copies = generationsOf(common, worker).read(now, (seen) => ({
      sketch: seen.counts.read(),
      largest: seen.largest.read(),
    }))
    for (const copy of copies) {
      sketches.push(copy.sketch)
      for (const item of copy.largest) {
        const name = item.key.toString('latin1')
        if (item.bytes > (largest.get(name)?.bytes ?? 0)) largest.set(name, item)
      }
    }
  }
  const { keys, total } = mergeSketches(sketches)
  return {
    sampled: total,
    sample: common.sample,
    keys: keys
      .filter(({ count, error }) => count >= 2 * error)
      .slice(0, LISTED_KEYS)
      .map(({ count, error, key, misses }) => ({ key: keyText(key), count, misses, error })),
    largest: [...largest.values()]
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, LARGEST)
      .map(({ bytes, key }) => ({ key: keyText(key), bytes })),
  }
}

function generationsOf({ memory, windowMs }: Shared, worker: number): Generations<Seen> {
  const make = (of: SharedArrayBuffer, at: number): Seen => new Seen(of, at)
  return new Generations(memory, worker * WORKER_BYTES, GENERATION_BYTES, make, windowMs)
}
