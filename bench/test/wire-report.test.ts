import { expect, it } from 'vitest'
import type { Round, RowResult, ServerRounds } from '../wire/measure-row.ts'
import { ROWS, type TransportName } from '../wire/rows.ts'
import { tables, throughputChart } from '../wire/wire-report.ts'

/** A round of so many thousand keys in a second, in requests for `each` keys. */
function round(thousands: number, cpuMicros = 10, p99 = 100, each = 1): Round {
  return {
    seconds: 1,
    requests: (thousands * 1000) / each,
    keys: thousands * 1000,
    requestsPerSecond: (thousands * 1000) / each,
    keysPerSecond: thousands * 1000,
    unsent: 0,
    misses: 0,
    refused: 0,
    userMicros: 0,
    systemMicros: cpuMicros,
    cpuMicros,
    latency: { mean: 50, p50: 50, p90: 70, p99, p999: p99, p9999: p99, max: p99 },
    generatorBusy: 0.5,
    othersBusy: 0.02,
  }
}

function ours(transport: TransportName, ...rounds: readonly Round[]): ServerRounds {
  return { name: `segcache, ${transport}`, command: 'a', transport, rounds, missing: 0 }
}

function other(...rounds: readonly Round[]): ServerRounds {
  return { name: 'memcached', command: 'b', rounds, missing: 0 }
}

function result(row: string, rate: number, ...servers: readonly ServerRounds[]): RowResult {
  return { row, spec: ROWS[row]!.spec, generator: 'net', rate, servers }
}

function tableOf(title: string, ...rows: readonly RowResult[]) {
  return tables({ rows, pauses: [] })
    .find((table) => table.title.startsWith(title))
    ?.rows.slice(1)
}

it('compares the rounds that were neighbours, and judges their median', () => {
  const uring = ours('uring', round(60), round(140), round(100))
  const beside = other(round(50), round(100), round(50))
  const goals = tableOf('Goals', result('get', 0, uring, beside))
  expect(goals).toEqual([
    ['gets, 1 in flight: throughput, uring', '1.40 (1.20-2.00)', 'at least 1.3', 'met'],
    ['gets, 1 in flight: CPU, uring', '1.00 (1.00-1.00)', 'at most 0.8', 'missed'],
  ])
})

it('asks of each transport what it has to reach', () => {
  const servers = [ours('uring', round(300)), ours('net', round(300)), other(round(100))]
  const goals = tableOf('Goals', result('get-16', 0, ...servers))
  expect(goals?.map(([what, , goal, verdict]) => [what, goal, verdict])).toEqual([
    ['gets, 16 in flight: throughput, uring', 'at least 4', 'missed'],
    ['gets, 16 in flight: throughput, net', 'at least 2', 'met'],
  ])
})

it('counts a request for several keys as several', () => {
  const servers = [ours('uring', round(500, 100, 100, 50)), other(round(250, 200, 100, 50))]
  const [first] = tableOf('Throughput', result('multiget', 0, ...servers))!
  expect(first).toContain('500.0 (500.0-500.0)')
  expect(first).toContain('2.00 (2.00-2.00)')
  expect(first).toContain('0.50 (0.50-0.50)')
})

it('compares latencies of an open loop, which has no place among throughputs', () => {
  const half = result('half', 50_000, ours('uring', round(50, 10, 120)), other(round(50)))
  expect(tableOf('Throughput', half)).toBeUndefined()
  expect(tableOf("gets at half of memcached's peak: open loop, 50000", half)).toHaveLength(2)
  expect(tableOf('Goals', half)?.map(([, measured, , verdict]) => [measured, verdict])).toEqual([
    ['1.20 (1.20-1.20)', 'missed'],
    ['1.20 (1.20-1.20)', 'missed'],
  ])
  expect(throughputChart({ rows: [half], pauses: [] })).not.toContain('uring')
})

it('judges the longest pause and how many there are', () => {
  const server = { name: 'segcache, uring', command: 'a', transport: 'uring' } as const
  const pauses = [{ ...server, seconds: 30, requests: 1, pauses: [0.5, 2.5] }]
  const goals = tables({ rows: [], pauses }).at(-1)!.rows.slice(1)
  expect(goals.map(([, ...rest]) => rest)).toEqual([
    ['2.50', 'at most 2', 'missed'],
    ['0.07', 'below 1', 'met'],
  ])
})

it('shows our server alone where the other one is not installed, and judges nothing', () => {
  const alone = result('get', 0, ours('net', round(100)))
  expect(tableOf('Goals', alone)).toBeUndefined()
  expect(tableOf('Throughput', alone)?.[0]).toContain('100.0 (100.0-100.0)')
})

it('draws a bar for each of our servers', () => {
  const rows = [
    result('get', 0, ours('uring', round(150)), ours('net', round(80)), other(round(100))),
  ]
  const svg = throughputChart({ rows, pauses: [] })
  expect(svg).toContain('gets, 1 in flight, uring')
  expect(svg).toContain('>1.50<')
  expect(svg).toContain('>0.80<')
  expect(svg).toContain('>1.00<')
})
