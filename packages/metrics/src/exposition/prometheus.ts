/**
 * Every metric in Prometheus' text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/), under the names that Prometheus asks for
 * (https://prometheus.io/docs/practices/naming/):
 *
 * ```text
 *   get            requests      pelikan_get_total
 *   item_dead      items         pelikan_item_dead
 *   tcp_recv_byte  bytes         pelikan_tcp_recv_bytes_total
 *   evict_time     nanoseconds   pelikan_evict_time_seconds_total
 *   get_latency    nanoseconds   pelikan_get_latency_seconds_bucket{le="..."}, _sum, _count
 * ```
 *
 * @module
 */
import { LARGEST_VALUE } from '../log-linear.ts'
import type { MetricDefinition } from '../metric.ts'
import type { Metrics } from '../metrics.ts'

/** The type of what {@link prometheusMetrics} returns, for an HTTP header. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** What all names begin with. */
const PREFIX = 'pelikan_'

/** Units that are part of the name, and what one of them is in the unit that Prometheus counts in. */
const BASE_UNITS: Readonly<Record<string, { readonly unit: string; readonly factor: number }>> = {
  bytes: { unit: 'bytes', factor: 1 },
  nanoseconds: { unit: 'seconds', factor: 1e-9 },
  seconds: { unit: 'seconds', factor: 1 },
}

/** Less is one bucket: a microsecond, where the unit is nanoseconds. */
const LEAST_BOUND = 1 << 10

/** Two for each doubling. They are ends of buckets, so what is counted up to them is exact. */
const BOUNDS: readonly number[] = bounds()

/** The name of a metric in Prometheus; of a histogram, what `_bucket`, `_sum` and `_count` are put behind. */
export function prometheusName({ kind, name, unit }: MetricDefinition): string {
  const base = BASE_UNITS[unit]?.unit
  const stem = base === undefined ? name : name.replace(/_bytes?$/, '')
  const suffix = base === undefined ? '' : `_${base}`
  return `${PREFIX}${stem}${suffix}${kind === 'counter' ? '_total' : ''}`
}

/** The unit that Prometheus counts in, of one of ours that is part of a name; `undefined` for others. */
export function baseUnit(unit: string): string | undefined {
  return BASE_UNITS[unit]?.unit
}

export function prometheusMetrics(metrics: Metrics): string {
  const named = metrics.definitions.map((metric) => [prometheusName(metric), metric] as const)
  return named
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, metric]) => family(metrics, metric, name))
    .join('')
}

function family(metrics: Metrics, metric: MetricDefinition, name: string): string {
  const { description, kind } = metric
  const head = `# HELP ${name} ${escaped(description)}\n# TYPE ${name} ${kind}\n`
  return `${head}${samples(metrics, metric)}`
}

/** The lines with the values of a metric, which OpenMetrics has, too. */
export function samples(metrics: Metrics, metric: MetricDefinition): string {
  const { kind, unit } = metric
  const name = prometheusName(metric)
  const factor = BASE_UNITS[unit]?.factor ?? 1
  if (kind !== 'histogram') return `${name} ${scaled(metrics.read(metric), factor)}\n`
  const distribution = metrics.distribution(metric)
  const counts = distribution.cumulative(BOUNDS)
  const lines = BOUNDS.map(
    (bound, i) => `${name}_bucket{le="${scaled(bound, factor)}"} ${counts[i]}\n`,
  )
  const { count, sum } = distribution
  return (
    `${lines.join('')}${name}_bucket{le="+Inf"} ${count}\n` +
    `${name}_sum ${scaled(sum, factor)}\n${name}_count ${count}\n`
  )
}

function bounds(): number[] {
  const ends: number[] = []
  for (let power = LEAST_BOUND; power < LARGEST_VALUE; power *= 2) {
    ends.push(power - 1, power * 1.5 - 1)
  }
  return ends
}

/** Without the digits that a product of floating-point numbers invents. */
function scaled(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(15))
}

function escaped(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
}
