/** Clocks that jump: never a wrong value, and no loop without an end. */
import { Status, type Clock } from '@pelikan/core'
import { describe, expect, it } from 'vitest'
import { SegStorage } from '@pelikan/storage-seg'
import { begin, entryOf, POLICIES, seconds } from '../begin.ts'

describe.each(POLICIES)('under %s', (eviction) => {
  it('a clock that jumps a year ahead ends what ends, and nothing else', () => {
    const { clock, seg, subject, count } = begin({ eviction, segments: 512 })
    subject.set('forever', 'x')
    subject.set('longer', 'x', { deadline: subject.in(seconds(366 * 86_400)) })
    for (let i = 0; i < 200; i++) seg.set(entryOf(`${i}`, 1, subject.in(1 + i * 1e5)))
    subject.flush(subject.in(seconds(400 * 86_400)))
    clock.advance(365 * 86_400)
    seg.expire(clock.now)
    expect([count('itemCurrent'), count('segmentFree')]).toEqual([2, 510])
    expect(subject.get('forever')?.value).toBe('x')
    expect(subject.get('longer')?.value).toBe('x')
    clock.advance(86_400)
    expect(subject.get('longer')).toBeUndefined()
    clock.advance(40 * 86_400)
    expect(subject.get('forever')).toBeUndefined()
    for (let i = 0; i < 1000; i++) seg.set(entryOf(`n${i}`, 400, subject.in(i + 1)))
    seg.check()
  })

  it('a clock whose date jumps does not change what is seen: only ticks do', () => {
    const { clock, seg, subject } = begin({ eviction })
    subject.set('a', 'x', { deadline: subject.in(seconds(10)) })
    for (const jump of [-3600, 365 * 86_400, -365 * 86_400]) {
      clock.unixSeconds += jump
      seg.expire(clock.now)
      expect(subject.get('a')?.value).toBe('x')
    }
    clock.advance(10)
    expect(subject.get('a')).toBeUndefined()
  })

  it('a clock whose ticks go back an hour shows no wrong value and ends no loop', () => {
    let now = seconds(7200)
    const clock: Clock = {
      get now() {
        return now
      },
      unixSeconds: 0,
      refresh() {},
    }
    const seg = new SegStorage({
      heapBytes: 1,
      segments: 16,
      segmentBytes: 1024,
      hashPower: 8,
      eviction,
      clock,
      seed: 1,
    })
    const valueOf = (key: string) => `${key};`.repeat(20)
    const write = (key: string, ticks: number) => {
      const entry = entryOf(key, valueOf(key).length, now + ticks)
      entry.value.write(valueOf(key))
      return seg.set(entry)
    }
    const see = (key: string) => {
      const item = seg.get(Buffer.from(key), 0, key.length)
      return item?.bytes.toString('latin1', item.start, item.end)
    }
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 200; i++) {
        const key = `${round}-${i}`
        const stored = write(key, 1 + ((i * 977) % 40_000)) === Status.Ok
        expect(stored || eviction === 'none').toBe(true)
        expect(see(key)).toBe(stored ? valueOf(key) : undefined)
        if (i % 20 === 0) seg.expire(now)
      }
      seg.check()
      now += round % 2 === 0 ? -seconds(3600) : seconds(3601)
      for (let i = 0; i < 200; i++) {
        const seen = see(`${round}-${i}`)
        if (seen !== undefined) expect(seen).toBe(valueOf(`${round}-${i}`))
      }
      seg.check()
    }
  })
})
