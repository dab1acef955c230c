/** What the main thread spends each second while somebody watches: a sample, and every other second the segments. */
import { equal } from 'node:assert/strict'
import { SystemClock } from '@pelikan/core'
import { memcacheMetrics, memcacheTimed } from '@pelikan/entrystore'
import { Metrics } from '@pelikan/metrics'
import { LiveSampler, metricGroups, serverMetrics } from '@pelikan/server'
import { SegStorage, segMetrics } from '@pelikan/storage-seg'
import type { BenchCase, BenchCases } from './bench-case.ts'

const COUNT = 10

export const liveSampleCases: BenchCases = {
  'live/sample/1 worker': () => sampling(1),
  'live/sample/4 workers': () => sampling(5),
  'live/segments/1024': () => mapping(1024),
  'live/segments/65536': () => mapping(65_536),
}

/** @param rows of the metrics; of several, the first is the main thread's */
function sampling(rows: number): BenchCase {
  const groups = { metrics: [memcacheMetrics, segMetrics], timed: memcacheTimed }
  const metrics = new Metrics(metricGroups(groups), rows)
  const { get, set } = metrics.bind(memcacheTimed.metrics, rows - 1)
  const { requests } = metrics.bind(serverMetrics, rows - 1)
  const sampler = new LiveSampler({ metrics, refresh: () => {}, now: Date.now })
  const sample = (): string => {
    requests.increment()
    for (let time = 1000; time < 100_000; time += 1000) get.record(time)
    set.record(5000)
    return JSON.stringify(sampler.next())
  }
  return {
    operations: COUNT,
    check() {
      const { latencies, totals } = JSON.parse(sample()) as ReturnType<LiveSampler['next']>
      equal(totals.process_req, 1)
      equal(latencies.get?.count, 99)
    },
    run() {
      let length = 0
      for (let i = 0; i < COUNT; i++) length += sample().length
      return length
    },
  }
}

function mapping(segments: number): BenchCase {
  const storage = new SegStorage({
    heapBytes: 1,
    segments,
    segmentBytes: 4096,
    hashPower: 12,
    eviction: 'merge',
    clock: new SystemClock(),
    metrics: new Metrics([segMetrics]),
  })
  return {
    operations: COUNT,
    check: () => equal(storage.segmentMap().count, segments),
    run() {
      let length = 0
      for (let i = 0; i < COUNT; i++) length += JSON.stringify(storage.segmentMap()).length
      return length
    },
  }
}
