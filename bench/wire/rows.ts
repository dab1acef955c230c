/**
 * The rows of the table in README.md: what is asked of the servers, and what ours have to reach.
 *
 * @module
 */
import type { LoadSpec, MemcacheLoad, MixPart } from '@pelikan/loadgen'

/** What our server runs on. */
export type TransportName = 'uring' | 'net'

/** What is set against the other server's figure of the same round. */
export type FigureName = 'throughput' | 'cpu' | 'p99' | 'p999'

export interface RowGoal {
  readonly figure: FigureName
  readonly bound: 'at least' | 'at most'
  /** Of the other server's. */
  readonly ratio: number
}

export interface Row {
  readonly title: string
  readonly spec: LoadSpec
  /** Open loop at this share of the other server's peak; 0 for a closed loop. */
  readonly shareOfPeak: number
  readonly goals: Readonly<Record<TransportName, readonly RowGoal[]>>
}

const GET: MixPart = { command: 'get', keys: 1, weight: 1 }
const SET: MixPart = { command: 'set', keys: 1, weight: 1 }

/** 50 connections, one get of 64 bytes in flight on each, 100,000 keys, all equally often. */
const BASE: LoadSpec = {
  protocol: 'memcache',
  connections: 50,
  threads: 1,
  pipeline: 1,
  maxInFlight: 128,
  transport: 'auto',
  memcache: {
    keys: 100_000,
    zipf: 0,
    values: { kind: 'fixed', bytes: 64 },
    mix: [GET],
    ttl: { min: 0, max: 0 },
    seed: 1,
  },
}

const SETS = { mix: [SET] }
const PAGES = { ...SETS, values: { kind: 'fixed', bytes: 4096 } } as const
/** 100,000 of them would be 10 GB; these are half of the servers' memory, so that both can hold all. */
const LARGE = { ...SETS, keys: 5000, values: { kind: 'fixed', bytes: 102_400 } } as const

const FASTER_AND_LIGHTER = [atLeast(1.3), atMost('cpu', 0.8)]
const NO_SLOWER = [atMost('p99', 1), atMost('p999', 1)]

/** Nine gets and a set for keys that few are asked for often. */
export const MIXED: LoadSpec = spec({
  zipf: 1,
  mix: [
    { ...GET, weight: 90 },
    { ...SET, weight: 10 },
  ],
})

export const ROWS: Readonly<Record<string, Row>> = {
  get: row('gets, 1 in flight', spec({}), FASTER_AND_LIGHTER, [atMost('cpu', 1.4)]),
  mix: row('90 % get, 10 % set, Zipf 1, 1 in flight', MIXED, FASTER_AND_LIGHTER),
  'get-16': row('gets, 16 in flight', spec({}, { pipeline: 16 }), [atLeast(4)], [atLeast(2)]),
  multiget: row(
    'gets of 50 keys, 1 in flight',
    spec({ mix: [{ ...GET, keys: 50 }] }),
    [atLeast(1.4)],
    [atLeast(1)],
  ),
  set: row('sets of 64 B, 1 in flight', spec(SETS), [atLeast(1.2)]),
  'set-4k': row('sets of 4 KiB, 1 in flight', spec(PAGES), [atLeast(1.1)]),
  'set-100k': row('sets of 100 KiB, 1 in flight', spec(LARGE), [atLeast(1)]),
  half: { ...row("gets at half of memcached's peak", spec({}), NO_SLOWER), shareOfPeak: 0.5 },
  wide: row('gets, 1000 connections', spec({}, { connections: 1000 }), [atLeast(1.3)]),
}

/** Every kind of request, to see that servers answer rightly before they are measured. */
export const EVERYTHING: LoadSpec = spec(
  {
    keys: 1000,
    zipf: 1,
    values: { kind: 'log-normal', median: 200, sigma: 1, min: 0, max: 100_000 },
    mix: [
      { ...GET, weight: 4 },
      { ...GET, keys: 50 },
      { ...SET, weight: 2 },
      ...(['add', 'replace', 'delete', 'touch', 'incr', 'decr'] as const).map((command) => {
        return { ...SET, command }
      }),
    ],
  },
  { pipeline: 16 },
)

/** {@link BASE} with changes. */
function spec(memcache: Partial<MemcacheLoad>, changes: Partial<LoadSpec> = {}): LoadSpec {
  return { ...BASE, ...changes, memcache: { ...BASE.memcache, ...memcache } }
}

function row(
  title: string,
  asked: LoadSpec,
  uring: readonly RowGoal[],
  net: readonly RowGoal[] = [],
): Row {
  return { title, spec: asked, shareOfPeak: 0, goals: { uring, net } }
}

function atLeast(ratio: number): RowGoal {
  return { figure: 'throughput', bound: 'at least', ratio }
}

function atMost(figure: FigureName, ratio: number): RowGoal {
  return { figure, bound: 'at most', ratio }
}
