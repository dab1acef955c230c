/** Histories to repeat, as the fuzzer prints them: what once failed, and corners that it seldom meets. */
import { describe, it } from 'vitest'
import { replay } from './replay.ts'

it.each(['none', 'fifo', 'merge', 's3-fifo'] as const)(
  'a value grows in one of two segments while another arrives in the other, under %s',
  (eviction) => {
    replay(
      eviction,
      {
        segments: 2,
        segmentBytes: 256,
        itemSegments: 1,
        hashPower: 3,
        overflowFactor: 0,
        compactTarget: 2,
        mergeTarget: 2,
        spareSegments: 0,
        threads: 1,
        weak: true,
        seed: 1,
      },
      [
        ['set', 'k0', 90, 7, 'never'],
        ['reserve', 'k-1', 90, 0, 20],
        ['append', 'k0', 80, 0, 'never'],
        ['flush', 2],
        ['prepend', 'k0', 40, 0, 'never'],
        ['wait', 5],
        ['commit', 'set'],
        ['get', 'k-1'],
        ['touch', 'k-1', 'never'],
        ['append', 'k-1', 90, 0, 'never'],
        ['get', 'k0'],
      ],
    )
  },
)

it('a full chain gives its coldest item for one whose segment was just merged', () => {
  const keys = Array.from({ length: 40 }, (_, i) => `k${'-'.repeat(i % 7)}${i}`)
  replay(
    'merge',
    {
      segments: 8,
      segmentBytes: 256,
      itemSegments: 1,
      hashPower: 3,
      overflowFactor: 0.5,
      compactTarget: 4,
      mergeTarget: 4,
      spareSegments: 0,
      threads: 1,
      weak: true,
      seed: 2,
    },
    [
      ...keys.map((key) => ['set', key, 30, 0, 'never'] as const),
      ...keys.map((key) => ['get', key] as const),
      ['wait', 11],
      ...keys.map((key) => ['append', key, 20, 0, 'never'] as const),
      ...keys.map((key) => ['number', key, 99, 400] as const),
      ...keys.map((key) => ['increment', key, 1] as const),
      ['wait', 3000],
      ['expire'],
    ],
  )
})

describe('what a change needs lies in a segment that a resting walk has claimed', () => {
  const settings = {
    segments: 2,
    segmentBytes: 1024,
    itemSegments: 1,
    hashPower: 3,
    overflowFactor: 0,
    compactTarget: 0,
    mergeTarget: 2,
    spareSegments: 1,
    threads: 1,
    weak: false,
    seed: 0,
  }

  it('and is moved out of it meanwhile', () => {
    replay('s3-fifo', settings, [
      ['number', 'k0', 10, 1],
      ['set', 'k-36', 24, 0, 1],
      ['number', 'k0', 10, 'never'],
      ['getAndTouch', 'k-36', 'never'],
    ])
  })

  it('which is free, and taken, before the change is made', () => {
    replay('s3-fifo', { ...settings, spareSegments: 3 }, [
      ['number', 'k0', 0, 1],
      ['set', 'k0', 2, 0, 1],
      ['number', 'k---24', 10, 1],
      ['number', 'k0', 10, 'never'],
      ['touch', 'k---24', 20_000],
    ])
  })
})
