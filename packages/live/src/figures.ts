/**
 * What happened between two samples, as people ask for it. Names of metrics are looked for, not
 * required: of a server that has none of a kind, the figure is absent.
 *
 * @module
 */
import { type Memory, memoryOf } from './memory.ts'
import type { About, LatencySample, LiveSample } from './sample.ts'

/** What one command did. */
export interface CommandFigures {
  readonly name: string
  /** Requests a second; absent where they are timed and not counted. */
  readonly rate?: number
  /** Of the keys that it asked for; absent where it asked for none, or finds none by its nature. */
  readonly hitRatio?: number
  readonly latency?: LatencySample
}

export interface WorkerFigures {
  /** Requests a second. */
  readonly rate: number
  readonly connections: number
}

/** Things a second. */
export interface Rate {
  /** For people. */
  readonly name: string
  readonly rate: number
}

/** A second's worth of it. */
export interface SegmentFigures {
  /** Merges of segments into one. */
  readonly merges: number
  /** Times that room was asked for where there was none. */
  readonly evictions: number
  /** Segments freed whole, their time being over. */
  readonly expired: number
}

export interface Figures {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Between the two samples. */
  readonly seconds: number
  /** Since the process began, in seconds. */
  readonly uptime: number
  /** Requests a second; each key of a retrieval is one. */
  readonly requests: number
  /** Of the keys that were asked for; absent where none was, or the server knows no hits. */
  readonly hitRatio?: number
  readonly latency?: LatencySample
  readonly commands: readonly CommandFigures[]
  readonly connections: number
  /** Bytes a second. */
  readonly received: number
  readonly sent: number
  /** CPUs that the process kept busy. */
  readonly cpus: number
  readonly memory: Memory
  readonly workers: readonly WorkerFigures[]
  /** Items a second that were dropped; absent of a server that keeps none. */
  readonly dropped?: { readonly evicted: number; readonly expired: number }
  /** What happened to segments; absent of a server that has none. */
  readonly segments?: SegmentFigures
  /** What should not happen, and did. */
  readonly trouble: readonly Rate[]
}

const HIT = '_key_hit'
const MISS = '_key_miss'
const NANOSECONDS = 1e9

const TROUBLE: readonly (readonly [metric: string, name: string])[] = [
  ['session_reject', 'connections refused'],
  ['session_shed', 'connections shed: clients do not read'],
  ['session_overdue_close', 'requests left incomplete'],
  ['session_protocol_error', 'connections that spoke another protocol'],
  ['request_rejected', 'malformed requests'],
  ['store_no_memory', 'values refused: no room'],
  ['store_too_large', 'values refused: too large'],
  ['auth_errors', 'logins refused'],
]

export function figuresBetween(
  before: LiveSample,
  after: LiveSample,
  { commands, metrics }: Pick<About, 'commands' | 'metrics'>,
): Figures {
  const seconds = Math.max(after.at - before.at, 1) / 1000
  const rate = (name: string): number => {
    const grown = total(after, name) - total(before, name)
    // A server that was started anew counts from 0.
    return Math.max(grown, 0) / seconds
  }
  const all = (ending: string): number =>
    metrics.reduce((sum, name) => (name.endsWith(ending) ? sum + rate(name) : sum), 0)
  const hitRatio = ratio(all(HIT), all(MISS))
  const has = (name: string): boolean => metrics.includes(name)
  return {
    at: after.at,
    seconds,
    uptime: total(after, 'uptime'),
    requests: rate('process_req'),
    ...(hitRatio === undefined ? {} : { hitRatio }),
    ...(after.latency === undefined ? {} : { latency: after.latency }),
    commands: commands.map((name) =>
      command(
        name,
        has(name) ? rate(name) : undefined,
        ratio(rate(`${name}${HIT}`), rate(`${name}${MISS}`)),
        after.latencies[name],
      ),
    ),
    connections: total(after, 'session_curr'),
    received: rate('tcp_recv_byte'),
    sent: rate('tcp_send_byte'),
    cpus: (rate('ru_utime') + rate('ru_stime')) / NANOSECONDS,
    memory: memoryOf(after.totals),
    workers: after.workers.map(({ connections, requests }, i) => ({
      rate: Math.max(requests - (before.workers[i]?.requests ?? 0), 0) / seconds,
      connections,
    })),
    ...(has('item_evict')
      ? { dropped: { evicted: rate('item_evict'), expired: rate('item_expire') } }
      : {}),
    ...(has('segment_merge')
      ? {
          segments: {
            merges: rate('segment_merge'),
            evictions: rate('segment_evict'),
            expired: rate('segment_expire'),
          },
        }
      : {}),
    trouble: TROUBLE.map(([metric, name]) => ({ name, rate: rate(metric) })).filter(
      (found) => found.rate > 0,
    ),
  }
}

/** Whether a command was asked for between the two samples. */
export function isBusy({ latency, rate = 0 }: CommandFigures): boolean {
  return rate > 0 || latency !== undefined
}

function command(
  name: string,
  rate: number | undefined,
  hitRatio: number | undefined,
  latency: LatencySample | undefined,
): CommandFigures {
  return {
    name,
    ...(rate === undefined ? {} : { rate }),
    ...(hitRatio === undefined ? {} : { hitRatio }),
    ...(latency === undefined ? {} : { latency }),
  }
}

function ratio(hits: number, misses: number): number | undefined {
  return hits + misses > 0 ? hits / (hits + misses) : undefined
}

function total({ totals }: LiveSample, name: string): number {
  return totals[name] ?? 0
}
