/**
 * What of `stats` other parts of the server count: the metrics whose names mean the same. They are looked
 * up by name, so that a storage or a transport is told of by counting under the usual names, and what
 * the parts at hand do not count is left out.
 *
 * @module
 */
import type { Metrics } from '@pelikan/metrics'
import type { Stat } from './stats/stat.ts'

/** memcached's names, and those of the metrics. */
const NAMES: readonly (readonly [stat: string, metric: string])[] = [
  ['curr_connections', 'session_curr'],
  ['total_connections', 'session_open'],
  ['rejected_connections', 'session_reject'],
  // Each has one, which goes with it.
  ['connection_structures', 'session_curr'],
  ['listen_disabled_num', 'tcp_accept_fail'],
  ['conn_yields', 'session_yield'],
  ['bytes_read', 'tcp_recv_byte'],
  ['bytes_written', 'tcp_send_byte'],
  ['bytes', 'item_current_bytes'],
  ['curr_items', 'item_current'],
  ['get_expired', 'item_lookup_expired'],
  ['get_flushed', 'item_lookup_flushed'],
  ['expired_unfetched', 'item_expire_unfetched'],
  ['evicted_unfetched', 'item_evict_unfetched'],
  ['evictions', 'item_evict'],
  ['reclaimed', 'item_reclaim'],
]

/** A line of `stats` for each metric that memcached has a name for. */
export function statsOf(metrics: Metrics): Stat[] {
  const definitions = new Map(metrics.definitions.map((metric) => [metric.name, metric]))
  return NAMES.flatMap(([name, metricName]) => {
    const metric = definitions.get(metricName)
    if (metric === undefined) return []
    return [{ name, read: () => metrics.readSinceMark(metric) }]
  })
}
