/** One line of `stats`. */
export interface Stat {
  /** memcached's name for it, without a blank. */
  readonly name: string
  readonly read: () => string | number
}

/** Lines that always say the same. */
export function fixedStats(values: Readonly<Record<string, string | number>>): Stat[] {
  return Object.entries(values).map(([name, value]) => ({ name, read: () => value }))
}
