/** Who watches a server: one sample for all, bounded whatever they do. */
import type { SegmentMap } from '@pelikan/core'
import { EventStream, type StreamedEvent } from '@pelikan/live'
import { Metrics, histogram } from '@pelikan/metrics'
import {
  LiveSampler,
  LiveStream,
  type ViewerConnection,
  liveMetrics,
  metricGroups,
  serverMetrics,
} from '@pelikan/server'
import { beforeEach, describe, expect, it } from 'vitest'

const timed = {
  get: histogram('get_latency', 'nanoseconds', 'Time of get.'),
  set: histogram('set_latency', 'nanoseconds', 'Time of set.'),
}
const parts = { metrics: [], timed: { metrics: timed } }
const MAP = { count: 3, buckets: [-1, 7, 7] } as unknown as SegmentMap
const START = 1_000_000

class Viewer implements ViewerConnection {
  writableLength = 0
  isEnded = false
  isDestroyed = false
  readonly events: StreamedEvent[] = []
  /** Whether it takes what is written. */
  reads = true
  readonly #stream = new EventStream()
  #closed = (): void => {}

  write(text: string): void {
    if (this.reads) this.events.push(...this.#stream.take(text))
    else this.writableLength += text.length
  }

  end(): void {
    this.isEnded = true
    this.#closed()
  }

  destroy(): void {
    this.isDestroyed = true
    this.#closed()
  }

  on(_event: 'close', listener: () => void): void {
    this.#closed = listener
  }

  of<Data>(type: string): Data[] {
    return this.events
      .filter((event) => event.type === type)
      .map(({ data }) => JSON.parse(data) as Data)
  }
}

interface Sample {
  readonly at: number
  readonly totals: Record<string, number>
  readonly workers: unknown
  readonly latency?: unknown
  readonly latencies: Record<string, { p50: number; count: number }>
}

let metrics: Metrics
let stream: LiveStream
let now: number
let refreshed: number
let maps: number
let tick: (() => void) | undefined

/** Let so many seconds go by. */
function pass(seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    now += 1000
    tick?.()
  }
}

function watch(since = 0): Viewer {
  const viewer = new Viewer()
  stream.add(viewer, since)
  return viewer
}

function count(metric: Parameters<Metrics['read']>[0]): number {
  return metrics.read(metric)
}

beforeEach(() => {
  metrics = new Metrics(metricGroups(parts), 3)
  now = START
  refreshed = 0
  maps = 0
  tick = undefined
  stream = new LiveStream({
    sampler: new LiveSampler({ metrics, refresh: () => refreshed++, now: () => now }),
    about: { name: 'lines', version: '1.2.3', pid: 42 },
    segmentMap: () => (maps++, MAP),
    counted: metrics.bind(liveMetrics),
    every: (_milliseconds, call) => {
      tick = call
      return () => {
        tick = undefined
      }
    },
  })
})

describe('a sample', () => {
  it('has what counters and gauges stand at, and each worker', () => {
    metrics.bind(serverMetrics, 1).requests.add(30)
    metrics.bind(serverMetrics, 2).requests.add(12)
    metrics.bind(serverMetrics, 2).sessions.add(2)
    const [sample] = watch().of<Sample>('sample')
    expect(sample).toMatchObject({ at: START, totals: { process_req: 42, session_curr: 2 } })
    expect(sample.totals).not.toHaveProperty('session_reject')
    // Row 0 is the main thread's, which serves nobody.
    expect(sample.workers).toEqual([
      { requests: 30, connections: 0 },
      { requests: 12, connections: 2 },
    ])
  })

  it('has the latencies of its second alone', () => {
    const { get } = metrics.bind(timed, 1)
    get.record(100)
    const viewer = watch()
    get.record(5000)
    get.record(5000)
    pass(2)
    const [first, second, third] = viewer.of<Sample>('sample')
    expect(first.latencies.get).toMatchObject({ count: 1, p50: 100 })
    expect(second.latencies.get.count).toBe(2)
    expect(second.latencies.get.p50).toBeGreaterThanOrEqual(5000)
    expect(second.latencies.get.p50).toBeLessThan(5100)
    expect(second.latency).toEqual(second.latencies.get)
    expect(third).not.toHaveProperty('latency')
    expect(third.latencies).toEqual({})
  })
})

