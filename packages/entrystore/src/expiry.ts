/**
 * What a client's exptime means, as a deadline on the storage's clock.
 *
 * | exptime | `Memcache` | `Unix` | `Delta` |
 * | --- | --- | --- | --- |
 * | 0 | never | never | never |
 * | 1 .. 2592000 (30 days) | seconds from now | seconds since 1970 | seconds from now |
 * | above | seconds since 1970 | seconds since 1970 | seconds from now |
 * | negative | expired at once | expired at once | expired at once |
 *
 * A time that has passed, such as 2592001 in January 1970, is expired at once: a frequent bug of
 * clients that mean 31 days. Below 2^31 a tick is a small integer, so a deadline that is more than
 * 6.8 years after the clock started is brought forward to that.
 *
 * @module
 */
import { type Clock, NEVER, TICKS_PER_SECOND, type Tick } from '@pelikan/core'

/** How an exptime is read: Pelikan's `time_type`. */
export type TimeType = 'Memcache' | 'Unix' | 'Delta'

/** The largest exptime that memcached counts from now. */
export const MAX_DELTA_SECONDS: number = 60 * 60 * 24 * 30

const MAX_TICK = 0x7fff_ffff

/** Turns exptimes into deadlines. */
export class Expiry {
  readonly #clock: Clock
  /** An exptime above this counts from 1970. */
  readonly #maxDelta: number

  constructor(clock: Clock, timeType: TimeType) {
    this.#clock = clock
    this.#maxDelta = { Memcache: MAX_DELTA_SECONDS, Unix: 0, Delta: MAX_TICK }[timeType]
  }

  /** The first tick at which an item with this exptime is gone; {@link NEVER} for 0. */
  deadline(exptime: number): Tick {
    if (exptime === 0) return NEVER
    return this.#after(exptime)
  }

  /** The tick that a delay of `flush_all` ends at; 0 and negative ones end now. */
  delayed(delay: number): Tick {
    return this.#after(delay)
  }

  #after(exptime: number): Tick {
    const { now, unixSeconds } = this.#clock
    const seconds = exptime > this.#maxDelta ? exptime - unixSeconds : exptime
    if (seconds <= 0) return now
    return Math.min(now + seconds * TICKS_PER_SECOND, MAX_TICK)
  }
}
