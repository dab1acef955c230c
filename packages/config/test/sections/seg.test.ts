import { formatConfig } from '@pelikan/config'
import { describe, expect, it } from 'vitest'
import { load, refusal, run, segcache } from '../programs.ts'

const MIB = 1024 * 1024

describe('[seg]', () => {
  it('has the defaults of the original, and a table that suits the memory', () => {
    expect(run(segcache).config.seg).toEqual({
      hashPower: undefined,
      hugePages: false,
      overflowFactor: undefined,
      heapSizeBytes: 64 * MIB,
      itemSizeMaxBytes: MIB,
      segmentSizeBytes: undefined,
      eviction: 'merge',
      mergeTarget: 4,
      mergeMax: 8,
      compactTarget: 2,
    })
  })

  it.each([
    ['-m 128', { heapSizeBytes: 128 * MIB }],
    ['-m 2g', { heapSizeBytes: 2048 * MIB }],
    ['-M', { eviction: 'none' }],
    ['-I 2m', { itemSizeMaxBytes: 2 * MIB }],
    ['-I 1k', { itemSizeMaxBytes: 1024 }],
    ['-I 4m -m 8', { itemSizeMaxBytes: 4 * MIB, heapSizeBytes: 8 * MIB }],
    ['-I 1g -m 2048', { itemSizeMaxBytes: 1024 * MIB, heapSizeBytes: 2048 * MIB }],
    ['--seg-segment-size 64k', { segmentSizeBytes: 64 * 1024, itemSizeMaxBytes: MIB }],
    ['--seg-overflow-factor 0.5', { overflowFactor: 0.5 }],
    ['--seg-overflow-factor 2', { overflowFactor: 2 }],
  ])('%s', (line, expected) => {
    const { config, warnings } = run(segcache, line.split(' '))
    expect(config.seg).toMatchObject(expected)
    expect(warnings).toEqual([])
  })

  it.each([
    ['None', 'none'],
    ['random', 'random'],
    ['RandomFifo', 'random-fifo'],
    ['randomfifo', 'random-fifo'],
    ['FIFO', 'fifo'],
    ['Cte', 'cte'],
    ['Util', 'util'],
    ['Merge', 'merge'],
    ['S3Fifo', 's3-fifo'],
    ['s3fifo', 's3-fifo'],
  ])('eviction = "%s" is %s', (name, eviction) => {
    const file = `[seg]\neviction = "${name}"\n`
    expect(run(segcache, [], { file }).config.seg.eviction).toBe(eviction)
  })

  it('is printed as a file that loads as the same', () => {
    const argv = ['--seg-eviction=s3fifo', '--seg-hash-power=20', '--seg-overflow-factor=0.25']
    const loaded = run(segcache, argv)
    const file = formatConfig(segcache, loaded)
    expect(file).toContain('eviction = "S3Fifo"')
    expect(run(segcache, [], { file }).config).toEqual(loaded.config)
  })
})

describe('refused is', () => {
  it.each([
    [
      '--seg-eviction lru',
      'flag --seg-eviction: seg.eviction = "lru": must be "None", "Random", "RandomFifo", "Fifo", "Cte", "Util", "Merge" or "S3Fifo"',
    ],
    [
      '--seg-segment-size 8m',
      'flag --seg-segment-size: seg.segment_size = "8m": must be a size from 1KB to 4MB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '--seg-segment-size 1025',
      'flag --seg-segment-size: seg.segment_size = "1025": must be a multiple of 4',
    ],
    [
      '-m 2 -I 512k --seg-segment-size 2m',
      'flag --seg-segment-size: seg.segment_size = "2m": must be at most half of seg.heap_size, which is 2MB',
    ],
    [
      '-I 1023',
      'flag -I: seg.item_size_max = "1023": must be a size from 1KB to 1GB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '-I 33m',
      'flag -I: seg.item_size_max = "33m": must be at most half of seg.heap_size, which is 64MB; ' +
        'give a smaller item size (-I) or more memory (-m)',
    ],
    [
      '-m 1',
      'seg.item_size_max = "1MB", the default: must be at most half of seg.heap_size, which is 1MB; ' +
        'give a smaller item size (-I) or more memory (-m)',
    ],
    [
      '--seg-hash-power 22',
      'flag --seg-hash-power: seg.hash_power = "22": makes a hash table of 64MB, and seg.heap_size is 64MB',
    ],
    [
      '--seg-overflow-factor x',
      'flag --seg-overflow-factor: seg.overflow_factor = "x": must be a number from 0 to 16',
    ],
    [
      '--seg-merge-target 9',
      'flag --seg-merge-target: seg.merge_target = "9": must be at most seg.merge_max, which is 8',
    ],
  ])('%s', (line, message) => {
    expect(refusal(segcache, line.split(' '))).toBe(`segcache: ${message}\n`)
  })
})

describe('without effect, and said to be, is', () => {
  it('what the original has and this storage has not', () => {
    const file = '[seg]\nadmission_ratio = 0.1\ndatapool_path = "/mnt/pmem"\n'
    expect(run(segcache, [], { file }).warnings).toEqual([
      'x.toml: [seg] admission_ratio (line 2) has no effect: the first queue of S3Fifo is always a tenth of the segments',
      'x.toml: [seg] datapool_path (line 3) has no effect: items are in memory only and do not outlive the server',
    ])
  })

  it('a segment as the limit of an item, as it is in the original', () => {
    expect(run(segcache, ['--seg-segment-size', '2m']).warnings).toEqual([
      'flag --seg-segment-size: seg.segment_size = "2m" does not raise the largest item, which is 1MB: seg.item_size_max does',
    ])
  })

  it('how to merge where nothing merges', () => {
    expect(run(segcache, ['-M', '--seg-merge-max=16']).warnings).toEqual([
      'flag --seg-merge-max: seg.merge_max = "16" has no effect unless seg.eviction is Merge',
    ])
  })
})

it('the help fits', () => {
  const loaded = load(segcache, ['--help'])
  const lines = loaded.kind === 'exit' ? (loaded.stdout ?? '').split('\n') : []
  expect(lines.filter((line) => /--seg-\S+ </.test(line))).toHaveLength(10)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
})
