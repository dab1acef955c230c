import { kind, type Kind } from './kind.ts'

/** How much of something, which need not be whole. */
export function decimal(range: { min: number; max: number }): Kind<string | number, number> {
  const { min, max } = range
  return kind(
    `must be a number from ${min} to ${max}`,
    (written) => {
      const isText = typeof written === 'string' && /^\d+(\.\d+)?$/.test(written)
      const value = isText ? Number(written) : written
      return typeof value === 'number' && value >= min && value <= max ? value : undefined
    },
    (value) => value,
  )
}
