/**
 * One second of this process as a {@link LiveSample}: what all metrics stand at, and the latencies since
 * the sample before, from the difference of histograms.
 *
 * @module
 */
import type { LatencySample, LiveSample, WorkerSample } from '@pelikan/live'
import type { Distribution, MetricDefinition, Metrics } from '@pelikan/metrics'
import { serverMetrics } from '../metrics.ts'

const LATENCY = '_latency'

export interface LiveSource {
  readonly metrics: Metrics
  /** Bring into the metrics what is counted elsewhere. */
  readonly refresh: () => void
  /** Milliseconds since 1970, on a clock that does not go back. */
  readonly now: () => number
}

export class LiveSampler {
  readonly #source: LiveSource
  readonly #numbers: readonly MetricDefinition[]
  /** Histograms of latency, by their commands. */
  readonly #timed: ReadonlyMap<string, MetricDefinition<'histogram'>>
  /** What they had recorded at the last sample. */
  readonly #before: Map<string, Distribution>
  readonly #workerRows: readonly number[]

  constructor(source: LiveSource) {
    const { definitions, rowCount } = source.metrics
    this.#source = source
    this.#numbers = definitions.filter(({ kind }) => kind !== 'histogram')
    const isTimed = (metric: MetricDefinition): metric is MetricDefinition<'histogram'> =>
      metric.kind === 'histogram' && metric.unit === 'nanoseconds' && metric.name.endsWith(LATENCY)
    this.#timed = new Map(
      definitions.filter(isTimed).map((metric) => [metric.name.slice(0, -LATENCY.length), metric]),
    )
    this.#before = new Map(
      [...this.#timed].map(([command, metric]) => [command, source.metrics.distribution(metric)]),
    )
    // Of several rows the first one is the main thread's, which serves nobody.
    const first = rowCount > 1 ? 1 : 0
    this.#workerRows = Array.from({ length: rowCount - first }, (_, i) => first + i)
  }

  /** Commands whose time is taken. */
  get commands(): readonly string[] {
    return [...this.#timed.keys()]
  }

  /** Names of all counters and gauges. */
  get names(): readonly string[] {
    return this.#numbers.map(({ name }) => name)
  }

  next(): LiveSample {
    const { metrics, now, refresh } = this.#source
    refresh()
    const at = now()
    const totals: Record<string, number> = {}
    for (const metric of this.#numbers) {
      const value = metrics.read(metric)
      if (value !== 0) totals[metric.name] = value
    }
    return {
      at,
      totals,
      workers: this.#workerRows.map((row) => this.#worker(row)),
      ...this.#times(),
    }
  }

  #worker(row: number): WorkerSample {
    const { metrics } = this.#source
    return {
      requests: metrics.readRow(serverMetrics.requests, row),
      connections: metrics.readRow(serverMetrics.sessions, row),
    }
  }

  #times(): Pick<LiveSample, 'latency' | 'latencies'> {
    const latencies: Record<string, LatencySample> = {}
    let all: Distribution | undefined
    for (const [command, metric] of this.#timed) {
      const before = this.#before.get(command)!
      // No request takes no time: where the sum stands still, there was none.
      if (this.#source.metrics.total(metric) === before.sum) continue
      const now = this.#source.metrics.distribution(metric)
      this.#before.set(command, now)
      const since = now.since(before)
      // The sum may be seen before the count, on another thread.
      if (since.count === 0) continue
      latencies[command] = percentiles(since)
      if (all === undefined) all = since
      else all.add(since)
    }
    return all === undefined ? { latencies } : { latency: percentiles(all), latencies }
  }
}

function percentiles(times: Distribution): LatencySample {
  return {
    count: times.count,
    p50: times.percentile(0.5),
    p90: times.percentile(0.9),
    p99: times.percentile(0.99),
    p999: times.percentile(0.999),
    max: times.max,
  }
}
