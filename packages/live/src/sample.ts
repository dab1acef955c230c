/**
 * What `/live` says, as server-sent events: first what the server is, then a sample of every second.
 *
 * ```text
 *   event: about      once, {@link About}
 *   event: sample     every second, {@link LiveSample}; the first `past` ones were made before
 *   event: segments   every other second, a `SegmentMap`, where the storage has segments
 *   event: end        {@link LiveEnd}, the last one: the server stops
 * ```
 *
 * The id of a sample is its time, so that `Last-Event-ID` means the same to the server started next.
 *
 * @module
 */
import type { SegmentMap } from '@pelikan/core'

/** The path of the stream. */
export const LIVE_PATH = '/live'

export interface About {
  /** Such as `segcache`. */
  readonly name: string
  readonly version: string
  readonly pid: number
  /** Commands whose time is taken: each is a counter, too. */
  readonly commands: readonly string[]
  /** Names of all counters and gauges. */
  readonly metrics: readonly string[]
  /** How many of the samples that follow are of the past. */
  readonly past: number
}

/** How long requests took; nanoseconds but for the count. */
export interface LatencySample {
  /** Requests that were timed, which are some of all. */
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** What one worker has done since it began. */
export interface WorkerSample {
  readonly requests: number
  /** Connections that are open. */
  readonly connections: number
}

export interface LiveSample {
  /** Milliseconds since 1970, on a clock that does not go back. */
  readonly at: number
  /** Every counter and gauge of the process, by its name; those at 0 are left out. */
  readonly totals: Readonly<Record<string, number>>
  readonly workers: readonly WorkerSample[]
  /** Of all commands together, since the sample before; absent where none was timed. */
  readonly latency?: LatencySample
  /** Of each command that was timed since the sample before. */
  readonly latencies: Readonly<Record<string, LatencySample>>
}

export interface LiveEnd {
  /** For people. */
  readonly reason: string
}

/** What a client of the stream gets. */
export type LiveEvent =
  | { readonly type: 'about'; readonly data: About }
  | { readonly type: 'sample'; readonly data: LiveSample }
  | { readonly type: 'segments'; readonly data: SegmentMap }
  | { readonly type: 'end'; readonly data: LiveEnd }
