/**
 * Measures one row: all servers run, hold every key, and take turns. Afterwards they are asked whether
 * they have the keys still.
 *
 * @module
 */
import {
  type Contestant,
  type LoadResult,
  type LoadSpec,
  LoadThreads,
  measureLoad,
  spread,
  takingTurns,
  withServers,
} from '@pelikan/loadgen'
import { REPOSITORY } from './repository.ts'
import { EVERYTHING, type Row, type TransportName } from './rows.ts'
import type { Server } from './servers.ts'

export interface Timing {
  readonly rounds: number
  /** How long each server is measured in a round. */
  readonly seconds: number
  /** Load that is not counted, before the first round: servers and generator compile. */
  readonly warmUpSeconds: number
}

/** One round of one server, without its curve. */
export type Round = Omit<LoadResult, 'latency'> & {
  readonly latency: Omit<LoadResult['latency'], 'curve'>
}

export interface ServerRounds {
  readonly name: string
  readonly command: string
  /** What our server ran on; undefined for the other one. */
  readonly transport?: TransportName | undefined
  readonly rounds: readonly Round[]
  /** Share of the keys that were not there, in the gets after the last round. */
  readonly missing: number
}

export interface RowResult {
  /** Its name in `ROWS`. */
  readonly row: string
  readonly spec: LoadSpec
  /** What the generator ran on. */
  readonly generator: string
  /** Requests per second of an open loop; 0 for a closed one. */
  readonly rate: number
  readonly servers: readonly ServerRounds[]
}

const nobody = { stage: () => {} }
const CHECK_SECONDS = 0.5
const PEAK_ROUNDS = 3

/** @throws LoadError where a server answers anything wrongly */
export async function checkReplies(servers: readonly Server[]): Promise<void> {
  await withServers(
    EVERYTHING,
    servers,
    { fill: true, warmUpSeconds: 0 },
    nobody,
    async (threads, contestants) => {
      for (const { load } of contestants) {
        await measureLoad(threads, load, { seconds: CHECK_SECONDS, rate: 0 })
      }
    },
    REPOSITORY,
  )
}

export function measureRow(
  name: string,
  { shareOfPeak, spec }: Row,
  servers: readonly Server[],
  { rounds, seconds, warmUpSeconds }: Timing,
): Promise<RowResult> {
  const measure = async (
    threads: LoadThreads,
    contestants: readonly Contestant[],
  ): Promise<RowResult> => {
    const rate = shareOfPeak && (await peakOf(threads, contestants.at(-1)!, seconds)) * shareOfPeak
    const results = contestants.map((): Round[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const which of takingTurns(contestants.length, round)) {
        const result = await measureLoad(threads, contestants[which]!.load, { seconds, rate })
        results[which]!.push(withoutCurve(result))
      }
    }
    const missing = await missingKeys(spec, contestants)
    return {
      row: name,
      spec,
      generator: threads.transport,
      rate,
      servers: servers.map((server, which) => {
        return { ...server, rounds: results[which]!, missing: missing[which]! }
      }),
    }
  }
  return withServers(spec, servers, { fill: true, warmUpSeconds }, nobody, measure, REPOSITORY)
}

/** Requests per second in a closed loop. */
async function peakOf(
  threads: LoadThreads,
  { load }: Contestant,
  seconds: number,
): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round < PEAK_ROUNDS; round++) {
    rates.push((await measureLoad(threads, load, { seconds, rate: 0 })).requestsPerSecond)
  }
  return spread(rates).median
}

async function missingKeys(
  spec: LoadSpec,
  contestants: readonly Contestant[],
): Promise<readonly number[]> {
  const mix = [{ command: 'get', keys: 1, weight: 1 }] as const
  const gets = { ...spec, pipeline: 4, memcache: { ...spec.memcache, zipf: 0, mix } }
  const threads = await LoadThreads.start(gets)
  try {
    const shares: number[] = []
    for (const { load } of contestants) {
      const { keys, misses } = await measureLoad(threads, load, { seconds: CHECK_SECONDS, rate: 0 })
      shares.push(misses / keys)
    }
    return shares
  } finally {
    await threads.stop()
  }
}

function withoutCurve(result: LoadResult): Round {
  const { curve: _, ...latency } = result.latency
  return { ...result, latency }
}
