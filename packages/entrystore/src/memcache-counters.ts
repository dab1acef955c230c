/**
 * The counters of {@link memcacheMetrics} by what they are counted for: a command, an outcome.
 *
 * @module
 */
import { Status } from '@pelikan/core'
import type { BoundMetrics, Counter } from '@pelikan/metrics'
import { Op } from '@pelikan/protocol-memcache'
import type { memcacheMetrics } from './memcache-metrics.ts'

type Bound = BoundMetrics<typeof memcacheMetrics>

/** Of one of the four retrieving commands. */
export interface RetrievalCounters {
  readonly requests: Counter
  readonly keys: Counter
  readonly hits: Counter
  readonly misses: Counter
}

/** Of a command whose outcome is a {@link Status}. */
export interface StatusCounters {
  readonly requests: Counter
  /** By status; a status that is not counted has none. */
  readonly outcomes: readonly (Counter | undefined)[]
}

/** By {@link Op}. */
export function retrievalCounters(bound: Bound): readonly RetrievalCounters[] {
  const counters: RetrievalCounters[] = []
  for (const [op, name] of [
    [Op.Get, 'get'],
    [Op.Gets, 'gets'],
    [Op.Gat, 'gat'],
    [Op.Gats, 'gats'],
  ] as const) {
    counters[op] = {
      requests: bound[name],
      keys: bound[`${name}_key`],
      hits: bound[`${name}_key_hit`],
      misses: bound[`${name}_key_miss`],
    }
  }
  // No holes, so that the array stays one that V8 reads fast.
  counters[Op.Reject] = counters[Op.Get]
  return Array.from(counters)
}

/** By {@link Op}; commands without a status have those of `set`, which nobody counts with. */
export function statusCounters(bound: Bound): readonly StatusCounters[] {
  const { store_no_memory: noSpace, store_too_large: tooLarge } = bound
  const storing = (requests: Counter, stored: Counter, notStored: Counter): StatusCounters => ({
    requests,
    outcomes: outcomes({
      [Status.Ok]: stored,
      [Status.NotStored]: notStored,
      [Status.TooLarge]: tooLarge,
      [Status.NoSpace]: noSpace,
    }),
  })
  const finding = (requests: Counter, found: Counter, notFound: Counter): StatusCounters => ({
    requests,
    outcomes: outcomes({ [Status.Ok]: found, [Status.NotFound]: notFound }),
  })
  const set = storing(bound.set, bound.set_stored, bound.set_not_stored)
  const counters = Array.from({ length: Op.Stats + 1 }, () => set)
  counters[Op.Add] = storing(bound.add, bound.add_stored, bound.add_not_stored)
  counters[Op.Replace] = storing(bound.replace, bound.replace_stored, bound.replace_not_stored)
  counters[Op.Append] = storing(bound.append, bound.append_stored, bound.append_not_stored)
  counters[Op.Prepend] = storing(bound.prepend, bound.prepend_stored, bound.prepend_not_stored)
  counters[Op.Cas] = {
    requests: bound.cas,
    outcomes: outcomes({
      [Status.Ok]: bound.cas_stored,
      [Status.Exists]: bound.cas_exists,
      [Status.NotFound]: bound.cas_not_found,
      [Status.TooLarge]: tooLarge,
      [Status.NoSpace]: noSpace,
    }),
  }
  counters[Op.Touch] = finding(bound.touch, bound.touch_touched, bound.touch_not_found)
  counters[Op.Delete] = finding(bound.delete, bound.delete_deleted, bound.delete_not_found)
  counters[Op.Increment] = finding(bound.incr, bound.incr_stored, bound.incr_not_found)
  counters[Op.Decrement] = finding(bound.decr, bound.decr_stored, bound.decr_not_found)
  return counters
}

function outcomes(
  by: Readonly<Partial<Record<Status, Counter>>>,
): readonly (Counter | undefined)[] {
  return Array.from({ length: Status.NotANumber + 1 }, (_, status) => by[status as Status])
}
