import { describe, expect, it } from 'vitest'
import { LatencyHistogram } from '../wire/latency-histogram.ts'

describe('LatencyHistogram', () => {
  it('is at most 1.6 % off, at any size', () => {
    for (const micros of [1, 12.8, 100, 12_345, 1e6, 2e8]) {
      const histogram = new LatencyHistogram()
      histogram.record(micros / 1000, 1)
      expect(histogram.percentile(1)).toBeGreaterThanOrEqual(micros * 0.999)
      expect(histogram.percentile(1)).toBeLessThanOrEqual(micros * 1.016)
    }
  })

  it('gives the latency that a share of the requests did not exceed', () => {
    const histogram = new LatencyHistogram()
    for (let micros = 1; micros <= 1000; micros++) histogram.record(micros / 1000, 2)
    expect(histogram.percentile(0.5) / 500).toBeCloseTo(1, 1)
    expect(histogram.percentile(0.99) / 990).toBeCloseTo(1, 1)
    expect(histogram.percentile(0.001)).toBeCloseTo(1, 0)
  })

  it('has no percentile of nothing', () => {
    expect(new LatencyHistogram().percentile(0.5)).toBeNaN()
  })
})
