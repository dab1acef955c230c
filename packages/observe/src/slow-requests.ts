/**
 * The requests that took longest, of the turns that are timed: by the time that each took itself, without
 * that of the requests before it in its turn, so that one slow request does not fill the list with those
 * that waited for it.
 *
 * @module
 */
import { MAX_KEY_BYTES, type Observer } from '@pelikan/core'
import { type Generation, Generations, generationsBytes } from './generations.ts'
import { keyText } from './key-text.ts'
import type { Keyed, SharedObservers, Sight } from './sight.ts'
import { TopList, topListBytes } from './top-list.ts'

/** The name of the observers, for `Process.observed`. */
export const SLOW_REQUESTS = 'slow_requests'

/** Requests that each worker remembers, of this window and of the one before, and that are listed of all. */
const PLACES = 16
const LISTED = 32
const WINDOW_MS = 3_600_000
const NANOSECONDS_PER_MICROSECOND = 1000

const LIST_BYTES = topListBytes(PLACES)
const WORKER_BYTES = generationsBytes(LIST_BYTES)

export interface SlowRequestsOptions<Request extends Keyed, Response> {
  readonly sight: Sight<Request, Response>
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** As `/slow` shows it. */
export interface SlowReport {
  /** The slowest first. */
  readonly requests: readonly {
    readonly command: string
    readonly key: string
    /** Of the value. */
    readonly bytes: number
    readonly microseconds: number
    /** When it was answered, as ISO 8601 has it. */
    readonly at: string
  }[]
}

interface Shared {
  readonly memory: SharedArrayBuffer
  readonly workers: number
  readonly commands: readonly string[]
}

class Slowest extends TopList implements Generation {
  /** Whoever is slower takes the place of another. */
  readonly isFull = false

  constructor(memory: SharedArrayBuffer, at: number) {
    super(memory, at, PLACES, false)
  }
}

class SlowObserver<Request extends Keyed, Response> implements Observer<Request, Response> {
  readonly sample = 0
  readonly #generations: Generations<Slowest>
  readonly #sight: Sight<Request, Response>
  readonly #now: () => number

  constructor(
    generations: Generations<Slowest>,
    { now = Date.now, sight }: SlowRequestsOptions<Request, Response>,
  ) {
    this.#generations = generations
    this.#sight = sight
    this.#now = now
  }

  observe(): void {}

  timed(request: Request, response: Response, _: number, alone: number): void {
    const sight = this.#sight
    const command = sight.commandOf(request)
    if (command < 0) return
    const now = this.#now()
    const slowest = this.#generations.enter(now)
    if (slowest === undefined) return
    if (slowest.admits(alone)) {
      const { key, keyEnd, keyStart } = request
      const isShown = sight.isKeyed(request) && keyEnd - keyStart <= MAX_KEY_BYTES
      const end = isShown ? keyEnd : keyStart
      slowest.add(alone, now, command, sight.valueBytes(request, response), key, keyStart, end)
    }
    this.#generations.leave()
  }
}

/** Observers that remember what was slow. */
export function slowRequests<Request extends Keyed, Response>(
  options: SlowRequestsOptions<Request, Response>,
): SharedObservers<Request, Response> {
  const { commands } = options.sight
  return {
    name: SLOW_REQUESTS,
    share: (workers): Shared => {
      return { memory: new SharedArrayBuffer(workers * WORKER_BYTES), workers, commands }
    },
    attach: (shared, { metrics: { row } }) => {
      const { memory, workers } = shared as Shared
      return new SlowObserver(generationsOf(memory, row % workers), options)
    },
  }
}

/**
 * What was slow in the last hour or two, on all workers.
 *
 * @param shared what the observers share
 * @param now milliseconds since 1970
 */
export function readSlowRequests(shared: unknown, now: number): SlowReport {
  const { commands, memory, workers } = shared as Shared
  const all = Array.from({ length: workers }, (_, worker) =>
    generationsOf(memory, worker).read(now, (slowest) => slowest.read()),
  ).flat(2)
  return {
    requests: all
      .toSorted((a, b) => b.rank - a.rank)
      .slice(0, LISTED)
      .map(({ at, bytes, command, key, rank }) => ({
        command: commands[command],
        key: keyText(key),
        bytes,
        microseconds: Math.round(rank / NANOSECONDS_PER_MICROSECOND),
        at: new Date(at).toISOString(),
      })),
  }
}

function generationsOf(memory: SharedArrayBuffer, worker: number): Generations<Slowest> {
  const make = (of: SharedArrayBuffer, at: number): Slowest => new Slowest(of, at)
  return new Generations(memory, worker * WORKER_BYTES, LIST_BYTES, make, WINDOW_MS)
}
