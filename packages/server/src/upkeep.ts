/**
 * What is done with sessions beside serving them: those that are idle or overdue are closed, and where
 * memory is short, those that have waited longest for their clients.
 *
 * @module
 */
import type { Tick } from '@pelikan/core'
import type { BoundMetrics } from '@pelikan/metrics'
import type { SessionLimits } from './limits.ts'
import type { serverMetrics } from './metrics.ts'
import type { Session } from './session.ts'

/** What is looked at here: nothing that depends on a protocol. */
type Sessions = Iterable<
  Pick<Session<unknown>, 'destroy' | 'held' | 'incompleteSince' | 'silentSince' | 'waitingSince'>
>
type Counted = BoundMetrics<typeof serverMetrics>

/** Close who has said nothing, or not the rest of a request, for longer than `limits` allow. */
export function closeOverdue(
  sessions: Sessions,
  { idleTicks, requestTicks }: SessionLimits,
  now: Tick,
  metrics: Counted,
): void {
  if (idleTicks === 0 && requestTicks === 0) return
  for (const session of sessions) {
    if (requestTicks > 0 && elapsed(session.incompleteSince, now) > requestTicks) {
      metrics.overdueClosed.increment()
      session.destroy()
    } else if (idleTicks > 0 && elapsed(session.silentSince, now) > idleTicks) {
      metrics.idleClosed.increment()
      session.destroy('idle_timeout')
    }
  }
}

/**
 * Close sessions until half of their memory is free, the one first that has waited longest for its client; of
 * those that have waited equally long, the one that holds most.
 */
export function shed(sessions: Sessions, { budget }: SessionLimits, metrics: Counted): void {
  const waiting = [...sessions].filter((session) => session.waitingSince > 0)
  waiting.sort((a, b) => a.waitingSince - b.waitingSince || b.held - a.held)
  for (const session of waiting) {
    if (budget.used <= budget.limit / 2) return
    metrics.shed.increment()
    session.destroy()
  }
}

/** Ticks from `since` to `now`; 0 where there is no `since`. */
function elapsed(since: number, now: number): number {
  return since === 0 ? 0 : now - since
}
