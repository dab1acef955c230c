import type { MetricGroup } from '@pelikan/metrics'
import { adminMetrics } from './admin/admin-server.ts'
import { liveMetrics } from './admin/live-stream.ts'
import { textAdminMetrics } from './admin/text-admin.ts'
import { commandLogMetrics } from './log/command-log.ts'
import { serverMetrics } from './metrics.ts'
import { processMetrics } from './process-usage.ts'
import { type TimedCommands, timedGroups } from './request-timer.ts'

/** All metrics of a server with these parts, in an order that all its threads have in common. */
export function metricGroups(parts: {
  readonly metrics: readonly MetricGroup[]
  readonly timed?: Pick<TimedCommands<never>, 'metrics'>
}): readonly MetricGroup[] {
  return [
    processMetrics,
    adminMetrics,
    textAdminMetrics,
    commandLogMetrics,
    liveMetrics,
    serverMetrics,
    ...parts.metrics,
    ...timedGroups(parts.timed),
  ]
}
