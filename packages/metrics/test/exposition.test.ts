import { spawnSync } from 'node:child_process'
import {
  Metrics,
  counter,
  describeMetrics,
  gauge,
  histogram,
  humanMetrics,
  jsonMetrics,
  openMetrics,
  prometheusMetrics,
  prometheusName,
} from '@pelikan/metrics'
import { describe, expect, it } from 'vitest'

const group = {
  get: counter('get', 'requests', 'Requests to get.'),
  received: counter('tcp_recv_byte', 'bytes', String.raw`Bytes received, "\" and all.`),
  bytes: gauge('item_current_bytes', 'bytes', 'Bytes of the items kept.'),
  free: gauge('segment_free', 'segments', 'Free segments.'),
  evictTime: counter('evict_time', 'nanoseconds', 'Time spent evicting.'),
  latency: histogram('get_latency', 'nanoseconds', 'Time of get.'),
  unused: histogram('set_latency', 'nanoseconds', 'Time of set.'),
}

function counted(): Metrics {
  const metrics = new Metrics([group], 2)
  for (const row of [0, 1]) {
    const bound = metrics.bind(group, row)
    bound.get.add(5)
    bound.received.add(1024)
    bound.bytes.set(40)
    bound.free.set(-1)
    bound.evictTime.add(1_500_000)
    bound.latency.record(1000)
    bound.latency.record(1_000_000)
  }
  return metrics
}

describe('for people', () => {
  it('is a line for each number, by name', () => {
    expect(humanMetrics(counted())).toBe(
      [
        'evict_time: 3000000',
        'get: 10',
        'get_latency_count: 4',
        'get_latency_max: 1000000',
        'get_latency_p25: 1007',
        'get_latency_p50: 1007',
        'get_latency_p75: 1000000',
        'get_latency_p90: 1000000',
        'get_latency_p99: 1000000',
        'get_latency_p999: 1000000',
        'get_latency_p9999: 1000000',
        'get_latency_sum: 2002000',
        'item_current_bytes: 80',
        'segment_free: -2',
        'set_latency_count: 0',
        'tcp_recv_byte: 2048',
        '',
      ].join('\n'),
    )
  })

  it('lists what there is, with kind, unit and description in columns', () => {
    expect(describeMetrics([group.received, group.free])).toBe(
      'segment_free   gauge    segments  Free segments.\n' +
        String.raw`tcp_recv_byte  counter  bytes     Bytes received, "\" and all.` +
        '\n',
    )
  })
})

describe('as JSON', () => {
  it('is the same numbers in one object', () => {
    const metrics = counted()
    const lines = Object.entries(JSON.parse(jsonMetrics(metrics)) as Record<string, number>)
    expect(lines.map(([name, value]) => `${name}: ${value}\n`).join('')).toBe(humanMetrics(metrics))
  })
})

describe('for Prometheus', () => {
  it('names each metric after its unit and its kind', () => {
    expect(Object.values(group).map(prometheusName)).toEqual([
      'pelikan_get_total',
      'pelikan_tcp_recv_bytes_total',
      'pelikan_item_current_bytes',
      'pelikan_segment_free',
      'pelikan_evict_time_seconds_total',
      'pelikan_get_latency_seconds',
      'pelikan_set_latency_seconds',
    ])
  })

  it('has help, type and value, in the units of Prometheus', () => {
    const text = prometheusMetrics(counted())
    expect(text).toContain(
      '# HELP pelikan_get_total Requests to get.\n# TYPE pelikan_get_total counter\npelikan_get_total 10\n',
    )
    expect(text).toContain(String.raw`Bytes received, "\\" and all.`)
    expect(text).toContain('\npelikan_evict_time_seconds_total 0.003\n')
    expect(text).toContain('# TYPE pelikan_segment_free gauge\npelikan_segment_free -2\n')
  })

  it('counts a histogram up to each bound', () => {
    const text = prometheusMetrics(counted())
    const buckets = [...text.matchAll(/^pelikan_get_latency_seconds_bucket\{le="(.+)"\} (\d+)$/gm)]
    const bounds = buckets.map(([, bound]) => Number(bound.replace('+Inf', 'Infinity')))
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b))
    expect(bounds.at(-1)).toBe(Infinity)
    for (const [i, [, , count]] of buckets.entries()) {
      const exact = [1e-6, 1e-6, 1e-3, 1e-3].filter((each) => each <= bounds[i]).length
      expect(Number(count), `up to ${bounds[i]}`).toBe(exact)
    }
    expect(text).toContain('\npelikan_get_latency_seconds_sum 0.002002\n')
    expect(text).toContain('\npelikan_get_latency_seconds_count 4\n')
  })

  const { error } = spawnSync('promtool', ['--version'])
  const title = 'is what promtool accepts'
  it.skipIf(error !== undefined)(error === undefined ? title : `${title} (not installed)`, () => {
    const args = ['check', 'metrics']
    const { status, stderr } = spawnSync('promtool', args, { input: prometheusMetrics(counted()) })
    expect(String(stderr)).toBe('')
    expect(status).toBe(0)
  })
})

describe('as OpenMetrics', () => {
  it('says the type, the unit that the name ends with, and the help of each family, and where it ends', () => {
    const text = openMetrics(counted())
    expect(text).toContain(
      '# TYPE pelikan_tcp_recv_bytes counter\n' +
        '# UNIT pelikan_tcp_recv_bytes bytes\n' +
        String.raw`# HELP pelikan_tcp_recv_bytes Bytes received, \"\\\" and all.` +
        '\npelikan_tcp_recv_bytes_total 2048\n',
    )
    expect(text).toContain(
      '# TYPE pelikan_get counter\n# HELP pelikan_get Requests to get.\npelikan_get_total 10\n',
    )
    expect(text.endsWith('\n# EOF\n')).toBe(true)
  })

  it('has the same samples as the text for Prometheus', () => {
    const samples = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .toSorted()
    expect(samples(openMetrics(counted()))).toEqual(samples(prometheusMetrics(counted())))
  })

  it('has families of different names, each with samples of its own', () => {
    const families: string[] = []
    for (const line of openMetrics(counted()).trimEnd().split('\n')) {
      const [, family] = /^# TYPE (\S+)/.exec(line) ?? []
      if (family !== undefined) families.push(family)
      if (line.startsWith('#')) continue
      expect(line).toMatch(
        new RegExp(String.raw`^${families.at(-1)}(_total|_bucket\{le="\S+"\}|_sum|_count)? \S+$`),
      )
    }
    expect(families).toHaveLength(Object.keys(group).length)
    expect(new Set(families).size).toBe(families.length)
  })
})
