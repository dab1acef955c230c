import {
  Distribution,
  Histogram,
  Metrics,
  PERCENTILES,
  histogram,
  histogramSlots,
} from '@pelikan/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const LARGEST = 2 ** 31 - 1

function recorded(values: readonly number[], bits: number): Distribution {
  const slots = new Float64Array(histogramSlots(bits))
  const made = new Histogram(slots, 0, bits)
  for (const value of values) made.record(value)
  return new Distribution(slots, bits)
}

/** Small ones, large ones, and those at the edges of buckets. */
const value = fc.oneof(
  fc.nat(200),
  fc.nat(LARGEST),
  fc.tuple(fc.nat(30), fc.integer({ min: -1, max: 1 })).map(([power, by]) => 2 ** power + by),
)

describe.each([3, 6, 10])('a histogram with 2^%d buckets for each doubling', (bits) => {
  it('has the percentiles of a sorted list, at most one part in 2^bits too large', () => {
    const property = fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
      const distribution = recorded(values, bits)
      const sorted = values.toSorted((a, b) => a - b)
      for (const [, share] of PERCENTILES) {
        const exact = sorted[Math.ceil(sorted.length * share) - 1]
        const read = distribution.percentile(share)
        expect(read).toBeGreaterThanOrEqual(exact)
        expect(read).toBeLessThanOrEqual(exact + exact / 2 ** bits)
      }
    })
    fc.assert(property)
  })

  it('knows count, sum, mean and maximum exactly', () => {
    const property = fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const distribution = recorded(values, bits)
      const sum = values.reduce((a, b) => a + b)
      expect(distribution.count).toBe(values.length)
      expect(distribution.sum).toBe(sum)
      expect(distribution.mean).toBe(sum / values.length)
      expect(distribution.max).toBe(Math.max(...values))
    })
    fc.assert(property)
  })

  it('counts up to the end of a bucket exactly', () => {
    const ends = [2 ** 10 - 1, 2 ** 10 * 1.5 - 1, 2 ** 20 - 1, LARGEST]
    const property = fc.property(fc.array(value), (values) => {
      const exact = ends.map((end) => values.filter((each) => each <= end).length)
      expect(recorded(values, bits).cumulative(ends)).toEqual(exact)
    })
    fc.assert(property)
  })

  it('adds up to one histogram of all values', () => {
    const lists = fc.tuple(fc.array(value), fc.array(value, { minLength: 1 }))
    const property = fc.property(lists, ([some, others]) => {
      const sum = recorded(some, bits)
      sum.add(recorded(others, bits))
      const all = recorded([...some, ...others], bits)
      for (const [, share] of PERCENTILES) {
        expect(sum.percentile(share)).toBe(all.percentile(share))
      }
      expect([sum.count, sum.sum, sum.max]).toEqual([all.count, all.sum, all.max])
    })
    fc.assert(property)
  })
})

describe('what came since', () => {
  const lists = fc.tuple(fc.array(value), fc.array(value, { minLength: 1 }))

  it('is a histogram of that alone', () => {
    const property = fc.property(lists, ([some, others]) => {
      const since = recorded([...some, ...others], 6).since(recorded(some, 6))
      const alone = recorded(others, 6)
      expect([since.count, since.sum]).toEqual([alone.count, alone.sum])
      const most = Math.max(...others)
      expect(since.max).toBeGreaterThanOrEqual(most)
      expect(since.max).toBeLessThanOrEqual(most + most / 2 ** 6)
      for (const [, share] of PERCENTILES) {
        const exact = alone.percentile(share)
        expect(since.percentile(share)).toBeGreaterThanOrEqual(exact)
        expect(since.percentile(share)).toBeLessThanOrEqual(exact + exact / 2 ** 6)
      }
    })
    fc.assert(property)
  })

  it('is nothing where nothing came', () => {
    const since = recorded([5, 7], 6).since(recorded([5, 7], 6))
    expect(since.count).toBe(0)
    expect(since.percentile(0.5)).toBeNaN()
    expect(since.max).toBeNaN()
  })
})

describe('a histogram', () => {
  it('takes what is no whole number in its range as the nearest that is', () => {
    const distribution = recorded([-5, 3.9, 1e12], 6)
    expect(distribution.percentile(0.1)).toBe(0)
    expect(distribution.percentile(0.5)).toBe(3)
    expect(distribution.max).toBe(LARGEST)
  })

  it('of nothing has no percentiles', () => {
    const distribution = recorded([], 6)
    expect(distribution.count).toBe(0)
    expect(distribution.percentile(0.99)).toBeNaN()
    expect(distribution.max).toBeNaN()
    expect(distribution.mean).toBeNaN()
  })
})

describe('a histogram of a process', () => {
  const group = { time: histogram('time', 'nanoseconds', 'How long it took.') }

  it('is recorded by each worker for itself, and read of all together', () => {
    const metrics = new Metrics([group], 3)
    metrics.bind(group, 0).time.record(10)
    const other = new Metrics([group], 3, metrics.memory, 2)
    other.bind(group).time.record(30)
    other.bind(group).time.record(20)
    const distribution = metrics.distribution(group.time)
    expect(distribution.count).toBe(3)
    expect(distribution.sum).toBe(60)
    expect(metrics.total(group.time)).toBe(60)
    expect(distribution.max).toBe(30)
    expect(distribution.percentile(0.5)).toBe(20)
    expect(metrics.read(group.time)).toBe(3)
  })

  it('leaves what was read as it is', () => {
    const metrics = new Metrics([group])
    const { time } = metrics.bind(group)
    time.record(1)
    const before = metrics.distribution(group.time)
    time.record(2)
    expect(before.count).toBe(1)
  })

  it('counts from a mark on', () => {
    const metrics = new Metrics([group])
    const { time } = metrics.bind(group)
    time.record(1)
    metrics.mark()
    time.record(2)
    time.record(3)
    expect(metrics.readSinceMark(group.time)).toBe(2)
    expect(metrics.read(group.time)).toBe(3)
  })

  it('is none that is a counter', () => {
    const metrics = new Metrics([group])
    expect(() => metrics.distribution({ ...group.time, kind: 'counter' })).toThrow(TypeError)
  })
})
