/**
 * How long an item lives. Its time is counted in ticks of a tenth of a second, rounded up, and the tick in
 * which it is stored is the first of them: with a TTL of 1 s it is visible in ten ticks, which end 0.9 to 1 s
 * after it was stored.
 *
 * @module
 */
import { NEVER, TICKS_PER_SECOND, type Tick } from '@pelikan/core'
import { SegError } from '../errors.ts'

/** Either of the two, or neither for an item without end. */
export interface SegLifetime {
  /** Seconds, above 0; they need not be whole. */
  readonly ttl?: number | undefined
  /** Milliseconds, above 0. */
  readonly ttlMs?: number | undefined
}

const MS_PER_TICK = 1000 / TICKS_PER_SECOND
/** 3.4 years. Deadlines stay below 2^31 for as long after the clock was started. */
const TICKS_MAX = 2 ** 30
/** What a product of decimals may be off: 1.1 s are 11 ticks, not 11.000000000000002. */
const ROUNDING = 1e-6

/**
 * Ticks to live; 0 for ever.
 *
 * @throws SegError `PELIKAN_SEG_INVALID_TTL`
 */
export function lifetimeTicks(lifetime: SegLifetime | undefined): number {
  if (lifetime === undefined) return 0
  if (typeof lifetime !== 'object' || lifetime === null) {
    const given: unknown = lifetime
    throw new SegError('PELIKAN_SEG_INVALID_TTL', `write { ttl: ${String(given)} } for seconds`)
  }
  const { ttl, ttlMs } = lifetime
  if (ttl !== undefined && ttlMs !== undefined) {
    throw new SegError('PELIKAN_SEG_INVALID_TTL', 'give ttl or ttlMs, not both')
  }
  if (ttl !== undefined) return roundUp('ttl', ttl, ttl * TICKS_PER_SECOND)
  if (ttlMs !== undefined) return roundUp('ttlMs', ttlMs, ttlMs / MS_PER_TICK)
  return 0
}

/** When an item is over that is stored at `now`. */
export function deadlineAfter(now: Tick, ticks: number): Tick {
  return ticks === 0 ? NEVER : now + ticks
}

function roundUp(name: 'ttl' | 'ttlMs', value: number, ticks: number): number {
  if (typeof value === 'number' && value > 0 && ticks <= TICKS_MAX) {
    return Math.max(Math.ceil(ticks - ROUNDING), 1)
  }
  const [unit, most] =
    name === 'ttl'
      ? ['seconds', TICKS_MAX / TICKS_PER_SECOND]
      : ['milliseconds', TICKS_MAX * MS_PER_TICK]
  throw new SegError(
    'PELIKAN_SEG_INVALID_TTL',
    `${name} is ${value}; it must be above 0 and at most ${most} ${unit}. Leave it out for no end.`,
  )
}
