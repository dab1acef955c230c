/** Hot keys and large values of several workers, by a clock that is moved by hand. */
import { Worker } from 'node:worker_threads'
import { type HotKeysReport, hotKeys, readHotKeys } from '@pelikan/observe'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Found, type Word, word, wordSight } from './word-sight.ts'

const WINDOW_MS = 60_000
const HIT: Found = { hit: true, bytes: 10 }
const MISS: Found = { hit: false, bytes: 0 }

let now: number

function made(workers: number, sample = 1, random?: () => number) {
  const options = { sample, windowMs: WINDOW_MS, sight: wordSight, now: () => now }
  const part = hotKeys<Word, Found>(random === undefined ? options : { ...options, random })
  const shared = part.share(workers)
  // The rows of worker threads begin with 1, as 0 is the main thread's.
  const first = workers === 1 ? 0 : 1
  const observers = Array.from({ length: workers }, (_, i) =>
    part.attach(shared, { metrics: { row: first + i } }),
  )
  return { observers, read: (): HotKeysReport => readHotKeys(shared, now) }
}

beforeEach(() => {
  now = 1_700_000_000_000
})

describe('hot keys', () => {
  it('are nothing before the first request', () => {
    expect(made(2).read()).toEqual({ sampled: 0, sample: 1, keys: [], largest: [] })
  })

  it('are counted exactly over all workers where every request is looked at', () => {
    const { observers, read } = made(3)
    for (const [i, observer] of observers.entries()) {
      for (let n = 0; n <= i; n++) observer.observe(word('a'), HIT, 1)
      observer.observe(word('b'), MISS, 1)
    }
    const { keys, sampled } = read()
    expect(sampled).toBe(9)
    expect(keys).toEqual([
      { key: 'a', count: 6, misses: 0, error: 0 },
      { key: 'b', count: 3, misses: 3, error: 0 },
    ])
  })

  it('are keys alone: no words of other commands, no pieces, nothing longer than a key', () => {
    const { observers, read } = made(1)
    observers[0].observe(word('settings', 2), HIT, 1)
    observers[0].observe(word('half', -1), HIT, 1)
    observers[0].observe(word('x'.repeat(251)), HIT, 1)
    observers[0].observe(word('x'.repeat(250)), HIT, 1)
    expect(read()).toMatchObject({ sampled: 1, keys: [{ key: 'x'.repeat(250) }] })
  })

  it('are forgotten in two windows, whether requests come or not', () => {
    const { observers, read } = made(1)
    observers[0].observe(word('old'), HIT, 1)
    now += WINDOW_MS
    observers[0].observe(word('new'), HIT, 1)
    expect(new Set(read().keys.map(({ key }) => key))).toEqual(new Set(['old', 'new']))
    now += WINDOW_MS
    expect(read().keys.map(({ key }) => key)).toEqual(['new'])
    now += WINDOW_MS
    expect(read()).toMatchObject({ sampled: 0, keys: [], largest: [] })
    observers[0].observe(word('late'), HIT, 1)
    expect(read().keys.map(({ key }) => key)).toEqual(['late'])
  })

  it('go on where the clock of the machine is set back', () => {
    const { observers, read } = made(1)
    observers[0].observe(word('before'), HIT, 1)
    now -= 24 * 3_600_000
    observers[0].observe(word('after'), HIT, 1)
    expect(read().keys.map(({ key }) => key)).toEqual(['after'])
  })

  it('are none where all keys are alike, and are those that are not', () => {
    const { observers, read } = made(2)
    for (let i = 0; i < 20_000; i++) {
      observers[i % 2].observe(word(`key-${(i * 7919) % 5000}`), MISS, 1)
      if (i % 50 === 0) observers[i % 4 === 0 ? 0 : 1].observe(word('hot'), HIT, 1)
    }
    const { keys, sampled } = read()
    expect(sampled).toBe(20_400)
    expect(keys.map(({ key }) => key)).toEqual(['hot'])
    expect(keys[0].count).toBeGreaterThanOrEqual(400)
    expect(keys[0].count - keys[0].error).toBeLessThanOrEqual(400)
  })

  it('that are no text are shown with escapes', () => {
    const { observers, read } = made(1)
    observers[0].observe(word('schlüssel'), HIT, 1)
    observers[0].observe(word(Buffer.from([0x61, 0xff, 0x5c, 0x00])), HIT, 1)
    expect(read().keys.map(({ key }) => key)).toEqual(['schlüssel', String.raw`a\xff\x5c\x00`])
  })
})

describe('the largest values', () => {
  it('are listed by key, with the largest size of each', () => {
    const { observers, read } = made(2)
    for (let i = 0; i < 200; i++) {
      observers[i % 2].observe(word(`key-${i % 100}`, 1), { hit: false, bytes: 1 + i }, 1)
    }
    observers[0].observe(word('big'), { hit: true, bytes: 1_000_000 }, 1)
    observers[0].observe(word('big'), { hit: true, bytes: 5 }, 1)
    observers[1].observe(word('big'), { hit: true, bytes: 2_000_000 }, 1)
    const { largest } = read()
    expect(largest).toHaveLength(16)
    expect(largest.slice(0, 3)).toEqual([
      { key: 'big', bytes: 2_000_000 },
      { key: 'key-99', bytes: 200 },
      { key: 'key-98', bytes: 199 },
    ])
  })
})

describe('a sample', () => {
  it('is drawn by chance, one of as many as it says in the mean', () => {
    const draws = [0, 0.5, 0.999_999]
    let draw = 0
    const { observers, read } = made(1, 100, () => draws[draw++ % draws.length])
    const spans = Array.from({ length: 3 }, () => {
      const { sample } = observers[0]
      observers[0].observe(word('a'), HIT, 1)
      return sample
    })
    expect(spans).toEqual([1, 100, 199])
    expect(read()).toMatchObject({ sampled: 3, sample: 100 })
  })
})

describe('a reader', () => {
  it('sees whole keys and counts that add up while a worker thread writes', async () => {
    const part = hotKeys<Word, Found>({ sample: 1, windowMs: WINDOW_MS, sight: wordSight })
    const shared = part.share(1)
    const writer = new Worker(new URL('writer-thread.ts', import.meta.url), {
      workerData: { shared, windowMs: WINDOW_MS, requests: 200_000 },
    })
    let written = 0
    let isOver = false
    const errors: unknown[] = []
    writer.once('message', (requests: number) => (written = requests))
    writer.once('error', (error) => errors.push(error))
    writer.once('exit', () => (isOver = true))
    let last = 0
    const check = (): void => {
      const { keys, largest, sampled } = readHotKeys(shared, Date.now())
      // A worker that the system has stopped while it writes is left out.
      if (sampled === 0) return
      expect(keys.reduce((sum, { count }) => sum + count, 0)).toBe(sampled)
      for (const { key } of keys) expect(key).toBe(key[0].repeat(key.length))
      for (const { bytes, key } of largest) expect(bytes).toBe(key.length)
      expect(sampled).toBeGreaterThanOrEqual(last)
      last = sampled
    }
    while (!isOver) {
      for (let i = 0; i < 20; i++) check()
      await new Promise((resolve) => setImmediate(resolve))
    }
    check()
    expect(errors).toEqual([])
    // What came while somebody read was let pass.
    expect(last).toBeLessThanOrEqual(written)
    expect(last).toBeGreaterThan(0)
  })
})
