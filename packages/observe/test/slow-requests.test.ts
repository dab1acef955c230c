/** The slowest requests of several workers, by a clock that is moved by hand. */
import { readSlowRequests, slowRequests } from '@pelikan/observe'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Found, type Word, word, wordSight } from './word-sight.ts'

const HOUR_MS = 3_600_000
const FOUND: Found = { hit: true, bytes: 10 }

let now: number

function made(workers: number) {
  const part = slowRequests<Word, Found>({ sight: wordSight, now: () => now })
  const shared = part.share(workers)
  const observers = Array.from({ length: workers }, (_, i) =>
    part.attach(shared, { metrics: { row: i } }),
  )
  return {
    /** Requests of worker `i` that take so many microseconds. */
    take: (i: number, request: Word, microseconds: number, found = FOUND) =>
      observers[i].timed?.(request, found, 1e9, microseconds * 1000),
    observers,
    read: () => readSlowRequests(shared, now).requests,
  }
}

beforeEach(() => {
  now = Date.UTC(2026, 0, 2, 3, 4, 5)
})

describe('slow requests', () => {
  it('are listed with all that is known of them, by the time that they took themselves', () => {
    const { read, take } = made(2)
    take(0, word('quick'), 5)
    take(1, word('large', 1), 700, { hit: false, bytes: 123_456 })
    now += 1000
    take(0, word('secret word', 2), 50)
    expect(read()).toEqual([
      {
        command: 'set',
        key: 'large',
        bytes: 123_456,
        microseconds: 700,
        at: '2026-01-02T03:04:05.000Z',
      },
      // The words of other commands are no keys.
      { command: 'stats', key: '', bytes: 10, microseconds: 50, at: '2026-01-02T03:04:06.000Z' },
      { command: 'get', key: 'quick', bytes: 10, microseconds: 5, at: '2026-01-02T03:04:05.000Z' },
    ])
  })

  it('are the slowest of thousands, a key as often as it was slow', () => {
    const { read, take } = made(2)
    for (let i = 0; i < 10_000; i++) take(i % 2, word(`key-${i % 3}`), (i * 7919) % 10_000)
    expect(read().map(({ microseconds }) => microseconds)).toEqual(
      Array.from({ length: 32 }, (_, i) => 9999 - i),
    )
  })

  it('are those of the last two hours', () => {
    const { read, take } = made(1)
    take(0, word('first'), 900)
    now += HOUR_MS
    take(0, word('second'), 10)
    expect(read().map(({ key }) => key)).toEqual(['first', 'second'])
    now += HOUR_MS
    expect(read().map(({ key }) => key)).toEqual(['second'])
  })

  it('want no samples, and no pieces of requests', () => {
    const { observers, read, take } = made(1)
    expect(observers[0].sample).toBe(0)
    take(0, word('piece', -1), 900)
    expect(read()).toEqual([])
  })
})
