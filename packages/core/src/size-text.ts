/**
 * Sizes as people write them. Every unit counts in 1024s, as Pelikan's files and memcached's flags do: `1KB`,
 * `1KiB`, `1k` and `1024` are the same.
 *
 * @module
 */
const UNITS = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const

/** Bytes from text such as `1024`, `64MB`, `64 MB`, `1MiB`, `512k` and `1g`; `undefined` where it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim())
  if (match === null) return undefined
  const unit = (match[2] ?? '').toLowerCase() as keyof typeof UNITS
  const bytes = Number(match[1]) * UNITS[unit]
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
