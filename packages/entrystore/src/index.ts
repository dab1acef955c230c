export { Credentials } from './credentials.ts'
export { memcacheCommandLine } from './memcache-command-line.ts'
export { pingCommandLine } from './ping-command-line.ts'
export { Noop, PingStore, pingMetrics } from './ping-store.ts'
export { Expiry, MAX_DELTA_SECONDS, type TimeType } from './expiry.ts'
export type { MemcacheContext } from './memcache-context.ts'
export { fixedStats, type Stat } from './stats/stat.ts'
export {
  type MemcacheMetricName,
  type MemcachedCounter,
  memcacheMetrics,
  memcachedCounters,
} from './memcache-metrics.ts'
export { memcacheSight } from './memcache-sight.ts'
export { TIMED_COMMANDS, type TimedCommand, memcacheTimed } from './memcache-timed.ts'
export { memcacheStore } from './memcache-store.ts'
export { memcachedPayload } from './memcached-payload.ts'
export { memcachedVersion } from './memcached-version.ts'
export { stopThisProcess } from './stop-this-process.ts'
export type { ScannedStorage } from './item-dump.ts'
export { MAX_PREFIXES } from './stats/prefix-memory.ts'
export { type PrefixPart, prefixPart } from './stats/prefix-observer.ts'
export type { SegmentedStorage } from './stats/slab-stats.ts'
export type { ShownConnection } from './stats/connection-stats.ts'
export { Watch, type WatchContext, type WatchPart, watchPart } from './watch/watch.ts'
export { MAX_WATCHERS } from './watch/watch-memory.ts'
