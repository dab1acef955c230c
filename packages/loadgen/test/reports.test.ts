import {
  type Comparison,
  comparisonText,
  describeLoad,
  linePlot,
  type LoadResult,
  type LoadSpec,
  percentilePlot,
  Progress,
  resultsJson,
  spread,
  type Sweep,
  sweepPlot,
  sweepText,
} from '@pelikan/loadgen'
import { describe, expect, it } from 'vitest'

const SPEC: LoadSpec = {
  protocol: 'memcache',
  connections: 50,
  threads: 1,
  pipeline: 16,
  maxInFlight: 128,
  transport: 'auto',
  memcache: {
    keys: 1000,
    zipf: 1,
    values: { kind: 'fixed', bytes: 64 },
    mix: [
      { command: 'set', keys: 1, weight: 1 },
      { command: 'get', keys: 1, weight: 9 },
    ],
    ttl: { min: 30, max: 90 },
    seed: 1,
  },
}

/** A round with this many requests per second; latencies and costs follow from it. */
function round(rate: number, changes: Partial<LoadResult> = {}): LoadResult {
  const slow = 1e6 / rate
  const latency = { mean: slow, p50: slow, p90: slow, p99: 2 * slow, p999: 3 * slow }
  return {
    seconds: 1,
    requests: rate,
    keys: rate,
    requestsPerSecond: rate,
    keysPerSecond: rate,
    unsent: 0,
    misses: 0,
    refused: 0,
    userMicros: 1,
    systemMicros: 4,
    cpuMicros: 5,
    latency: {
      ...latency,
      p9999: 4 * slow,
      max: 5 * slow,
      curve: [
        [0, slow],
        [0.9, 2 * slow],
      ],
    },
    generatorBusy: 0.5,
    othersBusy: 0,
    ...changes,
  }
}

const COMPARISON: Comparison = {
  spec: SPEC,
  transport: 'net',
  rounds: { rounds: 3, seconds: 2, warmUpSeconds: 1, fill: true, rate: 0 },
  sides: [
    { name: 'ours', command: 'a', rounds: [round(3000), round(2000), round(4000)] },
    { name: 'theirs', command: 'b', rounds: [round(1000), round(1000), round(4000)] },
  ],
}

/** The cells of a line that begins with `title`. */
function line(text: string, title: string): readonly string[] | undefined {
  const found = text.split('\n').find((each) => each.startsWith(title))
  return found
    ?.slice(title.length)
    .trim()
    .split(/\s{2,}/u)
}

describe('the table of a comparison', () => {
  it('has the median, least and most of each server, and of the ratios of rounds', () => {
    const text = comparisonText(COMPARISON)
    expect(line(text, 'thousand requests/s')).toEqual([
      '3.0 (2.0-4.0)',
      '1.0 (1.0-4.0)',
      '2.00 (1.00-3.00)',
    ])
    expect(line(text, 'server CPU us/request')).toEqual([
      '5.00 (5.00-5.00)',
      '5.00 (5.00-5.00)',
      '1.00 (1.00-1.00)',
    ])
    expect(line(text, 'generator busy, %')).toHaveLength(2)
    expect(text).not.toMatch(/keys\/s|refused|unsent/u)
  })

  it('says what is not known with a dash, and keys where requests have several', () => {
    const alone = {
      ...COMPARISON,
      rounds: { ...COMPARISON.rounds, rounds: 1 },
      sides: [
        {
          name: 'it',
          command: undefined,
          rounds: [
            round(1000, { cpuMicros: NaN, keys: 50_000, keysPerSecond: 50_000, refused: 500 }),
          ],
        },
      ],
    }
    const text = comparisonText(alone)
    expect(line(text, 'server CPU us/request')).toEqual(['-'])
    expect(line(text, 'thousand keys/s')).toEqual(['50.0'])
    expect(line(text, 'refused, %')).toEqual(['1.0'])
  })

  it('says of an open loop what could not be sent', () => {
    const open = {
      ...COMPARISON,
      rounds: { ...COMPARISON.rounds, rate: 500, rounds: 1 },
      sides: [{ name: 'it', command: undefined, rounds: [round(75, { unsent: 25 })] }],
    }
    const text = comparisonText(open)
    expect(text).toContain('open loop, latencies from when a request was due')
    expect(line(text, 'unsent, %')).toEqual(['25.0'])
  })
})

describe('describeLoad', () => {
  it.each([
    [
      SPEC,
      0,
      '90 % get, 10 % set, 1000 keys (Zipf 1), values of 64 B, 30-90 s to live, 50 connections, 16 in flight on each',
    ],
    [
      { ...SPEC, protocol: 'ping', threads: 2 },
      500,
      'ping, 50 connections, 2 threads, 500 requests/s',
    ],
  ] as const)('%#', (spec, rate, text) => {
    expect(describeLoad(spec, rate)).toBe(text)
  })
})

