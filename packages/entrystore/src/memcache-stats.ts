/**
 * `stats`, with memcached's names in memcached's order. What nobody here knows is left out rather
 * than invented: readers skip a name that is missing and mistrust a number that is wrong. All of them are
 * of the process, whichever of its threads answers; `stats reset` is a mark in the metrics, which all
 * threads count from.
 *
 * @module
 */
import { TICKS_PER_SECOND } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import type { MemcacheResponse } from '@pelikan/protocol-memcache'
import type { MemcacheContext, Stat } from './memcache-context.ts'
import { statsOf } from './memcached-names.ts'
import { memcacheMetrics, memcachedCounters } from './memcache-metrics.ts'

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

/** memcached's statistics of a class of items, and the general ones that are the same of one class. */
const ITEMS: readonly (readonly [name: string, general: string])[] = [
  ['number', 'curr_items'],
  ['evicted', 'evictions'],
  ['outofmemory', 'store_no_memory'],
  ['reclaimed', 'reclaimed'],
  ['expired_unfetched', 'expired_unfetched'],
  ['evicted_unfetched', 'evicted_unfetched'],
]

const MAX_SLAB_CLASS = 63
const NUMBER = /^\d{1,9}$/
const DETAIL: ReadonlySet<string> = new Set(['on', 'off', 'dump'])
const DETAIL_USAGE = 'CLIENT_ERROR usage: stats detail on|off|dump'
/** As memcached has it with -X: prefixes are not counted. */
const NO_DETAIL = 'CLIENT_ERROR stats detail not allowed'

export class MemcacheStats {
  readonly #general: readonly Stat[]
  readonly #settings: readonly Stat[]
  readonly #metrics: Metrics

  constructor(context: MemcacheContext) {
    this.#general = inOrder([
      ...ofProcess(context),
      ...ofCommands(context),
      ...statsOf(context.metrics),
      ...(context.stats ?? []),
    ])
    this.#settings = context.settings ?? []
    this.#metrics = context.metrics
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
        response.statsReset()
        return
      case 'settings':
        for (const stat of this.#settings) response.stat(stat.name, stat.read())
        break
      case 'slabs':
        response.stat('active_slabs', 0)
        response.stat('total_malloced', 0)
        break
      case 'sizes':
        response.stat('sizes_status', 'disabled')
        break
      case 'items':
        this.#items(response)
        break
      case 'conns':
        break
      case 'cachedump':
        if (!this.#isDump(more, response)) return
        break
      case 'detail':
        response.statsRefusal(DETAIL.has(more[0] ?? '') ? NO_DETAIL : DETAIL_USAGE)
        return
      default:
        response.statsUnknown()
        return
    }
    response.statsEnd()
  }

  /** All items are of one class, which is called 1. */
  #items(response: MemcacheResponse): void {
    for (const [name, general] of ITEMS) {
      const stat = this.#general.find((each) => each.name === general)
      if (stat !== undefined) response.stat(`items:1:${name}`, stat.read())
    }
  }

  /** Whether `stats cachedump CLASS COUNT` is well formed. There are no classes, so none has items to show. */
  #isDump([slabClass, count]: readonly string[], response: MemcacheResponse): boolean {
    if (slabClass === undefined || count === undefined) {
      response.statsRefusal('CLIENT_ERROR bad command line')
    } else if (!NUMBER.test(slabClass) || !NUMBER.test(count)) {
      response.statsRefusal('CLIENT_ERROR bad command line format')
    } else if (Number(slabClass) > MAX_SLAB_CLASS) {
      response.statsRefusal('CLIENT_ERROR Illegal slab id')
    } else {
      return true
    }
    return false
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
