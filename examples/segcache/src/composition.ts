/** What segcache is made of. Loading this module does nothing. */
import { memcachedSettings } from '@pelikan/config'
import { fixedStats, memcacheMetrics, memcacheStore } from '@pelikan/entrystore'
import {
  MemcacheParser,
  type MemcacheRequest,
  MemcacheResponse,
  TOO_MANY_CONNECTIONS,
} from '@pelikan/protocol-memcache'
import { type ProcessParts, defineParts } from '@pelikan/server'
import { SegStorage, segMetrics } from '@pelikan/storage-seg'
import { chooseTransport } from '@pelikan/transport-auto'
import { type SegcacheConfig, program } from './config.ts'

/** @param warn is told what of the configuration works, but not well */
export function compose(
  config: SegcacheConfig,
  warn: (warning: string) => void = () => {},
): ProcessParts<SegStorage, MemcacheParser, MemcacheRequest, MemcacheResponse> {
  const { memcache, seg, time } = config
  const { settings, stats } = memcachedSettings(config, {
    memoryBytes: seg.heapSizeBytes,
    itemSizeMaxBytes: seg.segmentSizeBytes,
    evicts: seg.eviction !== 'none',
  })
  const transport = chooseTransport(config.worker.transport)
  return defineParts({
    name: program.name,
    storage: ({ clock, metrics }) => {
      const storage = new SegStorage({
        heapBytes: seg.heapSizeBytes,
        segmentBytes: seg.segmentSizeBytes,
        ...(seg.hashPower === undefined ? {} : { hashPower: seg.hashPower }),
        ...(seg.overflowFactor === undefined ? {} : { overflowFactor: seg.overflowFactor }),
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
    parser: () => new MemcacheParser(),
    response: () => new MemcacheResponse(),
    execute: (storage, { clock, metrics }) =>
      memcacheStore(storage, {
        clock,
        metrics,
        version: program.version,
        timeType: time.timeType,
        flushEnabled: memcache.flushEnabled,
        stats: fixedStats(stats),
        settings: fixedStats(settings),
      }),
    transport: transport.make,
    metrics: [memcacheMetrics, segMetrics, transport.metrics],
    refusal: TOO_MANY_CONNECTIONS,
  })
}
