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

const MS_PER_TICK = 1000 / TICKS_PER_SECOND

/**
 * The time of the machine. A change of its date does not reach `now`.
 *
 * Clocks of one {@link SystemClock.origin} show the same ticks, on whatever thread they are: threads
 * that share deadlines share that.
 */
export class SystemClock implements Clock {
  /** When tick 1 began: milliseconds of the machine's monotonic clock, which all threads have in common. */
  readonly origin: number
  /** From this thread's `performance.now()` to milliseconds since the origin. */
  readonly #offset: number
  #now: Tick = NEVER
  #unixSeconds = 0

  /** @param origin the origin of another clock of this process; by default now */
  constructor(origin?: number) {
    const monotonic = monotonicMs()
    this.origin = origin ?? monotonic
    this.#offset = monotonic - this.origin - performance.now()
    this.#look()
  }

  get now(): Tick {
    return this.#now
  }

  get unixSeconds(): number {
    return this.#unixSeconds
  }

  refresh(): void {
    this.#look()
  }

  #look(): void {
    const tick = 1 + Math.floor((performance.now() + this.#offset) / MS_PER_TICK)
    // The offset is known to a few microseconds: a tick that has begun stays begun, the first one too.
    if (tick <= this.#now && this.#now !== NEVER) return
    this.#now = Math.max(tick, 1)
    this.#unixSeconds = Math.floor(Date.now() / 1000)
  }
}

/** `performance.now()` counts from a beginning of its own on each thread; this does not. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
