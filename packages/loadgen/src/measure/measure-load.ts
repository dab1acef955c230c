/**
 * Runs phases of a load against a server and says what came of them.
 *
 * @module
 */
import type { Target } from '../engine/client-transport.ts'
import type { LoadThreads } from '../engine/load-threads.ts'
import { type CpuTime, machineBusySeconds } from './process-usage.ts'
import type { Recording } from './recording.ts'

/** A server that a load runs against. */
export interface LoadTarget {
  readonly target: Target
  /** CPU time that the server has used so far; NaN where nobody knows. */
  readonly cpuTime: () => CpuTime
}

/** How a load is measured. */
export interface Measure {
  readonly seconds: number
  /** Requests per second; 0 for as many as the server answers. */
  readonly rate: number
}

/** Latencies are in microseconds. What cannot be known here is NaN, which JSON has as null. */
export interface LoadResult {
  readonly seconds: number
  readonly requests: number
  /** Requests and, where a request has several, keys. */
  readonly keys: number
  readonly requestsPerSecond: number
  readonly keysPerSecond: number
  /** Requests that were due and could not be sent before the time was up. */
  readonly unsent: number
  /** Keys that were asked for and not there. */
  readonly misses: number
  /** Changes that the server rightly did not make. */
  readonly refused: number
  /** CPU time of the server per request, in microseconds. */
  readonly userMicros: number
  readonly systemMicros: number
  readonly cpuMicros: number
  readonly latency: Latencies
  /** Cores that the generator kept busy. Near its threads in a closed loop, it is the limit. */
  readonly generatorBusy: number
  /** Cores that neither server nor generator kept busy: the noise of the machine. */
  readonly othersBusy: number
}

/** In microseconds. */
export interface Latencies {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly p9999: number
  readonly max: number
  /** Pairs of share and latency, for a curve. */
  readonly curve: readonly (readonly [share: number, micros: number])[]
}

/** Store every key once. */
export async function fill(threads: LoadThreads, { target }: LoadTarget): Promise<void> {
  const nothing = (): void => {}
  const phase = { kind: 'fill', target, seconds: 0, rate: 0 } as const
  await threads.run(phase, { begins: nothing, ends: nothing })
}

/** @throws LoadError where the server cannot be reached, or its replies are wrong or do not come */
export async function measureLoad(
  threads: LoadThreads,
  { cpuTime, target }: LoadTarget,
  { rate, seconds }: Measure,
): Promise<LoadResult> {
  const usage = (): Usage => {
    const { system, user } = cpuTime()
    const { system: ownSystem, user: ownUser } = process.cpuUsage()
    return { user, system, own: (ownUser + ownSystem) / 1e6, machine: machineBusySeconds() }
  }
  let before = usage()
  let after = before
  const taken = await threads.run(
    { kind: 'load', target, seconds, rate },
    { begins: () => (before = usage()), ends: () => (after = usage()) },
  )
  return summarize(threads.recorded(), taken, before, after)
}

/** Seconds of CPU. */
interface Usage extends CpuTime {
  readonly own: number
  readonly machine: number
}

function summarize(recorded: Recording, seconds: number, before: Usage, after: Usage): LoadResult {
  const { keys, misses, refused, requests, unsent } = recorded
  const user = after.user - before.user
  const system = after.system - before.system
  const own = after.own - before.own
  const others = after.machine - before.machine - user - system - own
  const micros = 1e6 / requests
  return {
    seconds,
    requests,
    keys,
    requestsPerSecond: requests / seconds,
    keysPerSecond: keys / seconds,
    unsent,
    misses,
    refused,
    userMicros: user * micros,
    systemMicros: system * micros,
    cpuMicros: (user + system) * micros,
    latency: latencies(recorded),
    generatorBusy: own / seconds,
    othersBusy: Math.max(0, others / seconds),
  }
}

/** Points of a curve for each tenth of what is left: 0, 0.1, ... 0.9, 0.91, ... 0.99, 0.991, ... */
const CURVE_NINES = 5

function latencies(recorded: Recording): Latencies {
  const at = (share: number): number => recorded.percentile(share)
  const shares: number[] = []
  for (let left = 1, nines = 0; nines < CURVE_NINES; nines++, left /= 10) {
    for (let tenths = 0; tenths < 9; tenths++) shares.push(1 - left + (left * tenths) / 10)
  }
  return {
    mean: recorded.mean,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    p9999: at(0.9999),
    max: recorded.max,
    curve: shares.map((share) => [share, at(share)]),
  }
}