const SWEEP: Sweep = {
  spec: SPEC,
  transport: 'net',
  options: { seconds: 1, warmUpSeconds: 1, fill: true },
  sides: ['ours', 'a <b> & c'].map((name) => ({
    name,
    command: undefined,
    peak: 100_000,
    steps: [0.1, 0.5, 1].map((share) => {
      return { share, rate: share * 100_000, result: round(share * 100_000) }
    }),
  })),
}

describe('a sweep', () => {
  it('has a row for each step of each server', () => {
    const text = sweepText(SWEEP)
    expect(text).toContain('ours: peak 100.0 thousand requests/s')
    expect(line(text, '50 %')).toEqual(['50.0', '50.0', '20', '40', '60', '5.00', '0.0'])
  })

  it('is drawn with three lines for each server', () => {
    const svg = sweepPlot(SWEEP)
    const lines = [...svg.matchAll(/<polyline points="([^"]+)"/gu)].map(([, points]) => points)
    expect(lines).toHaveLength(6)
    for (const points of lines) expect(points).toMatch(/^(\d+(\.\d)?,\d+(\.\d)?( |$)){3}$/u)
    expect(svg).toContain('a &lt;b&gt; &amp; c p999')
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u)
  })
})

describe('the curve of percentiles', () => {
  it('goes up with the share, and lies where the axes say', () => {
    const svg = percentilePlot(COMPARISON)
    const [first] = [...svg.matchAll(/<polyline points="([^"]+)"/gu)].map(([, points]) =>
      points.split(' ').map((point) => point.split(',').map(Number)),
    )
    const [[x0, y0], [x1, y1]] = first
    expect(x1).toBeGreaterThan(x0)
    // SVG counts from above.
    expect(y1).toBeLessThan(y0)
    expect(svg).toContain('99.99 %')
  })
})

describe('a line plot', () => {
  it('has a place for points where an axis has one tick alone', () => {
    const axis = { label: 'x', ticks: [{ value: 8, text: '8' }] }
    const plot = { title: 'one', subtitle: '', x: axis, y: axis }
    const svg = linePlot({ ...plot, series: [{ name: 'a', points: [[8, 8]], colour: 0 }] })
    expect(svg).toMatch(/<polyline points="80,424"/u)
  })

  it('draws what is of one colour in it, and each dash as it was told', () => {
    const axis = { label: 'x', ticks: [0, 1].map((value) => ({ value, text: '' })) }
    const drawn = { points: [[0, 1]] as const, colour: 3 }
    const svg = linePlot({
      title: 'three',
      subtitle: '',
      x: axis,
      y: axis,
      series: [
        { ...drawn, name: 'a' },
        { ...drawn, name: 'b', dash: 'dashed' },
        { ...drawn, name: 'c', dash: 'dotted', colour: 4 },
      ],
    })
    const strokes = [
      ...svg.matchAll(/<polyline.* stroke="(#\w+)"(?: stroke-dasharray="([^"]+)")?/gu),
    ]
    const [[, a, none], [, b, dashed], [, c, dotted]] = strokes
    expect(b).toBe(a)
    expect(c).not.toBe(a)
    expect(none).toBeUndefined()
    expect(dashed).not.toBe(dotted)
  })
})

describe('Progress', () => {
  it('says how many requests were answered per second, and starts again with each stage', () => {
    let written = ''
    let ms = 0
    let requests = 0
    const progress = new Progress({
      write: (text) => (written += text),
      onTerminal: false,
      now: () => ms,
    })
    progress.stage('ours', 'round 1 of 2', () => requests)
    ms = 500
    requests = 1000
    progress.tick()
    ms = 1500
    requests = 4000
    progress.tick()
    progress.stage('theirs', 'round 1 of 2', () => requests)
    ms = 2500
    requests = 70
    progress.tick()
    progress.stop()
    expect(written.split('\n')).toEqual([
      'ours: round 1 of 2, 2000 requests/s',
      'ours: round 1 of 2, 3000 requests/s',
      'theirs: round 1 of 2, 70 requests/s',
      '',
    ])
  })
})

describe('figures', () => {
  it('have a median between the least and the most', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
    expect(spread([4, 1])).toEqual({ median: 2.5, min: 1, max: 4 })
  })

  it('are on one line of JSON where they are a pair', () => {
    const data = {
      curve: [
        [0.5, 12.5],
        [0.9, NaN],
      ],
      three: [1, 2, 3],
      words: ['[1,\n2]'],
    }
    const text = resultsJson(data)
    expect(text).toContain('[0.5, 12.5],\n')
    expect(JSON.parse(text)).toMatchObject({
      ...data,
      curve: [
        [0.5, 12.5],
        [0.9, null],
      ],
    })
  })

  it('are null in JSON where they are not known, with the machine beside them', () => {
    const data = JSON.parse(resultsJson({ a: NaN }))
    expect(data.a).toBeNull()
    expect(data.machine.node).toBe(process.version)
  })
})
