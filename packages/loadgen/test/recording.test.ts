import { Random, Recording } from '@pelikan/loadgen'
import { describe, expect, it } from 'vitest'

const SHARES = [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1]

describe('Recording', () => {
  it('gives percentiles that are at most 0.1 % off those of a sorted list', () => {
    const random = new Random(7)
    const recording = new Recording()
    // From 1 us to 100 s, as many of each order of magnitude.
    const micros = Array.from({ length: 20_000 }, () => 10 ** (random.fraction() * 8))
    for (const value of micros) recording.record(value / 1000)
    const sorted = micros.toSorted((a, b) => a - b)
    for (const share of SHARES) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1]
      const off = Math.abs(recording.percentile(share) - exact)
      expect(off, `p${share * 100}`).toBeLessThanOrEqual(exact * 0.001 + 0.1)
    }
    const mean = micros.reduce((sum, value) => sum + value, 0) / micros.length
    expect(recording.mean / mean).toBeCloseTo(1, 4)
  })

  it('knows the longest one exactly', () => {
    const recording = new Recording()
    for (const milliseconds of [1, 7.7777, 3]) recording.record(milliseconds)
    expect(recording.max).toBeCloseTo(7777.7, 1)
    expect(recording.percentile(1)).toBe(recording.max)
  })

  it('takes latencies of nothing, and beyond what it can tell apart', () => {
    const recording = new Recording()
    recording.record(0)
    recording.record(1e9)
    expect(recording.percentile(0.5)).toBe(0)
    expect(recording.percentile(1)).toBeCloseTo(214.7e6, -5)
  })

  it('has no percentile of nothing', () => {
    const recording = new Recording()
    expect(recording.percentile(0.5)).toBeNaN()
    expect(recording.max).toBeNaN()
    expect(recording.mean).toBeNaN()
  })

  it('adds up what several threads recorded in memory that they share', () => {
    const threads = [new Recording(), new Recording()]
    const seen = threads.map(({ memory }) => new Recording(memory))
    const none = { keys: 0, misses: 0, refused: 0 }
    threads[0].record(1)
    threads[0].count({ keys: 5, misses: 2, refused: 1 }, none)
    threads[1].record(3)
    threads[1].recordUnsent(9)
    threads[1].count({ keys: 10, misses: 0, refused: 0 }, { keys: 3, misses: 0, refused: 0 })
    const all = new Recording()
    for (const each of seen) all.add(each)
    expect(all).toMatchObject({ requests: 2, unsent: 1, keys: 12, misses: 2, refused: 1 })
    expect(all.max).toBe(9000)
    expect(all.percentile(0.5)).toBeCloseTo(3000, -1)
    threads[0].clear()
    expect(seen[0].requests).toBe(0)
  })
})
