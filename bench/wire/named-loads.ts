/**
 * The loads that servers are compared with. Each asks one question; together they are the table of
 * README.md.
 *
 * @module
 */
import type { LoadSpec, MemcacheLoad, MixPart } from '@pelikan/loadgen'

export interface NamedLoad {
  readonly spec: LoadSpec
  /** Open loop at this share of the second server's peak; 0 for a closed loop. */
  readonly shareOfPeak: number
}

const GET: readonly MixPart[] = [{ command: 'get', keys: 1, weight: 1 }]
const SET: readonly MixPart[] = [{ command: 'set', keys: 1, weight: 1 }]

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
    mix: GET,
    ttl: { min: 0, max: 0 },
    seed: 1,
  },
}

const MIX = {
  zipf: 1,
  mix: [
    { ...GET[0]!, weight: 90 },
    { ...SET[0]!, weight: 10 },
  ],
}
const LARGE = { keys: 1000, values: { kind: 'fixed', bytes: 102_400 } } as const
const PAGE = { keys: 20_000, values: { kind: 'fixed', bytes: 4096 } } as const

export const NAMED_LOADS: Readonly<Record<string, NamedLoad>> = {
  get: load({}),
  'get-16': load({}, { pipeline: 16 }),
  mix: load(MIX),
  multiget: load({ mix: [{ command: 'get', keys: 50, weight: 1 }] }),
  set: load({ mix: SET }),
  'set-4k': load({ mix: SET, ...PAGE }),
  'set-100k': load({ mix: SET, ...LARGE }),
  'get-100k': load(LARGE),
  half: load({}, {}, 0.5),
  wide: load({}, { connections: 1000 }),
}

/** What `compare` runs unless told otherwise. */
export const DEFAULT_LOADS: readonly string[] = ['get', 'get-16', 'mix', 'multiget', 'set']

/** {@link BASE} with changes. */
function load(
  memcache: Partial<MemcacheLoad>,
  spec: Partial<LoadSpec> = {},
  shareOfPeak = 0,
): NamedLoad {
  return { spec: { ...BASE, ...spec, memcache: { ...BASE.memcache, ...memcache } }, shareOfPeak }
}
