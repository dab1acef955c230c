/** What pingserver counts, for `--stats`. */
import { pingMetrics } from '@pelikan/entrystore'
import { type MetricDefinition, describeMetrics } from '@pelikan/metrics'
import { metricGroups } from '@pelikan/server'
import { chooseTransport } from '@pelikan/transport-auto'

/**
 * With what the transport counts that this machine would have by default.
 *
 * @public
 */
export function allMetrics(): readonly MetricDefinition[] {
  return metricGroups({
    metrics: [pingMetrics, chooseTransport('auto').metrics],
  }).flatMap((group) => Object.values(group))
}

export function listMetrics(): string {
  return describeMetrics(allMetrics())
}
