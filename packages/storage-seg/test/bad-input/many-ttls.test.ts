/** Every item with a TTL of its own. */
import { Status } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { begin, entryOf, read, seconds } from '../begin.ts'

describe.each(['none', 'merge', 's3-fifo'] as const)('under %s', (eviction) => {
  it('a hundred thousand TTLs are no more than their items', { timeout: 60_000 }, () => {
    const { clock, seg, count } = begin({
      eviction,
      segments: 1024,
      segmentBytes: 32_768,
      hashPower: 17,
    })
    const entry = entryOf('000000', 40, 0)
    const deadlineOf = (i: number) => 1 + seconds(1 + i * 83)
    for (let i = 0; i < 100_000; i++) {
      entry.key.write(String(i).padStart(6, '0'))
      entry.deadline = deadlineOf(i)
      if (seg.set(entry) !== Status.Ok) throw new Error(`set ${i} was refused`)
    }
    // 6 MB of items on 32 MiB, in some 750 TTL buckets: none needs to go.
    expect([count('itemCurrent'), count('itemEvict')]).toEqual([100_000, 0])
    seg.check()
    for (let i = 0; i < 100_000; i += 997) {
      clock.advanceTicks(deadlineOf(i) - 1 - clock.now)
      seg.expire(clock.now)
      const key = String(i).padStart(6, '0')
      expect([key, read(seg, key)]).toEqual([key, true])
      clock.advanceTicks(1)
      expect([key, read(seg, key)]).toEqual([key, false])
    }
    seg.check()
  })

  it('TTLs that grow from item to item leave no heap almost empty', () => {
    // More TTL buckets than segments, and 1.3 MB of items for 16 MiB.
    const { clock, seg, count } = begin({
      eviction,
      segments: 256,
      segmentBytes: 65_536,
      hashPower: 16,
    })
    for (let i = 0; i < 20_000; i++) {
      const entry = entryOf(String(i).padStart(6, '0'), 40, clock.now + seconds(1 + i * 419))
      if (seg.set(entry) !== Status.Ok) throw new Error(`set ${i} was refused`)
    }
    expect(count('itemCurrent')).toBeGreaterThan(18_000)
    seg.check()
  })
})
