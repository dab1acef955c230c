import { describe, expect, it } from 'vitest'
import { ttlBucket, ttlBucketEnd } from '@pelikan/storage-seg'

describe('TTL buckets', () => {
  it.each([
    [1, 0],
    [7, 0],
    [8, 1],
    [15, 1],
    [60, 7],
    [300, 37],
    [2047, 255],
    [2048, 272],
    [3600, 284],
    [32_767, 511],
    [32_768, 528],
    [86_400, 554],
    [524_287, 767],
    [524_288, 784],
    [604_800, 786],
    [2_592_000, 847],
    [8_388_607, 1023],
    [8_388_608, 1023],
    [2 ** 31, 1023],
  ])('%d s are in bucket %d', (seconds, bucket) => {
    expect(ttlBucket(seconds)).toBe(bucket)
  })

  it('hold every TTL between their edges', () => {
    let seconds = 1
    for (let bucket = 0; bucket < 1023; bucket++) {
      if (bucket >= 256 && bucket % 256 < 16) continue
      const end = ttlBucketEnd(bucket)
      expect(ttlBucket(seconds)).toBe(bucket)
      expect(ttlBucket(end - 1)).toBe(bucket)
      expect(ttlBucket(end)).toBeGreaterThan(bucket)
      seconds = end
    }
    expect(ttlBucketEnd(1023)).toBe(Infinity)
  })
})
