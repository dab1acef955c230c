import { formatDuration, readDuration } from '@pelikan/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('durations', () => {
  it.each([
    [0, 0],
    [30, 30_000],
    ['30', 30_000],
    ['0', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1 h', 3_600_000],
    ['7d', 604_800_000],
  ])('%j is %d ms', (written, milliseconds) => {
    expect(readDuration(written)).toBe(milliseconds)
  })

  it.each([-1, 1.5, '', 's', '1.5s', '-1s', '5 weeks', '25d', 2 ** 31, true, undefined])(
    '%j is none',
    (written) => {
      expect(readDuration(written)).toBeUndefined()
    },
  )

  it('come back from their text', () => {
    const milliseconds = fc.oneof(
      fc.nat(2 ** 31 - 1),
      fc
        .tuple(fc.nat(24), fc.constantFrom(1000, 60_000, 3_600_000, 86_400_000))
        .map(([n, u]) => n * u),
    )
    fc.assert(fc.property(milliseconds, (ms) => readDuration(formatDuration(ms)) === ms))
  })
})
