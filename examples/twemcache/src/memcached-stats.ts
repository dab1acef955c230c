/**
 * What `stats` and `stats settings` say beyond the commands, under memcached's names: its readers
 * (exporters, dashboards) look for these.
 *
 * @module
 */
import { listenAddresses } from '@pelikan/config'
import { formatAddress } from '@pelikan/core'
import type { Stat } from '@pelikan/entrystore'
import type { MetricDefinition, Metrics } from '@pelikan/metrics'
import { serverMetrics } from '@pelikan/server'
import { hashMapMetrics } from '@pelikan/storage-hashmap'
import { netMetrics } from '@pelikan/transport-net'
import type { TwemcacheConfig } from './config.ts'

export interface MemcachedStats {
  readonly stats: readonly Stat[]
  readonly settings: readonly Stat[]
}

export function memcachedStats(config: TwemcacheConfig, metrics: Metrics): MemcachedStats {
  const { hashmap, memcache, server, worker } = config
  const now = (name: string, metric: MetricDefinition): Stat => ({
    name,
    read: () => metrics.read(metric),
    resets: metric.kind === 'counter',
  })
  return {
    stats: [
      fixed('max_connections', server.maxConnections),
      now('curr_connections', serverMetrics.sessions),
      now('total_connections', serverMetrics.opened),
      now('rejected_connections', serverMetrics.rejected),
      now('bytes_read', netMetrics.bytesReceived),
      now('bytes_written', netMetrics.bytesSent),
      fixed('limit_maxbytes', hashmap.memoryBytes),
      fixed('accepting_conns', 1),
      fixed('threads', worker.threads),
      now('conn_yields', serverMetrics.yields),
      now('bytes', hashMapMetrics.itemCurrentBytes),
      now('curr_items', hashMapMetrics.itemCurrent),
      now('total_items', hashMapMetrics.itemStore),
      now('get_expired', hashMapMetrics.itemLookupExpired),
      now('get_flushed', hashMapMetrics.itemLookupFlushed),
      now('expired_unfetched', hashMapMetrics.itemExpireUnfetched),
      now('evicted_unfetched', hashMapMetrics.itemEvictUnfetched),
      now('evictions', hashMapMetrics.itemEvict),
      now('reclaimed', hashMapMetrics.itemReclaim),
    ],
    settings: [
      fixed('maxbytes', hashmap.memoryBytes),
      fixed('maxconns', server.maxConnections),
      fixed('tcpport', server.port),
      fixed('udpport', 0),
      fixed('inter', listenAddresses(server).map(formatAddress).join(',')),
      fixed('verbosity', config.debug.logLevel),
      fixed('evictions', hashmap.eviction === 'none' ? 'off' : 'on'),
      fixed('domain_socket', server.socket ?? 'NULL'),
      fixed('umask', server.socketMode.toString(8)),
      fixed('num_threads', worker.threads),
      fixed('reqs_per_event', worker.maxRequestsPerTurn),
      fixed('cas_enabled', 'yes'),
      fixed('auth_enabled_sasl', 'no'),
      fixed('item_size_max', hashmap.itemSizeMaxBytes),
      fixed('flush_enabled', memcache.flushEnabled ? 'yes' : 'no'),
      fixed('idle_timeout', server.idleTimeoutMs / 1000),
      fixed('binding_protocol', 'ascii'),
    ],
  }
}

function fixed(name: string, value: string | number): Stat {
  return { name, read: () => value }
}
