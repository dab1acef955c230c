/**
 * Latency against rate: what a server's peak is in a closed loop, and then the latencies in an open loop at
 * 10 %, 20 %, ... 100 % of it. Servers take turns at each step.
 *
 * @module
 */
import type { LoadSpec } from '../engine/load-spec.ts'
import type { LoadThreads } from '../engine/load-threads.ts'
import { type LoadResult, measureLoad } from '../measure/measure-load.ts'
import {
  type Contestant,
  type Rounds,
  type Side,
  type Watcher,
  nobody,
  takingTurns,
  withServers,
} from './comparison.ts'

export type SweepOptions = Pick<Rounds, 'fill' | 'seconds' | 'warmUpSeconds'>

export interface SweepStep {
  /** Of the peak, 0.1 to 1. */
  readonly share: number
  /** Requests per second that were due. */
  readonly rate: number
  readonly result: LoadResult
}

export interface SweepSide {
  readonly name: string
  readonly command: string | undefined
  /** Requests per second in a closed loop. */
  readonly peak: number
  readonly steps: readonly SweepStep[]
}

export interface Sweep {
  readonly spec: LoadSpec
  readonly transport: string
  readonly options: SweepOptions
  readonly sides: readonly SweepSide[]
}

const STEPS = 10

/**
 * @param spec the load that the peak is measured with
 * @param cwd folder that servers start in
 */
export async function sweepServers(
  spec: LoadSpec,
  sides: readonly Side[],
  options: SweepOptions,
  watcher: Watcher = nobody,
  cwd?: string,
): Promise<Sweep> {
  const measure = async (
    threads: LoadThreads,
    contestants: readonly Contestant[],
  ): Promise<Sweep> => {
    const peaks: number[] = []
    const steps = contestants.map((): SweepStep[] => [])
    const { seconds } = options
    for (const { load, side } of contestants) {
      watcher.stage(side.name, 'peak', () => threads.requests)
      peaks.push((await measureLoad(threads, load, { seconds, rate: 0 })).requestsPerSecond)
    }
    for (let step = 1; step <= STEPS; step++) {
      const share = step / STEPS
      for (const which of takingTurns(contestants.length, step)) {
        const { load, side } = contestants[which]!
        const rate = Math.max(1, Math.round(peaks[which]! * share))
        watcher.stage(side.name, `${share * 100} % of the peak`, () => threads.requests)
        steps[which]!.push({
          share,
          rate,
          result: await measureLoad(threads, load, { seconds, rate }),
        })
      }
    }
    return {
      spec,
      transport: threads.transport,
      options,
      sides: contestants.map(({ side }, which) => ({
        name: side.name,
        command: 'command' in side ? side.command : undefined,
        peak: peaks[which]!,
        steps: steps[which]!,
      })),
    }
  }
  return withServers(spec, sides, options, watcher, measure, cwd)
}
