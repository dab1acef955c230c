/**
 * Every metric as OpenMetrics text, version 1.0.0
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/): the names are those of Prometheus' own format, but
 * a family of counters has its name without `_total`, units are said, and the end is.
 *
 * ```text
 *   # TYPE pelikan_tcp_recv_bytes counter
 *   # UNIT pelikan_tcp_recv_bytes bytes
 *   # HELP pelikan_tcp_recv_bytes Bytes received.
 *   pelikan_tcp_recv_bytes_total 2048
 *   # EOF
 * ```
 *
 * @module
 */
import type { MetricDefinition } from '../metric.ts'
import type { Metrics } from '../metrics.ts'
import { baseUnit, prometheusName, samples } from './prometheus.ts'

/** The type of what {@link openMetrics} returns, for an HTTP header. */
export const OPENMETRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

export function openMetrics(metrics: Metrics): string {
  const families = metrics.definitions
    .map((metric) => [familyName(metric), metric] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, metric]) => `${head(metric, name)}${samples(metrics, metric)}`)
  return `${families.join('')}# EOF\n`
}

function familyName(metric: MetricDefinition): string {
  const name = prometheusName(metric)
  return metric.kind === 'counter' ? name.slice(0, -'_total'.length) : name
}

function head({ description, kind, unit }: MetricDefinition, name: string): string {
  const base = baseUnit(unit)
  const unitLine = base === undefined ? '' : `# UNIT ${name} ${base}\n`
  return `# TYPE ${name} ${kind}\n${unitLine}# HELP ${name} ${escaped(description)}\n`
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`)
}
