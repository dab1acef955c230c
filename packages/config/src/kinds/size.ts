/**
 * Sizes in bytes. Every unit counts in 1024s, as Pelikan's files and memcached's flags do: `1KB`, `1KiB`,
 * `1k` and `1024` are the same.
 *
 * @module
 */
import { parseSize } from '@pelikan/core'
import { kind, type Kind } from './kind.ts'
import { readWholeNumber } from './whole-number.ts'

export const KIB = 1024
export const MIB = 1024 * KIB
export const GIB = 1024 * MIB

/** Bytes from a whole number or from text such as `64MB`, `64 MB`, `1MiB`, `512k` and `1g`. */
export function readSize(written: unknown): number | undefined {
  return typeof written === 'string' ? parseSize(written) : readWholeNumber(written)
}

/** The shortest text that {@link readSize} reads back as the same number. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0'
  if (bytes % GIB === 0) return `${bytes / GIB}GB`
  if (bytes % MIB === 0) return `${bytes / MIB}MB`
  if (bytes % KIB === 0) return `${bytes / KIB}KB`
  return String(bytes)
}

export function size(range: { min: number; max?: number }): Kind<string | number, number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = range
  const bounds =
    range.max === undefined
      ? `of at least ${formatSize(min)}`
      : `from ${formatSize(min)} to ${formatSize(max)}`
  return kind(
    `must be a size ${bounds}, such as 1048576, "64MB" or "512k"`,
    (written) => {
      const bytes = readSize(written)
      return bytes !== undefined && bytes >= min && bytes <= max ? bytes : undefined
    },
    formatSize,
  )
}
