import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { SegError, SegStorage, type Eviction, type SegOptions } from '@pelikan/storage-seg'
import { begin } from './begin.ts'

const MIB = 1024 * 1024

const make = (options: Omit<SegOptions, 'clock'>) =>
  new SegStorage({ ...options, clock: new FakeClock() })

describe('options', () => {
  it.each([
    ['heapBytes', { heapBytes: 0 }],
    ['heapBytes', { heapBytes: Number.NaN }],
    ['segmentBytes', { segmentBytes: 4 * MIB + 4 }],
    ['segmentBytes', { segmentBytes: 60 }],
    ['segmentBytes', { segmentBytes: 4094 }],
    ['segments', { segments: 1 }],
    ['hashPower', { hashPower: 2 }],
    ['overflowFactor', { overflowFactor: 17 }],
    ['overflowFactor', { overflowFactor: Number.NaN }],
    ['eviction', { eviction: 'lru' as Eviction }],
    ['mergeTarget', { mergeTarget: 1 }],
    ['mergeMax', { mergeMax: 3 }],
    ['compactTarget', { compactTarget: -1 }],
  ])('refuses a %s that cannot work: %o', (name, options) => {
    expect(() => begin(options)).toThrow(SegError)
    expect(() => begin(options)).toThrow(new RegExp(`^${name} is `))
    expect(() => begin(options)).toThrow(
      expect.objectContaining({ code: 'PELIKAN_SEG_INVALID_OPTION' }),
    )
  })

  it('says what the least memory is and what it is for', () => {
    expect(() => make({ heapBytes: MIB, segmentBytes: MIB })).toThrow(
      /^heapBytes is 1048576; 2 segments of 1048576 bytes, .* and the lists need \d+\. Give more/,
    )
    expect(() => make({ heapBytes: 100, segmentBytes: 64 })).toThrow(
      /^heapBytes is 100; 2 segments/,
    )
  })

  it.each([
    [1, 32],
    [8, 32],
    [31, 32],
    [32, 64],
    [64, 128],
    [256, 512],
    [512, 1024],
    [4096, 1024],
  ])('makes segments that suit %d MiB of %d KiB', (mib, kib) => {
    expect(make({ heapBytes: mib * MIB }).inspect().segmentBytes).toBe(kib * 1024)
  })

  it('refuses items that leave no room for others, and says what would do', () => {
    const options = { heapBytes: 4 * MIB, segmentBytes: 65_536 }
    const least = () => make({ ...options, itemSizeMax: 3.5 * MIB })
    expect(least).toThrow(
      /^itemSizeMax is 3670016; of 57 segments of 65536 bytes 48 may have one item, which is at most 3145715\./,
    )
    expect(() => make({ ...options, itemSizeMax: 3_145_715 })).not.toThrow()
    expect(() => make({ ...options, itemSizeMax: 3_145_716 })).toThrow(/^itemSizeMax is 3145716;/)
  })

  it('refuses more segments than have a number', () => {
    expect(() => make({ heapBytes: 4096 * MIB, segmentBytes: 64 })).toThrow(
      /^heapBytes is 4294967296; in segments of 64 bytes/,
    )
  })

  it.each([3, 10, 64, 100, 1024])('keeps everything within %d MiB', (mib) => {
    const seg = make({ heapBytes: mib * MIB })
    expect(seg.totalBytes).toBeLessThanOrEqual(mib * MIB)
    expect(seg.totalBytes).toBeGreaterThan((mib - 1.1) * MIB)
    const { segmentBytes, segments, table } = seg.inspect()
    // Items of 120 bytes fill the segments where buckets are filled to 5 of 7.
    expect((table.slots * 5) / 7).toBeGreaterThan((segments.length * segmentBytes) / 124)
    expect(table.overflowBuckets).toBeGreaterThanOrEqual(Math.floor(table.primaryBuckets * 0.4))
    expect(seg.warnings).toEqual([])
  })

  it.each([
    [16, 17],
    [64, 19],
    [100, 19],
    [512, 22],
  ])('warns of a table too small for %d MiB, with the power that suits it: %d', (mib, power) => {
    const heapBytes = mib * MIB
    const { warnings } = make({ heapBytes, hashPower: 10 })
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^hashPower 10 .*; ${power} suits it$`)),
    ])
    const suited = make({ heapBytes, hashPower: power })
    expect(suited.warnings).toEqual([])
    const chosen = make({ heapBytes })
    expect(suited.inspect().table.primaryBuckets).toBe(chosen.inspect().table.primaryBuckets)
  })

  it.each([
    { heapBytes: 50_000 },
    { heapBytes: MIB, segmentBytes: MIB },
    { heapBytes: 100, segmentBytes: 64 },
    { heapBytes: 50_000, segmentBytes: 65_536 },
    { heapBytes: 1, segmentBytes: 4096, eviction: 's3-fifo' },
  ] as const)('needs no more memory than the message names: %o', (options) => {
    let least = 0
    try {
      make(options)
    } catch (error) {
      least = Number(/ need (\d+)/.exec((error as Error).message)?.[1])
    }
    expect(least).toBeGreaterThan(options.heapBytes)
    const seg = make({ ...options, heapBytes: least })
    expect(seg.inspect().segments.length).toBe(2)
    expect(seg.totalBytes).toBeLessThanOrEqual(least)
  })
})
