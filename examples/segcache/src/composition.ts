/**
 * What segcache is made of. Loading this module does nothing, and every worker thread does it: it does
 * without `@pelikan/config`, which would take 10 MiB of each.
 *
 * @module
 */
import {
  Credentials,
  Watch,
  fixedStats,
  memcacheCommandLine,
  memcacheMetrics,
  memcacheSight,
  memcacheStore,
  memcacheTimed,
  memcachedPayload,
  stopThisProcess,
  memcachedVersion,
  prefixPart,
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
import { type SegHandle, SegStorage, segMetrics } from '@pelikan/storage-seg'
import { chooseTransport } from '@pelikan/transport-auto'
import type { SegcacheSettings, User } from './config.ts'

/** @param warn is told what of the settings works, but not well */
export function compose(
  settings: SegcacheSettings,
  warn: (warning: string) => void = () => {},
): ProcessParts<SegStorage, MemcacheParser, MemcacheRequest, MemcacheResponse> {
  const { hotkey, klog, memcache, name, reported, seg, time, users, version } = settings
  const transport = chooseTransport(settings.transport)
  const credentials = users === undefined ? undefined : new Credentials(users)
  return defineParts({
    name,
    storage: {
      create: ({ clock, metrics }) => {
        const storage = new SegStorage({
          heapBytes: seg.heapSizeBytes,
          itemSizeMax: memcachedPayload(seg.itemSizeMaxBytes),
          ...(seg.segmentSizeBytes === undefined ? {} : { segmentBytes: seg.segmentSizeBytes }),
          ...(seg.hashPower === undefined ? {} : { hashPower: seg.hashPower }),
          ...(seg.overflowFactor === undefined ? {} : { overflowFactor: seg.overflowFactor }),
          hugePages: seg.hugePages,
          eviction: seg.eviction,
          mergeTarget: seg.mergeTarget,
          mergeMax: seg.mergeMax,
          compactTarget: seg.compactTarget,
          clock,
          metrics,
        })
        for (const warning of storage.warnings) warn(warning)
        return storage
      },
      share: (storage) => storage.share(),
      attach: (handle, context) => SegStorage.attach(handle as SegHandle, context),
    },
    parser: () =>
      new MemcacheParser({ authenticates: users !== undefined, speaks: memcache.protocol }),
    response: () => new MemcacheResponse(),
    execute: (storage, { clock, connections, metrics, observed }) => {
      const watch = new Watch(observed('watch'), { clock, metrics })
      storage.listenToEvictions(watch)
      return memcacheStore(storage, {
        clock,
        metrics,
        version: memcachedVersion(version),
        timeType: time.timeType,
        flushEnabled: memcache.flushEnabled,
        casEnabled: memcache.casEnabled,
        ...(credentials === undefined ? {} : { credentials }),
        ...(memcache.shutdownEnabled ? { shutdown: stopThisProcess } : {}),
        dumps: memcache.dumpEnabled ? storage : 'forbidden',
        ...(memcache.watchEnabled ? { watch } : {}),
        prefixes: observed('prefixes'),
        connections,
        segments: storage,
        stats: fixedStats(reported.stats),
        settings: fixedStats(reported.settings),
      })
    },
    transport: transport.make,
    metrics: [memcacheMetrics, segMetrics, transport.metrics],
    timed: memcacheTimed,
    observers: [
      watchPart(time.timeType),
      prefixPart,
      ...(klog.file === undefined ? [] : [commandLog(klog, memcacheCommandLine)]),
      ...(hotkey === undefined
        ? []
        : [hotKeys({ ...hotkey, sight: memcacheSight }), slowRequests({ sight: memcacheSight })]),
    ],
    refusal: TOO_MANY_CONNECTIONS,
    reload: (news) => credentials?.replace(news as readonly User[]),
    origin: { module: import.meta.url, config: settings },
  })
}
