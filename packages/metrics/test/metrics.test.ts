import {
  Counter,
  Gauge,
  type MetricDefinition,
  type MetricGroup,
  Metrics,
  counter,
  gauge,
} from '@pelikan/metrics'
import fc from 'fast-check'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'

const poolMetrics = {
  taken: counter('pool_taken', 'blocks', 'Blocks handed out.'),
  free: gauge('pool_free', 'blocks', 'Blocks that wait to be used.'),
} satisfies MetricGroup

const sessionMetrics = {
  opened: counter('session_opened', 'sessions', 'Sessions opened.'),
} satisfies MetricGroup

const otherMetrics = {
  other: counter('other', 'events', 'What nobody declared.'),
} satisfies MetricGroup

describe('Metrics', () => {
  it('reads what each worker has counted by itself', () => {
    const metrics = new Metrics([poolMetrics], 2)
    metrics.bind(poolMetrics, 0).taken.add(3)
    metrics.bind(poolMetrics, 1).taken.add(4)
    metrics.bind(poolMetrics, 1).free.set(9)
    expect(metrics.rowCount).toBe(2)
    expect([0, 1].map((row) => metrics.readRow(poolMetrics.taken, row))).toEqual([3, 4])
    expect([0, 1].map((row) => metrics.readRow(poolMetrics.free, row))).toEqual([0, 9])
    expect(() => metrics.readRow(poolMetrics.taken, 2)).toThrow('there is no worker 2')
  })

  it('starts with zeros, and lists what was declared in order', () => {
    const metrics = new Metrics([poolMetrics, sessionMetrics], 2)
    expect(metrics.definitions).toEqual([
      poolMetrics.taken,
      poolMetrics.free,
      sessionMetrics.opened,
    ])
    expect(metrics.definitions.map((metric) => metrics.read(metric))).toEqual([0, 0, 0])
  })

  it('counts in the slot of each metric and in no other', () => {
    const metrics = new Metrics([poolMetrics, sessionMetrics])
    const pool = metrics.bind(poolMetrics)
    const session = metrics.bind(sessionMetrics)
    pool.taken.add(5)
    pool.free.add(-3)
    session.opened.increment()
    expect(metrics.read(poolMetrics.taken)).toBe(5)
    expect(metrics.read(poolMetrics.free)).toBe(-3)
    expect(metrics.read(sessionMetrics.opened)).toBe(1)
  })

  it('adds up the rows of all workers', () => {
    const metrics = new Metrics([poolMetrics, sessionMetrics], 3)
    for (const row of [0, 1, 2]) {
      const { free, taken } = metrics.bind(poolMetrics, row)
      taken.add(10 ** row)
      free.set(row)
    }
    metrics.bind(poolMetrics, 1).taken.increment()
    expect(metrics.read(poolMetrics.taken)).toBe(112)
    expect(metrics.read(poolMetrics.free)).toBe(3)
    expect(metrics.read(sessionMetrics.opened)).toBe(0)
  })

  it('is what a table of sums would be', () => {
    const update = fc.record({
      row: fc.nat(3),
      metric: fc.constantFrom<keyof typeof poolMetrics>('taken', 'free'),
      count: fc.nat(2 ** 40),
    })
    const property = fc.property(fc.array(update), (updates) => {
      const metrics = new Metrics([sessionMetrics, poolMetrics], 4)
      const sums = { taken: 0, free: 0 }
      for (const { count, metric, row } of updates) {
        metrics.bind(poolMetrics, row)[metric].add(count)
        sums[metric] += count
      }
      expect(metrics.read(poolMetrics.taken)).toBe(sums.taken)
      expect(metrics.read(poolMetrics.free)).toBe(sums.free)
    })
    fc.assert(property)
  })

  it('is viewed by whoever is given its memory', () => {
    const metrics = new Metrics([poolMetrics, sessionMetrics], 2)
    metrics.bind(poolMetrics, 0).taken.add(3)
    const view = new Metrics([poolMetrics, sessionMetrics], 2, metrics.memory)
    view.bind(poolMetrics, 1).taken.add(4)
    view.bind(sessionMetrics, 1).opened.increment()
    for (const each of [metrics, view]) {
      expect(each.read(poolMetrics.taken)).toBe(7)
      expect(each.read(sessionMetrics.opened)).toBe(1)
    }
    expect(view.memory).toBe(metrics.memory)
  })

  it('refuses the memory of other metrics', () => {
    const { memory } = new Metrics([poolMetrics], 2)
    expect(() => new Metrics([poolMetrics], 3, memory)).toThrow(
      new TypeError('the memory has 216 bytes and these metrics 288'),
    )
    expect(() => new Metrics([poolMetrics, sessionMetrics], 2, memory)).toThrow(TypeError)
  })

  it('binds a group again to the same slots', () => {
    const metrics = new Metrics([poolMetrics])
    metrics.bind(poolMetrics).taken.increment()
    metrics.bind(poolMetrics).taken.increment()
    expect(metrics.read(poolMetrics.taken)).toBe(2)
  })

  it('count in the row of their thread unless another is named', () => {
    const first = new Metrics([poolMetrics, sessionMetrics], 3)
    const second = new Metrics([poolMetrics, sessionMetrics], 3, first.memory, 2)
    first.bind(poolMetrics).taken.add(1)
    second.bind(poolMetrics).taken.add(10)
    second.bind(poolMetrics, 1).taken.add(100)
    expect(second.row).toBe(2)
    expect(first.read(poolMetrics.taken)).toBe(111)
    expect(second.read(poolMetrics.taken)).toBe(111)
    // In a row of its own: what it sets is not what another has set.
    first.bind(poolMetrics).free.set(5)
    second.bind(poolMetrics).free.set(6)
    expect(first.read(poolMetrics.free)).toBe(11)
  })

  it('count from a mark on, which all threads have in common, while gauges stay', () => {
    const first = new Metrics([poolMetrics, sessionMetrics], 2)
    const second = new Metrics([poolMetrics, sessionMetrics], 2, first.memory, 1)
    first.bind(poolMetrics).taken.add(3)
    second.bind(poolMetrics).taken.add(4)
    first.bind(poolMetrics).free.add(9)
    expect(first.readSinceMark(poolMetrics.taken)).toBe(7)
    second.mark()
    first.bind(poolMetrics).taken.increment()
    for (const metrics of [first, second]) {
      expect(metrics.readSinceMark(poolMetrics.taken)).toBe(1)
      expect(metrics.readSinceMark(poolMetrics.free)).toBe(9)
      expect(metrics.read(poolMetrics.taken)).toBe(8)
    }
  })

  it('may be empty', () => {
    const metrics = new Metrics([])
    expect(metrics.definitions).toEqual([])
    expect(metrics.bind({})).toEqual({})
  })

  it('refuses two metrics of one name, in one group or in two', () => {
    const twin = { name: counter('pool_free', 'blocks', 'Another one.') }
    expect(() => new Metrics([poolMetrics, twin])).toThrow(
      new TypeError('two metrics are called "pool_free"'),
    )
    expect(() => new Metrics([{ a: poolMetrics.free, b: poolMetrics.free }])).toThrow(TypeError)
    expect(() => new Metrics([poolMetrics, poolMetrics])).toThrow(TypeError)
  })

  it('refuses a group and a metric that it does not know', () => {
    const metrics = new Metrics([poolMetrics])
    const refused = new TypeError('metric "other" is not declared here')
    expect(() => metrics.bind(otherMetrics)).toThrow(refused)
    expect(() => metrics.read(otherMetrics.other)).toThrow(refused)
    expect(() => metrics.bind({ ...poolMetrics, ...otherMetrics })).toThrow(refused)
  })

  it.each([-1, 2, 0.5, Number.NaN])('refuses row %d of two', (row) => {
    expect(() => new Metrics([poolMetrics], 2).bind(poolMetrics, row)).toThrow(TypeError)
  })

  it('gives each metric the type that it was declared with', () => {
    const bound = new Metrics([poolMetrics]).bind(poolMetrics)
    expect(bound.taken).toBeInstanceOf(Counter)
    expect(bound.free).toBeInstanceOf(Gauge)
    expectTypeOf(bound).toEqualTypeOf<{ readonly taken: Counter; readonly free: Gauge }>()
    // @ts-expect-error: a counter only rises
    expect(bound.taken.set).toBeUndefined()
    // @ts-expect-error: no such metric
    expect(bound.given).toBeUndefined()
  })
})

