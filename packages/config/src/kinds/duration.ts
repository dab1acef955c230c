import { kind, type Kind } from './kind.ts'
import { readWholeNumber } from './whole-number.ts'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof UNITS

/** `setTimeout` takes no more than this. */
const MAX_MS = 2 ** 31 - 1

/** Milliseconds from a whole number of seconds or from text such as `500ms`, `30s`, `5m`, `1h` and `7d`. */
export function readDuration(written: unknown): number | undefined {
  const match = typeof written === 'string' ? /^(\d+)\s*(ms|[smhd]?)$/i.exec(written.trim()) : null
  const unit = (match?.[2] || 's').toLowerCase() as Unit
  const count = readWholeNumber(match === null ? written : match[1])
  const milliseconds = count === undefined ? -1 : count * UNITS[unit]
  return milliseconds >= 0 && milliseconds <= MAX_MS ? milliseconds : undefined
}

/** Text with the largest unit that leaves a whole number. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (milliseconds % UNITS[unit] === 0) return `${milliseconds / UNITS[unit]}${unit}`
  }
  return `${milliseconds}ms`
}

/**
 * A time between two of something, never 0. A whole number without a unit is of milliseconds, as in files of
 * the original.
 */
export function interval(): Kind<string | number, number> {
  return kind(
    'must be whole milliseconds or a time such as "100ms", "1s", of at least 1ms and at most 24 days',
    (written) => {
      const count = readWholeNumber(written)
      const milliseconds = readDuration(count === undefined ? written : `${count}ms`)
      return milliseconds === 0 ? undefined : milliseconds
    },
    formatDuration,
  )
}

/** A time that something may take, where 0 means without end. The program gets milliseconds. */
export function duration(): Kind<string | number, number> {
  return kind(
    'must be whole seconds or a time such as "500ms", "30s", "5m", of at most 24 days; 0 turns it off',
    readDuration,
    formatDuration,
  )
}
