import { TICKS_PER_SECOND, type Clock, type Tick } from '@pelikan/core'

/** A clock that a test holds: time passes when the test says so. */
export class FakeClock implements Clock {
  #now: Tick = 1
  /** Ticks since 1970. */
  #unixTicks: number

  /** @param unixSeconds the date to begin at */
  constructor(unixSeconds = 1_700_000_000) {
    this.#unixTicks = unixSeconds * TICKS_PER_SECOND
  }

  get now(): Tick {
    return this.#now
  }

  get unixSeconds(): number {
    return Math.floor(this.#unixTicks / TICKS_PER_SECOND)
  }

  /** The date may jump, also backwards, as a machine's does; `now` stays. */
  set unixSeconds(seconds: number) {
    this.#unixTicks = seconds * TICKS_PER_SECOND
  }

  advance(seconds: number): void {
    // 1.1 seconds are 11 ticks, not 11.000000000000002.
    this.advanceTicks(Number((seconds * TICKS_PER_SECOND).toFixed(6)))
  }

  /** @throws RangeError where `ticks` is not a whole number or is negative */
  advanceTicks(ticks: number): void {
    if (!Number.isInteger(ticks) || ticks < 0) throw new RangeError(`${ticks} ticks cannot pass`)
    this.#now += ticks
    this.#unixTicks += ticks
  }

  /** Nothing: time does not pass by itself. */
  refresh(): void {}
}
