/**
 * Time as a cache needs it: small, monotonic, and held still for a turn of the event loop.
 *
 * A {@link Tick} is a tenth of a second since the clock was made, plus one, so that 0 is free to mean
 * "never" and a tick stays a small integer for years (31 bits last 6.8 years).
 *
 * @module
 */

/** Tenths of a second on one clock. */
export type Tick = number

export const TICKS_PER_SECOND = 10

/** As a deadline: this item does not expire. */
export const NEVER: Tick = 0

export interface Clock {
  /** The tick of this turn. It does not move until {@link Clock.refresh}, and never backwards. */
  readonly now: Tick
  /** Seconds since 1970 at this turn, for times that a client gives as a date. */
  readonly unixSeconds: number
  /** Start a new turn: look at the time once. */
  readonly refresh: () => void
}

/** The time of the machine. A change of its date does not reach `now`. */
export class SystemClock implements Clock {
  readonly #start = performance.now()
  #now: Tick = 1
  #unixSeconds = Math.floor(Date.now() / 1000)

  get now(): Tick {
    return this.#now
  }

  get unixSeconds(): number {
    return this.#unixSeconds
  }

  refresh(): void {
    const tick = 1 + Math.floor((performance.now() - this.#start) / (1000 / TICKS_PER_SECOND))
    if (tick === this.#now) return
    this.#now = tick
    this.#unixSeconds = Math.floor(Date.now() / 1000)
  }
}
