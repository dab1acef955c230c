import { SegError } from '../errors.ts'

/** What is swept. */
export interface Swept {
  readonly expire: () => void
}

const SWEEP_MS = 1000

/**
 * Call `expire` of a cache every second. The timer keeps neither the process alive nor the cache: one
 * that nobody holds is collected with its memory. It ends with a cache that can no longer be used, which the
 * next operation says.
 */
export function sweepEverySecond(cache: Swept): NodeJS.Timeout {
  const held = new WeakRef(cache)
  const timer = setInterval(() => {
    const alive = held.deref()
    if (alive === undefined) return clearInterval(timer)
    try {
      alive.expire()
    } catch (error) {
      clearInterval(timer)
      if (!(error instanceof SegError)) throw error
    }
  }, SWEEP_MS)
  return timer.unref()
}