describe('latencies of several commands', () => {
  it('are put together anew in each sample', () => {
    const { get, set } = metrics.bind(timed, 1)
    const viewer = watch()
    for (let i = 0; i < 3; i++) {
      get.record(1000)
      set.record(2000)
      pass(1)
    }
    const [, ...samples] = viewer.of<Sample>('sample')
    for (const { latencies, latency } of samples) {
      expect(latencies).toMatchObject({ get: { count: 1 }, set: { count: 1 } })
      expect(latency).toMatchObject({ count: 2 })
    }
  })
})

describe('viewers', () => {
  it('are told what the server is, what was, and what is', () => {
    watch()
    pass(2)
    const late = watch()
    pass(1)
    expect(late.of('about')).toMatchObject([
      { name: 'lines', version: '1.2.3', pid: 42, commands: ['get', 'set'], past: 3 },
    ])
    expect(late.of<Sample>('sample').map(({ at }) => (at - START) / 1000)).toEqual([0, 1, 2, 3])
    expect(late.events[0].type).toBe('about')
  })

  it('share one sample a second, and one look at the segments every other second', () => {
    const viewers = Array.from({ length: 5 }, () => watch())
    pass(4)
    expect(refreshed).toBe(5)
    expect(maps).toBe(3)
    for (const viewer of viewers) {
      expect(viewer.of('sample')).toHaveLength(5)
      expect(viewer.of('segments')).toHaveLength(3)
    }
  })

  it('cost nothing once they are gone', () => {
    const one = watch()
    const other = watch()
    one.destroy()
    pass(1)
    expect(refreshed).toBe(2)
    expect(count(liveMetrics.viewers)).toBe(1)
    other.destroy()
    expect(tick).toBeUndefined()
    expect(count(liveMetrics.viewers)).toBe(0)
  })

  it('that come back are told what they missed', () => {
    watch()
    pass(5)
    const back = watch(START + 3000)
    expect(back.of<Sample>('sample').map(({ at }) => (at - START) / 1000)).toEqual([4, 5])
    expect(back.of('about')).toMatchObject([{ past: 2 }])
  })

  it('see two minutes of the past at most', () => {
    watch()
    pass(300)
    const past = watch().of<Sample>('sample')
    expect(past).toHaveLength(120)
    expect(past[0].at).toBe(now - 119_000)
  })

  it('see nothing of the past that is older, though nobody watched since', () => {
    watch().destroy()
    now += 3_600_000
    expect(
      watch()
        .of<Sample>('sample')
        .map(({ at }) => at),
    ).toEqual([now])
  })

  it('that do not read are closed, and the others see on', () => {
    const reader = watch()
    const silent = watch()
    silent.reads = false
    let seconds = 0
    while (!silent.isDestroyed && seconds < 100_000) {
      pass(1)
      seconds++
    }
    expect(silent.isDestroyed).toBe(true)
    expect(silent.writableLength).toBeLessThanOrEqual(1024 * 1024)
    expect(count(liveMetrics.dropped)).toBe(1)
    expect(count(liveMetrics.viewers)).toBe(1)
    expect(reader.of('sample')).toHaveLength(seconds + 1)
  })

  it('are eight at most', () => {
    for (let i = 0; i < 8; i++) {
      expect(stream.refusal).toBeUndefined()
      watch()
    }
    expect(stream.refusal).toBe('8 watch already')
  })

  it('are told that the server stops, and no other comes', () => {
    const viewers = [watch(), watch()]
    stream.close('the server stops')
    for (const viewer of viewers) {
      expect(viewer.events.at(-1)).toEqual({ type: 'end', data: '{"reason":"the server stops"}' })
      expect(viewer.isEnded).toBe(true)
    }
    expect(tick).toBeUndefined()
    expect(stream.refusal).toBe('the server stops')
  })
})
