/** What Metwally et al. prove of Space-Saving holds, for one stream and for several that are merged. */
import { type Sketch, SpaceSaving, mergeSketches, spaceSavingBytes } from '@pelikan/observe'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Event {
  readonly key: string
  readonly isMiss: boolean
}

/** A few keys much, many a little. */
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    key: fc.oneof(
      fc.constantFrom('hot', 'warm'),
      fc.integer({ min: 0, max: 40 }).map((i) => `key-${i}`),
    ),
    isMiss: fc.boolean(),
  }),
  { maxLength: 400 },
)
const slotCounts = fc.integer({ min: 1, max: 12 })

function made(slots: number): SpaceSaving {
  return new SpaceSaving(new SharedArrayBuffer(spaceSavingBytes(slots)), 0, slots)
}

function add(sketch: SpaceSaving, { isMiss, key }: Event): void {
  const bytes = Buffer.from(`<${key}>`)
  sketch.add(bytes, 1, bytes.length - 1, isMiss)
}

function sketchOf(stream: readonly Event[], slots: number): Sketch {
  const sketch = made(slots)
  for (const event of stream) add(sketch, event)
  return sketch.read()
}

function countsOf(stream: readonly Event[]): Map<string, { count: number; misses: number }> {
  const counts = new Map<string, { count: number; misses: number }>()
  for (const { isMiss, key } of stream) {
    const { count, misses } = counts.get(key) ?? { count: 0, misses: 0 }
    counts.set(key, { count: count + 1, misses: misses + Number(isMiss) })
  }
  return counts
}

/** Everything that is promised of `sketch`, which may be wrong by `most`. */
function expectBounds(sketch: Sketch, stream: readonly Event[], most: number): void {
  const listed = new Map(sketch.keys.map((each) => [each.key.toString(), each]))
  expect(listed.size).toBe(sketch.keys.length)
  expect(sketch.total).toBe(stream.length)
  expect(sketch.unlisted).toBeLessThanOrEqual(most)
  for (const [key, truth] of countsOf(stream)) {
    const { count, error, misses } = listed.get(key) ?? {
      count: sketch.unlisted,
      error: NaN,
      misses: 0,
    }
    expect(truth.count, key).toBeLessThanOrEqual(count)
    expect(misses, key).toBeLessThanOrEqual(truth.misses)
    if (!listed.has(key)) continue
    expect(truth.count, key).toBeGreaterThanOrEqual(count - error)
    expect(error, key).toBeLessThanOrEqual(most)
    if (error === 0) expect(misses, key).toBe(truth.misses)
  }
  for (const key of listed.keys()) expect(countsOf(stream).has(key), key).toBe(true)
}

describe('a sketch', () => {
  it('is wrong by no more than the stream divided by its slots, and lists what is more frequent', () => {
    fc.assert(
      fc.property(events, slotCounts, (stream, slots) => {
        const sketch = sketchOf(stream, slots)
        expectBounds(sketch, stream, stream.length / slots)
        expect(sketch.keys.reduce((sum, { count }) => sum + count, 0)).toBe(stream.length)
      }),
    )
  })

  it('is exact where there are no more keys than slots', () => {
    fc.assert(
      fc.property(events, (stream) => {
        const truth = countsOf(stream)
        const { keys, unlisted } = sketchOf(stream, Math.max(truth.size, 1))
        expect(keys.every(({ error }) => error === 0)).toBe(true)
        expect(keys.map(({ count, key, misses }) => [key.toString(), { count, misses }])).toEqual([
          ...truth,
        ])
        expect(unlisted).toBeLessThanOrEqual(stream.length / Math.max(truth.size, 1))
      }),
    )
  })

  it('lists the most frequent keys of a skewed stream, in their order', () => {
    const stream = Array.from({ length: 20_000 }, (_, i): Event[] => {
      // Half of all numbers are even, half of those can be divided by four, and so on.
      const halvings = 31 - Math.clz32((i + 1) & -(i + 1))
      const skewed = { key: `key-${halvings}`, isMiss: false }
      return i % 4 === 0 ? [skewed, { key: `once-${i}`, isMiss: true }] : [skewed]
    }).flat()
    const truth = [...countsOf(stream)].toSorted(([, a], [, b]) => b.count - a.count)
    const found = mergeSketches([sketchOf(stream, 64)]).keys
    expect(found.slice(0, 4).map(({ key }) => key.toString())).toEqual(
      truth.slice(0, 4).map(([key]) => key),
    )
  })

  it('takes keys of any bytes and lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 250 }), { maxLength: 30 }), (keys) => {
        const sketch = made(4)
        for (const key of keys) sketch.add(Buffer.from(key), 0, key.length, false)
        const given = new Set(keys.map((key) => Buffer.from(key).toString('hex')))
        for (const { key } of sketch.read().keys) expect(given).toContain(key.toString('hex'))
      }),
    )
  })

  it('that is cleared is as a new one', () => {
    fc.assert(
      fc.property(events, events, slotCounts, (before, stream, slots) => {
        const sketch = made(slots)
        for (const event of before) add(sketch, event)
        sketch.clear()
        expect(sketch.read()).toEqual({ total: 0, unlisted: 0, keys: [] })
        for (const event of stream) add(sketch, event)
        expect(sketch.read()).toEqual(sketchOf(stream, slots))
      }),
    )
  })
})

describe('sketches of several workers', () => {
  it('together are wrong by no more than one of everything would be', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 4 }), slotCounts, (streams, slots) => {
        const all = streams.flat()
        const merged = mergeSketches(streams.map((stream) => sketchOf(stream, slots)))
        expectBounds(merged, all, all.length / slots)
        const counts = merged.keys.map(({ count }) => count)
        expect(counts).toEqual(counts.toSorted((a, b) => b - a))
      }),
    )
  })
})
