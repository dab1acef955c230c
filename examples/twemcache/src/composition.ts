/** What twemcache is made of. Loading this module does nothing. */
import { type User, memcachedSettings, readCredentialsFile } from '@pelikan/config'
import {
  Credentials,
  Watch,
  fixedStats,
  memcacheCommandLine,
  memcacheMetrics,
  memcacheSight,
  memcacheStore,
  memcacheTimed,
  memcachedVersion,
  prefixPart,
  stopThisProcess,
  watchPart,
} from '@pelikan/entrystore'
import { hotKeys, slowRequests } from '@pelikan/observe'
import {
  MemcacheParser,
  type MemcacheRequest,
  MemcacheResponse,
  TOO_MANY_CONNECTIONS,
} from '@pelikan/protocol-memcache'
import { type ProcessParts, commandLog, defineParts } from '@pelikan/server'
import { HashMapStorage, hashMapMetrics } from '@pelikan/storage-hashmap'
import { chooseTransport } from '@pelikan/transport-auto'
import { type TwemcacheConfig, program } from './config.ts'

export function compose(
  config: TwemcacheConfig,
): ProcessParts<HashMapStorage, MemcacheParser, MemcacheRequest, MemcacheResponse> {
  const { admin, hashmap, hotkey, klog, memcache, time } = config
  const { settings, stats } = memcachedSettings(config, {
    memoryBytes: hashmap.memoryBytes,
    itemSizeMaxBytes: hashmap.itemSizeMaxBytes,
    evicts: hashmap.eviction !== 'none',
  })
  const { authFile } = memcache
  const credentials =
    authFile === undefined ? undefined : new Credentials(readCredentialsFile(authFile))
  const transport = chooseTransport(config.worker.transport)
  return defineParts({
    name: program.name,
    storage: ({ clock, metrics }) =>
      new HashMapStorage({
        memoryLimit: hashmap.memoryBytes,
        itemSizeMax: hashmap.itemSizeMaxBytes,
        eviction: hashmap.eviction,
        clock,
        metrics,
      }),
    parser: () =>
      new MemcacheParser({ authenticates: authFile !== undefined, speaks: memcache.protocol }),
    response: () => new MemcacheResponse(),
    execute: (storage, { clock, connections, metrics, observed }) => {
      const watch = new Watch(observed('watch'), { clock, metrics })
      storage.listenToEvictions(watch)
      return memcacheStore(storage, {
        clock,
        metrics,
        version: memcachedVersion(program.version),
        timeType: time.timeType,
        flushEnabled: memcache.flushEnabled,
        casEnabled: memcache.casEnabled,
        ...(credentials === undefined ? {} : { credentials }),
        ...(memcache.shutdownEnabled ? { shutdown: stopThisProcess } : {}),
        ...(memcache.dumpEnabled ? {} : { dumps: 'forbidden' }),
        ...(memcache.watchEnabled ? { watch } : {}),
        prefixes: observed('prefixes'),
        connections,
        stats: fixedStats(stats),
        settings: fixedStats(settings),
      })
    },
    transport: transport.make,
    metrics: [memcacheMetrics, hashMapMetrics, transport.metrics],
    timed: memcacheTimed,
    observers: [
      watchPart(time.timeType),
      prefixPart,
      ...(klog.file === undefined ? [] : [commandLog(klog, memcacheCommandLine)]),
      // Without the admin endpoint nobody could ask.
      ...(hotkey.enable && admin.httpEnabled
        ? [hotKeys({ ...hotkey, sight: memcacheSight }), slowRequests({ sight: memcacheSight })]
        : []),
    ],
    reload: (news) => credentials?.replace(news as readonly User[]),
    refusal: TOO_MANY_CONNECTIONS,
  })
}
