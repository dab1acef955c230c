/** Several threads on one storage, with constant eviction, merging and expiry: see `crew.ts` for how long. */
import { Status } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { EVICTING, entryOf } from '../begin.ts'
import { Crew, SECONDS, THREADS, TIMEOUT } from './crew.ts'
import { ttlOf } from './jobs/many-ttls.ts'

/** Of what runs by default each works for an equal part of the time; the rest is for longer ones. */
const TESTS = 10
const IS_LONG = SECONDS > 5
const MILLISECONDS = (SECONDS * 1000) / TESTS
const MIB = 1024 * 1024
/** Policies, segments, and how many are to be spare: with any, walks rest while others go on. */
const MORE = [
  ['merge', 64, 2],
  ['merge', 12, 1],
  ['s3-fifo', 24, 3],
  ['fifo', 24, 2],
  ['random', 24, 0],
  ['random-fifo', 24, 1],
  ['cte', 24, 0],
  ['util', 24, 1],
] as const

describe('several threads', () => {
  it.each([
    ['merge', 8, 0],
    ['merge', 24, 2],
    ['s3-fifo', 24, 1],
    ['fifo', 6, 0],
    ['none', 24, 0],
    ...(IS_LONG ? MORE : []),
  ] as const)(
    'read whole values of their keys under %s, %d segments, %d to spare',
    { timeout: TIMEOUT },
    async (eviction, segments, spareSegments) => {
      const itemSizeMax = segments < 8 ? 15_000 : 20_000
      const sizes = { segments, segmentBytes: 4096, spareSegments, itemSizeMax }
      const crew = new Crew({ eviction, ...sizes })
      for (const { hits, operations, refused, refusedLong } of await crew.work(
        'stress',
        THREADS,
        MILLISECONDS,
      )) {
        expect(hits).toBeGreaterThan(0)
        if (eviction === 'none') continue
        expect(refused).toBe(0)
        if (segments > 8) expect(refusedLong).toBeLessThan(operations / 1000)
      }
    },
  )

  it('never see half of a write', { timeout: TIMEOUT }, async () => {
    const crew = new Crew({ segments: 8, segmentBytes: 4096, eviction: 'fifo' })
    const [, ...readers] = await crew.work('oneKey', THREADS, MILLISECONDS)
    for (const { hits } of readers) expect(hits).toBeGreaterThan(0)
  })

  it.each([
    [2, 'merge'],
    [2, 'none'],
    ...(IS_LONG
      ? ([
          [2, 'fifo'],
          [3, 's3-fifo'],
        ] as const)
      : []),
  ] as const)(
    'make values grow in %d segments under %s, and none waits for ever',
    { timeout: TIMEOUT },
    async (segments, eviction) => {
      const crew = new Crew({ segments, segmentBytes: 1024, hashPower: 4, eviction })
      for (const { refused } of await crew.work('cramped', Math.max(THREADS, 4), MILLISECONDS)) {
        if (eviction !== 'none') expect(refused).toBe(0)
      }
    },
  )

  it(
    'find what they stored under none, whatever room others make',
    { timeout: TIMEOUT },
    async () => {
      const crew = new Crew({
        segments: 24,
        segmentBytes: 4096,
        itemSizeMax: 10_000,
        eviction: 'none',
      })
      for (const { hits } of await crew.work('stays', Math.max(THREADS, 3), MILLISECONDS)) {
        expect(hits).toBeGreaterThan(0)
      }
    },
  )

  it.each(IS_LONG ? EVICTING : (['merge'] as const))(
    'flush and expire while others write, under %s',
    { timeout: TIMEOUT },
    async (eviction) => {
      const crew = new Crew({ segments: 24, segmentBytes: 4096, eviction })
      for (const { hits } of await crew.work('flushing', THREADS, MILLISECONDS)) {
        expect(hits).toBeGreaterThan(0)
      }
    },
  )

  it.each(IS_LONG ? EVICTING : (['merge'] as const))(
    'set with a thousand TTLs on 64 MiB, and no set fails, under %s',
    { timeout: TIMEOUT },
    async (eviction) => {
      const crew = new Crew({ heapBytes: 64 * MIB, hashPower: 17, eviction })
      // More than fits.
      for (let i = 0; i < (64 * MIB) / 20_000; i++) {
        expect(crew.seg.set(entryOf(`k${i}`, 20_000, 1 + ttlOf(i)))).toBe(Status.Ok)
      }
      for (const { refused } of await crew.work('manyTtls', 4, MILLISECONDS)) {
        expect(refused).toBe(0)
      }
    },
  )
})
