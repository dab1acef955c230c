/**
 * The counters of {@link memcacheMetrics} by what they are counted for: a command, an outcome.
 *
 * @module
 */
import { Status } from '@pelikan/core'
import type { BoundMetrics, Counter, Metrics } from '@pelikan/metrics'
import { type MemcacheResponse, Op } from '@pelikan/protocol-memcache'
import { memcacheMetrics } from './memcache-metrics.ts'

type Bound = BoundMetrics<typeof memcacheMetrics>

/** What the commands of all dialects count with. */
export interface MemcacheCounters {
  readonly metrics: Bound
  /** By {@link Op}. */
  readonly retrievals: readonly RetrievalCounters[]
  /** By {@link Op}. */
  readonly outcomes: readonly StatusCounters[]
}

export function memcacheCounters(metrics: Metrics): MemcacheCounters {
  const bound = metrics.bind(memcacheMetrics)
  return {
    metrics: bound,
    retrievals: retrievalCounters(bound),
    outcomes: statusCounters(bound),
  }
}

/** Of one of the four retrieving commands. */
export class RetrievalCounters {
  /** Of lines: one of several keys counts once. */
  readonly requests: Counter
  readonly #keys: Counter
  readonly #hits: Counter
  readonly #misses: Counter

  constructor(requests: Counter, keys: Counter, hits: Counter, misses: Counter) {
    this.requests = requests
    this.#keys = keys
    this.#hits = hits
    this.#misses = misses
  }

  /** Count a key that was there, and note it in `response`. */
  hit(response: MemcacheResponse): void {
    this.#keys.increment()
    this.#hits.increment()
    response.outcome = Status.Ok
  }

  /** Count a key that was not there, and note it in `response`. */
  miss(response: MemcacheResponse): void {
    this.#keys.increment()
    this.#misses.increment()
    response.outcome = Status.NotFound
  }
}

/** Of a command whose outcome is a {@link Status}. */
export class StatusCounters {
  readonly requests: Counter
  /** By status; a status that is not counted has none. */
  readonly #outcomes: readonly (Counter | undefined)[]

  constructor(requests: Counter, by: Readonly<Partial<Record<Status, Counter>>>) {
    this.requests = requests
    this.#outcomes = Array.from(
      { length: Status.NotANumber + 1 },
      (_, status) => by[status as Status],
    )
  }

  /** Count a request, and note in `response` what became of it. */
  tally(status: Status, response: MemcacheResponse): void {
    this.count(status)
    response.outcome = status
  }

  /** Count a request. */
  count(status: Status): void {
    this.requests.increment()
    this.#outcomes[status]?.increment()
  }
}

function retrievalCounters(bound: Bound): readonly RetrievalCounters[] {
  const counters: RetrievalCounters[] = []
  for (const [op, name] of [
    [Op.Get, 'get'],
    [Op.Gets, 'gets'],
    [Op.Gat, 'gat'],
    [Op.Gats, 'gats'],
  ] as const) {
    counters[op] = new RetrievalCounters(
      bound[name],
      bound[`${name}_key`],
      bound[`${name}_key_hit`],
      bound[`${name}_key_miss`],
    )
  }
  // No holes, so that the array stays one that V8 reads fast.
  counters[Op.Reject] = counters[Op.Get]
  return Array.from(counters)
}

/** Commands without a status have those of `set`, which nobody counts with. */
function statusCounters(bound: Bound): readonly StatusCounters[] {
  const { store_no_memory: noSpace, store_too_large: tooLarge } = bound
  const storing = (requests: Counter, stored: Counter, notStored: Counter): StatusCounters =>
    new StatusCounters(requests, {
      [Status.Ok]: stored,
      [Status.NotStored]: notStored,
      [Status.TooLarge]: tooLarge,
      [Status.NoSpace]: noSpace,
    })
  const finding = (requests: Counter, found: Counter, notFound: Counter): StatusCounters =>
    new StatusCounters(requests, { [Status.Ok]: found, [Status.NotFound]: notFound })
  const set = storing(bound.set, bound.set_stored, bound.set_not_stored)
  const counters = Array.from({ length: Op.Stats + 1 }, () => set)
  counters[Op.Add] = storing(bound.add, bound.add_stored, bound.add_not_stored)
  counters[Op.Replace] = storing(bound.replace, bound.replace_stored, bound.replace_not_stored)
  counters[Op.Append] = storing(bound.append, bound.append_stored, bound.append_not_stored)
  counters[Op.Prepend] = storing(bound.prepend, bound.prepend_stored, bound.prepend_not_stored)
  counters[Op.Cas] = new StatusCounters(bound.cas, {
    [Status.Ok]: bound.cas_stored,
    [Status.Exists]: bound.cas_exists,
    [Status.NotFound]: bound.cas_not_found,
    [Status.TooLarge]: tooLarge,
    [Status.NoSpace]: noSpace,
  })
  counters[Op.Touch] = finding(bound.touch, bound.touch_touched, bound.touch_not_found)
  counters[Op.Delete] = finding(bound.delete, bound.delete_deleted, bound.delete_not_found)
  counters[Op.Increment] = finding(bound.incr, bound.incr_stored, bound.incr_not_found)
  counters[Op.Decrement] = finding(bound.decr, bound.decr_stored, bound.decr_not_found)
  return counters
}
