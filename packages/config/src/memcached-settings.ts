/**
 * A configuration under memcached's names, as its `stats` and `stats settings` have them: readers of
 * those (exporters, dashboards) look for these.
 *
 * @module
 */
import { formatAddress } from '@pelikan/core'
import { listenAddresses } from './listen-addresses.ts'
import type { DebugConfig } from './sections/debug.ts'
import type { MemcacheConfig } from './sections/memcache.ts'
import type { ServerConfig } from './sections/server.ts'
import type { WorkerConfig } from './sections/worker.ts'

/** What a storage may take. */
export interface StorageLimits {
  readonly memoryBytes: number
  /** The largest item, with what it costs beside its value. */
  readonly itemSizeMaxBytes: number
  /** Whether an item goes where there is no room for another. */
  readonly evicts: boolean
}

export interface MemcachedSettings {
  /** Lines of `stats`. */
  readonly stats: Readonly<Record<string, string | number>>
  /** Lines of `stats settings`. */
  readonly settings: Readonly<Record<string, string | number>>
}

/** How many `-v` make a level. */
const VERBOSITY: ReadonlyMap<string, number> = new Map([
  ['debug', 1],
  ['trace', 2],
])

export function memcachedSettings(
  config: {
    readonly server: ServerConfig
    readonly worker: WorkerConfig
    readonly memcache: MemcacheConfig
    readonly debug: DebugConfig
  },
  storage: StorageLimits,
): MemcachedSettings {
  const { debug, memcache, server, worker } = config
  return {
    stats: {
      max_connections: server.maxConnections,
      limit_maxbytes: storage.memoryBytes,
      accepting_conns: 1,
      threads: worker.threads,
    },
    settings: {
      maxbytes: storage.memoryBytes,
      maxconns: server.maxConnections,
      tcpport: server.port,
      udpport: 0,
      inter: listenAddresses(server).map(formatAddress).join(','),
      verbosity: VERBOSITY.get(debug.logLevel) ?? 0,
      evictions: storage.evicts ? 'on' : 'off',
      domain_socket: server.socket ?? 'NULL',
      umask: server.socketMode.toString(8),
      num_threads: worker.threads,
      reqs_per_event: worker.maxRequestsPerTurn,
      cas_enabled: memcache.casEnabled ? 'yes' : 'no',
      auth_enabled_sasl: 'no',
      item_size_max: storage.itemSizeMaxBytes,
      flush_enabled: memcache.flushEnabled ? 'yes' : 'no',
      dump_enabled: memcache.dumpEnabled ? 'yes' : 'no',
      shutdown_command: memcache.shutdownEnabled ? 'yes' : 'no',
      idle_timeout: server.idleTimeoutMs / 1000,
      binding_protocol: memcache.protocol === 'auto' ? 'auto-negotiate' : memcache.protocol,
    },
  }
}
