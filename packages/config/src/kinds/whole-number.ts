import { kind, type Kind } from './kind.ts'

/** A whole number as a number or as its decimal text; `undefined` for anything else. */
export function readWholeNumber(written: unknown): number | undefined {
  const value = typeof written === 'string' && /^\d+$/.test(written) ? Number(written) : written
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** How many of something. */
export function wholeNumber(range: { min: number; max?: number }): Kind<number, number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = range
  const allowed =
    range.max === undefined
      ? `must be a whole number of at least ${min}`
      : `must be a whole number from ${min} to ${max}`
  return kind(
    allowed,
    (written) => {
      const value = readWholeNumber(written)
      return value !== undefined && value >= min && value <= max ? value : undefined
    },
    (value) => value,
  )
}
