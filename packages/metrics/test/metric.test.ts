import { type MetricDefinition, type MetricKind, counter, gauge, histogram } from '@pelikan/metrics'
import { describe, expect, expectTypeOf, it } from 'vitest'

describe('a declaration', () => {
  it('says what is counted', () => {
    expect(counter('requests', 'requests', 'Requests executed.')).toEqual({
      name: 'requests',
      kind: 'counter',
      unit: 'requests',
      description: 'Requests executed.',
    })
    expect(gauge('sessions', 'sessions', 'Sessions open now.').kind).toBe('gauge')
  })

  it('of a histogram has the unit of its values', () => {
    const expected = { kind: 'histogram', unit: 'nanoseconds' }
    expect(histogram('get_latency', 'nanoseconds', 'Time of get.')).toMatchObject(expected)
    expectTypeOf(histogram).returns.toEqualTypeOf<MetricDefinition<'histogram'>>()
  })

  it('knows its kind by type', () => {
    expectTypeOf(counter).returns.toEqualTypeOf<MetricDefinition<'counter'>>()
    expectTypeOf(gauge).returns.toEqualTypeOf<MetricDefinition<'gauge'>>()
    expectTypeOf<MetricDefinition['kind']>().toEqualTypeOf<MetricKind>()
    expectTypeOf<MetricDefinition<'gauge'>>().not.toExtend<MetricDefinition<'counter'>>()
  })
})
