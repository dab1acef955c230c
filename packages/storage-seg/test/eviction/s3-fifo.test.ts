import { describe, expect, it } from 'vitest'
import { begin, name, names, VALUE } from './fours.ts'

describe('s3-fifo', () => {
  it('keeps what was read through a scan of keys that are read once', () => {
    const { clock, subject, there } = begin({ eviction: 's3-fifo' })
    const hot = names(0, 12)
    for (const key of hot) subject.set(key, VALUE)
    for (let i = 0; i < 500; i++) {
      subject.set(name(1000 + i), VALUE)
      if (i % 20 === 0) {
        clock.advance(1)
        for (const key of hot) subject.get(key)
      }
    }
    expect(there(hot)).toEqual(hot)
  })

  it('lets a key that comes back soon into the main queue', () => {
    const { seg, subject, there } = begin({ eviction: 's3-fifo' })
    for (const key of names(0, 80)) subject.set(key, VALUE)
    const gone = names(0, 80).filter((key) => !there(names(0, 80)).includes(key))
    expect(gone.length).toBeGreaterThan(0)
    expect(seg.inspect().buckets.some(({ main }) => main)).toBe(false)
    subject.set(gone[0] ?? '', VALUE)
    expect(seg.inspect().buckets.some(({ main }) => main)).toBe(true)
  })
})
