/** What twemcache counts, for `--stats`. */
import { memcacheMetrics, memcacheTimed } from '@pelikan/entrystore'
import { type MetricDefinition, describeMetrics } from '@pelikan/metrics'
import { metricGroups } from '@pelikan/server'
import { hashMapMetrics } from '@pelikan/storage-hashmap'
import { chooseTransport } from '@pelikan/transport-auto'

/**
 * With what the transport counts that this machine would have by default.
 *
 * @public
 */
export function allMetrics(): readonly MetricDefinition[] {
  return metricGroups({
    metrics: [memcacheMetrics, hashMapMetrics, chooseTransport('auto').metrics],
    timed: memcacheTimed,
  }).flatMap((group) => Object.values(group))
}

export function listMetrics(): string {
  return describeMetrics(allMetrics())
}