describe('the rows', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** The rows of a block for `workers` that count `count` metrics: where each begins, in bytes. */
  function rows(count: number, workers: number): Float64Array[] {
    const made: Float64Array[] = []
    class Recorded extends Float64Array<SharedArrayBuffer> {
      constructor(memory: SharedArrayBuffer, offset: number, length: number) {
        super(memory, offset, length)
        made.push(this)
      }
    }
    vi.stubGlobal('Float64Array', Recorded)
    const group: Record<string, MetricDefinition> = {}
    for (let i = 0; i < count; i++) group[`m${i}`] = counter(`m${i}`, 'events', 'One of many.')
    expect(new Metrics([group], workers).definitions).toHaveLength(count)
    return made
  }

  it.each([1, 2, 7, 8, 9, 15, 16, 17, 100])(
    'of %d metrics share no cache line, wherever the memory begins',
    (count) => {
      const made = rows(count, 4)
      // And one for the mark.
      expect(made).toHaveLength(5)
      // The memory of a SharedArrayBuffer begins at a multiple of 16 bytes, not of 64.
      for (let base = 0; base < 64; base += 8) {
        const lines = made.flatMap(({ byteOffset }) => {
          const first = Math.floor((base + byteOffset) / 64)
          const last = Math.floor((base + byteOffset + count * 8 - 1) / 64)
          return Array.from({ length: last - first + 1 }, (_, i) => first + i)
        })
        expect(new Set(lines).size, `memory at ${base}`).toBe(lines.length)
      }
    },
  )

  it('lie in one block that threads can share', () => {
    const [first, ...others] = rows(3, 3)
    expect(first.buffer).toBeInstanceOf(SharedArrayBuffer)
    for (const row of others) expect(row.buffer).toBe(first.buffer)
  })
})
