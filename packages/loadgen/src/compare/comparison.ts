/**
 * Measures servers in alternating rounds: a machine that gets slower for a while slows all of them, and
 * the ratio of a round compares neighbours in time.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadSpec } from '../engine/load-spec.ts'
import { LoadThreads } from '../engine/load-threads.ts'
import { LoadError } from '../errors.ts'
import { type LoadResult, type LoadTarget, fill, measureLoad } from '../measure/measure-load.ts'
import { loadCodec } from '../protocol/load-codec.ts'
import { type Spread, spread } from '../report/spread.ts'
import { ServerProcess } from './server-process.ts'

/** A server to be started, or one that runs already. */
export type Side =
  | { readonly name: string; readonly command: string }
  | { readonly name: string; readonly running: LoadTarget }

/** How long and how often servers are measured. */
export interface Rounds {
  readonly rounds: number
  /** How long each server is measured in a round. */
  readonly seconds: number
  /** Load before it, that is not counted: servers and generator compile. 0 for none. */
  readonly warmUpSeconds: number
  /** Whether every key is stored first. */
  readonly fill: boolean
  /** Requests per second; 0 for as many as the server answers. */
  readonly rate: number
}

export interface SideResult {
  readonly name: string
  /** What started the server; undefined where it ran already. */
  readonly command: string | undefined
  readonly rounds: readonly LoadResult[]
}

export interface Comparison {
  readonly spec: LoadSpec
  /** The transport that the generator used. */
  readonly transport: string
  readonly rounds: Rounds
  /** The first one is what the others are compared with. */
  readonly sides: readonly SideResult[]
}

/** Hears what is going on. */
export interface Watcher {
  /** `side` is in `stage`, such as `round 2 of 5`; `requests()` are answered in it so far. */
  readonly stage: (side: string, stage: string, requests: () => number) => void
}

export const nobody: Watcher = { stage: () => {} }

/** A side whose server runs. */
export interface Contestant {
  readonly side: Side
  readonly load: LoadTarget
}

/**
 * Start the servers, fill and warm them, and give them to `measure`; they are stopped whatever happens.
 *
 * @param cwd folder that servers start in
 * @throws LoadError where a server does not start, dies, or answers wrongly
 */
export async function withServers<Result>(
  spec: LoadSpec,
  sides: readonly Side[],
  rounds: Pick<Rounds, 'fill' | 'warmUpSeconds'>,
  watcher: Watcher,
  measure: (threads: LoadThreads, contestants: readonly Contestant[]) => Promise<Result>,
  cwd?: string,
): Promise<Result> {
  const one = { thread: 0, threads: 1, connections: spec.connections }
  const smallest = { ...spec.memcache, keys: 1, values: { kind: 'fixed', bytes: 0 } as const }
  const { probe } = await loadCodec(spec.protocol, smallest, one)
  const threads = await LoadThreads.start(spec)
  const servers: ServerProcess[] = []
  const requests = (): number => threads.requests
  try {
    const contestants: Contestant[] = []
    for (const side of sides) {
      let load: LoadTarget
      if ('running' in side) load = side.running
      else {
        const options = { command: side.command, probe, ...(cwd === undefined ? {} : { cwd }) }
        const server = await ServerProcess.start(options)
        servers.push(server)
        load = server
      }
      if (rounds.fill) {
        watcher.stage(side.name, 'fill', requests)
        await fill(threads, load)
      }
      if (rounds.warmUpSeconds > 0) {
        watcher.stage(side.name, 'warm-up', requests)
        await measureLoad(threads, load, { seconds: rounds.warmUpSeconds, rate: 0 })
      }
      contestants.push({ side, load })
    }
    return await measure(threads, contestants)
  } catch (error) {
    throw await withCause(error, servers)
  } finally {
    await Promise.all([threads.stop(), ...servers.map((server) => server.stop())])
  }
}

/** Run one load against all sides, in turns. */
export function compareServers(
  spec: LoadSpec,
  sides: readonly Side[],
  rounds: Rounds,
  watcher: Watcher = nobody,
  cwd?: string,
): Promise<Comparison> {
  const measure = async (
    threads: LoadThreads,
    contestants: readonly Contestant[],
  ): Promise<Comparison> => {
    const results = contestants.map((): LoadResult[] => [])
    for (let round = 0; round < rounds.rounds; round++) {
      for (const which of takingTurns(contestants.length, round)) {
        const { load, side } = contestants[which]!
        watcher.stage(side.name, `round ${round + 1} of ${rounds.rounds}`, () => threads.requests)
        results[which]!.push(await measureLoad(threads, load, rounds))
      }
    }
    return {
      spec,
      transport: threads.transport,
      rounds,
      sides: contestants.map(({ side }, which) => ({
        name: side.name,
        command: 'command' in side ? side.command : undefined,
        rounds: results[which]!,
      })),
    }
  }
  return withServers(spec, sides, rounds, watcher, measure, cwd)
}

/** 0, 1, ... in even rounds, backwards in odd ones. */
export function takingTurns(count: number, round: number): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  return round % 2 === 0 ? order : order.toReversed()
}

/** Reads a figure of one round. */
export type Figure = (result: LoadResult) => number

export function spreadOf(side: SideResult, figure: Figure): Spread {
  return spread(side.rounds.map(figure))
}

/** Of each round, how much `a` is of `b`. */
export function ratioOf(a: SideResult, b: SideResult, figure: Figure): Spread {
  return spread(a.rounds.map((result, round) => figure(result) / figure(b.rounds[round]!)))
}

/** A connection may end a moment before the process that had it. */
const DYING_MS = 200

/** A server that died explains why its connections ended. */
async function withCause(cause: unknown, servers: readonly ServerProcess[]): Promise<unknown> {
  if (!(cause instanceof LoadError) || cause.code !== 'PELIKAN_LOAD_DISCONNECTED') return cause
  const deaths = servers.map(async ({ ended, target }) => {
    const message = `the server at port ${target.port} ${await ended}: ${cause.message}`
    return new LoadError('PELIKAN_LOAD_SERVER_FAILED', message, { cause })
  })
  return await Promise.race([...deaths, sleep(DYING_MS, cause)])
}
