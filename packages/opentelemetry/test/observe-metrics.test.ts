/** Judged by OpenTelemetry's own SDK. */
import { metrics as api } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  type MetricData,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { Metrics, counter, gauge, histogram } from '@pelikan/metrics'
import { observeMetrics } from '@pelikan/opentelemetry'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const group = {
  get: counter('get', 'requests', 'Requests to get.'),
  received: counter('tcp_recv_byte', 'bytes', 'Bytes received.'),
  evictTime: counter('evict_time', 'nanoseconds', 'Time spent evicting.'),
  free: gauge('segment_free', 'segments', 'Free segments.'),
  latency: histogram('get_latency', 'nanoseconds', 'Time of get.'),
  unused: histogram('set_latency', 'nanoseconds', 'Time of set.'),
}

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
// Collects when it is told to: its hour is never over.
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
const provider = new MeterProvider({ readers: [reader] })
api.setGlobalMeterProvider(provider)

let metrics: Metrics
let stop: () => void

async function collect(): Promise<ReadonlyMap<string, MetricData>> {
  exporter.reset()
  await reader.forceFlush()
  const data = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
  return new Map(data.map((each) => [each.descriptor.name, each]))
}

const values = (data: MetricData | undefined): unknown[] =>
  (data?.dataPoints ?? []).map(({ attributes, value }) => [attributes, value])

beforeEach(() => {
  metrics = new Metrics([group], 2)
})
afterEach(() => stop())

describe('what OpenTelemetry collects', () => {
  beforeEach(() => {
    stop = observeMetrics(metrics, api.getMeter('test'))
  })

  it('is the sum over all workers, of each kind, in its unit', async () => {
    for (const row of [0, 1]) {
      const bound = metrics.bind(group, row)
      bound.get.add(5)
      bound.received.add(1024)
      bound.evictTime.add(1_500_000)
      bound.free.set(-1)
    }
    const data = await collect()
    expect(values(data.get('pelikan.get'))).toEqual([[{}, 10]])
    expect(data.get('pelikan.get')).toMatchObject({
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      descriptor: { unit: '{requests}', description: 'Requests to get.' },
    })
    expect(values(data.get('pelikan.tcp_recv_byte'))).toEqual([[{}, 2048]])
    expect(data.get('pelikan.tcp_recv_byte')?.descriptor.unit).toBe('By')
    expect(values(data.get('pelikan.evict_time'))).toEqual([[{}, 0.003]])
    expect(data.get('pelikan.evict_time')?.descriptor.unit).toBe('s')
    expect(values(data.get('pelikan.segment_free'))).toEqual([[{}, -2]])
    expect(data.get('pelikan.segment_free')?.dataPointType).toBe(DataPointType.GAUGE)
  })

  it('is of a histogram its count, its sum and its percentiles', async () => {
    metrics.bind(group, 0).latency.record(1000)
    metrics.bind(group, 1).latency.record(3000)
    const data = await collect()
    expect(values(data.get('pelikan.get_latency.count'))).toEqual([[{}, 2]])
    expect(values(data.get('pelikan.get_latency.sum'))).toEqual([[{}, 0.000004]])
    const percentiles = values(data.get('pelikan.get_latency'))
    expect(percentiles).toHaveLength(7)
    expect(percentiles).toContainEqual([{ percentile: 'p25' }, 0.000001007])
    expect(percentiles).toContainEqual([{ percentile: 'p99' }, 0.000003])
    expect(values(data.get('pelikan.set_latency'))).toEqual([])
    expect(values(data.get('pelikan.set_latency.count'))).toEqual([[{}, 0]])
  })
})

it('names, attributes and a refresh may be given', async () => {
  let refreshed = 0
  stop = observeMetrics(metrics, api.getMeter('another'), {
    prefix: 'cache.',
    attributes: { cache: 'sessions' },
    refresh: () => metrics.bind(group).free.set(++refreshed),
  })
  const data = await collect()
  expect(refreshed).toBe(1)
  expect(values(data.get('cache.segment_free'))).toEqual([[{ cache: 'sessions' }, 1]])
  stop()
  await collect()
  expect(refreshed, 'after it was stopped').toBe(1)
})
