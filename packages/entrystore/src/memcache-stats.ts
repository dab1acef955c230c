/**
 * `stats`, with memcached's names in memcached's order. What nobody here knows is left out rather
 * than invented: readers skip a name that is missing and mistrust a number that is wrong. All of them are
 * of the process, whichever of its threads answers; `stats reset` is a mark in the metrics, which all
 * threads count from.
 *
 * @module
 */
import { type Clock, TICKS_PER_SECOND } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import { type MemcacheResponse, Reply } from '@pelikan/protocol-memcache'
import { ItemDump, type ScannedStorage } from './item-dump.ts'
import { OUR_CLASS } from './memcache-admin.ts'
import type { MemcacheContext } from './memcache-context.ts'
import type { Stat } from './stats/stat.ts'
import { statsOf } from './memcached-names.ts'
import { memcacheMetrics, memcachedCounters } from './memcache-metrics.ts'
import { type ShownConnection, answerConnections } from './stats/connection-stats.ts'
import { DetailStats } from './stats/detail-stats.ts'
import { SlabStats } from './stats/slab-stats.ts'

/** As memcached orders them; names that are not here follow in the order given. */
const ORDER: readonly string[] = [
  ...['pid', 'uptime', 'time', 'version', 'pointer_size', 'rusage_user', 'rusage_system'],
  ...['max_connections', 'curr_connections', 'total_connections', 'rejected_connections'],
  ...['connection_structures', 'cmd_get', 'cmd_set', 'cmd_flush', 'cmd_touch', 'cmd_meta'],
  ...['get_hits', 'get_misses', 'get_expired', 'get_flushed', 'delete_misses', 'delete_hits'],
  ...['incr_misses', 'incr_hits', 'decr_misses', 'decr_hits', 'cas_misses', 'cas_hits'],
  ...['cas_badval', 'touch_hits', 'touch_misses', 'store_too_large', 'store_no_memory'],
  ...['auth_cmds', 'auth_errors', 'bytes_read', 'bytes_written', 'limit_maxbytes'],
  ...['accepting_conns', 'listen_disabled_num', 'threads', 'conn_yields', 'hash_power_level'],
  ...['hash_bytes', 'hash_is_expanding', 'bytes', 'curr_items', 'total_items'],
  ...['expired_unfetched', 'evicted_unfetched', 'evictions', 'reclaimed'],
]

const MAX_SLAB_CLASS = 63
const NUMBER = /^\d{1,9}$/

export class MemcacheStats {
  readonly #general: readonly Stat[]
  readonly #settings: readonly Stat[]
  readonly #metrics: Metrics
  readonly #dumps: ScannedStorage | 'forbidden' | undefined
  readonly #slabs: SlabStats
  readonly #detail: DetailStats
  readonly #clock: Clock
  readonly #connections: (() => Iterable<ShownConnection>) | undefined

  constructor(context: MemcacheContext) {
    this.#general = inOrder([
      ...ofProcess(context),
      ...ofCommands(context),
      ...statsOf(context.metrics),
      ...(context.stats ?? []),
    ])
    this.#settings = context.settings ?? []
    this.#metrics = context.metrics
    this.#dumps = context.dumps
    this.#slabs = new SlabStats(this.#general, context.metrics, context.segments)
    this.#detail = new DetailStats(context.dumps === 'forbidden' ? undefined : context.prefixes)
    this.#clock = context.clock
    this.#connections = context.connections
  }

  /** Answer `stats WORDS`; there are none for the general ones. */
  answer(words: string, response: MemcacheResponse): void {
    const [which = '', ...more] = words.split(' ').filter((word) => word !== '')
    switch (which) {
      case '':
        for (const stat of this.#general) response.stat(stat.name, stat.read())
        break
      case 'reset':
        this.#metrics.mark()
        this.#detail.reset()
        response.statsReply(Reply.Reset)
        return
      case 'settings':
        for (const stat of this.#settings) response.stat(stat.name, stat.read())
        break
      case 'slabs':
        this.#slabs.slabs(response)
        break
      case 'sizes':
        response.stat('sizes_status', 'disabled')
        break
      case 'items':
        this.#slabs.items(response)
        break
      case 'conns':
        answerConnections(this.#connections?.() ?? [], this.#clock, response)
        break
      case 'cachedump':
        this.#cachedump(more, response)
        return
      case 'detail':
        this.#detail.answer(more[0] ?? '', response)
        return
      default:
        response.statsReply(Reply.Error)
        return
    }
    response.statsReply(Reply.End)
  }

  /** `stats cachedump CLASS COUNT`; a count of 0 is no limit. */
  #cachedump([slabClass, count]: readonly string[], response: MemcacheResponse): void {
    const dumps = this.#dumps
    if (dumps === 'forbidden') {
      response.statsRefusal('CLIENT_ERROR stats cachedump not allowed')
    } else if (slabClass === undefined || count === undefined) {
      response.statsRefusal('CLIENT_ERROR bad command line')
    } else if (!NUMBER.test(slabClass) || !NUMBER.test(count)) {
      response.statsRefusal('CLIENT_ERROR bad command line format')
    } else if (Number(slabClass) > MAX_SLAB_CLASS) {
      response.statsRefusal('CLIENT_ERROR Illegal slab id')
    } else if (dumps === undefined || Number(slabClass) !== OUR_CLASS) {
      response.statsSource(undefined)
    } else {
      const items = Number(count) === 0 ? Infinity : Number(count)
      response.statsSource(new ItemDump(dumps, this.#clock, 'cachedump', items))
    }
  }
}

function inOrder(stats: readonly Stat[]): readonly Stat[] {
  const rank = ({ name }: Stat): number => {
    const place = ORDER.indexOf(name)
    return place < 0 ? ORDER.length : place
  }
  return stats.toSorted((a, b) => rank(a) - rank(b))
}

function ofProcess({ clock, version }: MemcacheContext): Stat[] {
  return [
    { name: 'pid', read: () => process.pid },
    { name: 'uptime', read: () => Math.floor((clock.now - 1) / TICKS_PER_SECOND) },
    { name: 'time', read: () => clock.unixSeconds },
    { name: 'version', read: () => version },
    { name: 'pointer_size', read: () => 64 },
    { name: 'rusage_user', read: () => seconds(process.resourceUsage().userCPUTime) },
    { name: 'rusage_system', read: () => seconds(process.resourceUsage().systemCPUTime) },
  ]
}

function ofCommands({ metrics }: MemcacheContext): Stat[] {
  return memcachedCounters.map(({ name, plus, minus = [] }) => ({
    name,
    read: () => {
      let sum = 0
      for (const metric of plus) sum += metrics.readSinceMark(memcacheMetrics[metric])
      for (const metric of minus) sum -= metrics.readSinceMark(memcacheMetrics[metric])
      return sum
    },
  }))
}

/** `S.UUUUUU`, which is what readers of rusage expect. */
function seconds(microseconds: number): string {
  return (microseconds / 1e6).toFixed(6)
}
