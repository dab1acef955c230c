/**
 * Every metric as an asynchronous instrument of OpenTelemetry: read when somebody collects, all at once,
 * and nothing in between. A histogram that was filled elsewhere cannot be handed over as one, so it is a
 * count, a sum, and a gauge of its percentiles.
 *
 * ```text
 *   get            requests      pelikan.get                 {requests}   counter
 *   item_current   items         pelikan.item_current        {items}      gauge
 *   tcp_recv_byte  bytes         pelikan.tcp_recv_byte       By           counter
 *   get_latency    nanoseconds   pelikan.get_latency         s            gauge, percentile = "p99" ..
 *                                pelikan.get_latency.count   {values}     counter
 *                                pelikan.get_latency.sum     s            counter
 * ```
 *
 * @module
 */
import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import { type MetricDefinition, type Metrics, PERCENTILES } from '@pelikan/metrics'

export interface ObservedMetrics {
  /** What all names begin with; `pelikan.` without it. */
  readonly prefix?: string
  /** Put on every value, such as the name of a cache where a process has several. */
  readonly attributes?: Attributes
  /** Called before a collection reads: bring into the metrics what is counted elsewhere. */
  readonly refresh?: () => void
}

/** A unit as UCUM has it, and what one of ours is in it. */
interface Unit {
  readonly unit: string
  readonly factor: number
}

const UNITS: Readonly<Record<string, Unit>> = {
  bytes: { unit: 'By', factor: 1 },
  nanoseconds: { unit: 's', factor: 1e-9 },
  seconds: { unit: 's', factor: 1 },
}

/** Reads one metric into what a collection makes of it. */
interface Reader {
  readonly instruments: readonly Observable[]
  readonly read: (result: BatchObservableResult) => void
}

/**
 * Let `meter` collect `metrics`.
 *
 * @returns stops it
 */
export function observeMetrics(
  metrics: Metrics,
  meter: Meter,
  { attributes = {}, prefix = 'pelikan.', refresh }: ObservedMetrics = {},
): () => void {
  const readers = metrics.definitions.map((metric) => {
    const name = `${prefix}${metric.name}`
    return metric.kind === 'histogram'
      ? ofHistogram(metrics, meter, metric, name, attributes)
      : ofNumber(metrics, meter, metric, name, attributes)
  })
  const instruments = readers.flatMap((reader) => reader.instruments)
  const collect = (result: BatchObservableResult): void => {
    refresh?.()
    for (const reader of readers) reader.read(result)
  }
  meter.addBatchObservableCallback(collect, instruments)
  return () => meter.removeBatchObservableCallback(collect, instruments)
}

function ofNumber(
  metrics: Metrics,
  meter: Meter,
  metric: MetricDefinition,
  name: string,
  attributes: Attributes,
): Reader {
  const { factor, unit } = unitOf(metric)
  const options = { description: metric.description, unit }
  const instrument =
    metric.kind === 'counter'
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options)
  return {
    instruments: [instrument],
    read: (result) => {
      result.observe(instrument, scaled(metrics.read(metric), factor), attributes)
    },
  }
}

/** Without values there are no percentiles. */
function ofHistogram(
  metrics: Metrics,
  meter: Meter,
  metric: MetricDefinition,
  name: string,
  attributes: Attributes,
): Reader {
  const { factor, unit } = unitOf(metric)
  const { description } = metric
  const value = meter.createObservableGauge(name, { description, unit })
  const count = meter.createObservableCounter(`${name}.count`, { description, unit: '{values}' })
  const sum = meter.createObservableCounter(`${name}.sum`, { description, unit })
  const percentiles = PERCENTILES.map(
    ([percentile, share]) => [share, { ...attributes, percentile }] as const,
  )
  return {
    instruments: [value, count, sum],
    read: (result) => {
      const seen = metrics.distribution(metric)
      result.observe(count, seen.count, attributes)
      result.observe(sum, scaled(seen.sum, factor), attributes)
      if (seen.count === 0) return
      for (const [share, of] of percentiles) {
        result.observe(value, scaled(seen.percentile(share), factor), of)
      }
    },
  }
}

function unitOf({ unit }: MetricDefinition): Unit {
  return UNITS[unit] ?? { unit: `{${unit}}`, factor: 1 }
}

/** Without the digits that a product of floating-point numbers invents. */
function scaled(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(15))
}
