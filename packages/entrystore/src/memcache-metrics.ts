/**
 * What is counted of the memcache protocol, under Pelikan's names. memcached's own names, which
 * `stats` answers with, are sums of these: {@link memcachedCounters}.
 *
 * @module
 */
import { type MetricDefinition, counter } from '@pelikan/metrics'

/** What the metrics are called. */
export type MemcacheMetricName =
  | `${'get' | 'gets' | 'gat' | 'gats'}${'' | '_key' | '_key_hit' | '_key_miss'}`
  | `${'set' | 'add' | 'replace' | 'append' | 'prepend'}${'' | '_stored' | '_not_stored'}`
  | `cas${'' | '_stored' | '_exists' | '_not_found'}`
  | `touch${'' | '_touched' | '_not_found'}`
  | `delete${'' | '_deleted' | '_not_found'}`
  | `${'incr' | 'decr'}${'' | '_stored' | '_not_found'}`
  | 'store_too_large'
  | 'store_no_memory'
  | 'flush_all'
  | 'verbosity'
  | 'version'
  | 'stats'
  | 'quit'
  | 'me'
  | 'administer'
  | 'auth_cmds'
  | 'auth_errors'
  | 'request_rejected'

function requests(name: string): MetricDefinition<'counter'> {
  return counter(name, 'requests', `Requests to ${name}.`)
}

function outcome(name: string, what: string): MetricDefinition<'counter'> {
  return counter(name, 'requests', what)
}

function keys(name: string, what: string): MetricDefinition<'counter'> {
  return counter(name, 'keys', what)
}

export const memcacheMetrics: Readonly<Record<MemcacheMetricName, MetricDefinition<'counter'>>> = {
  get: requests('get'),
  get_key: keys('get_key', 'Keys asked for by get.'),
  get_key_hit: keys('get_key_hit', 'Keys that get found.'),
  get_key_miss: keys('get_key_miss', 'Keys that get did not find.'),
  gets: requests('gets'),
  gets_key: keys('gets_key', 'Keys asked for by gets.'),
  gets_key_hit: keys('gets_key_hit', 'Keys that gets found.'),
  gets_key_miss: keys('gets_key_miss', 'Keys that gets did not find.'),
  gat: requests('gat'),
  gat_key: keys('gat_key', 'Keys asked for by gat.'),
  gat_key_hit: keys('gat_key_hit', 'Keys that gat found.'),
  gat_key_miss: keys('gat_key_miss', 'Keys that gat did not find.'),
  gats: requests('gats'),
  gats_key: keys('gats_key', 'Keys asked for by gats.'),
  gats_key_hit: keys('gats_key_hit', 'Keys that gats found.'),
  gats_key_miss: keys('gats_key_miss', 'Keys that gats did not find.'),
  set: requests('set'),
  set_stored: outcome('set_stored', 'Values that set stored.'),
  set_not_stored: outcome('set_not_stored', 'Values that set did not store.'),
  add: requests('add'),
  add_stored: outcome('add_stored', 'Values that add stored.'),
  add_not_stored: outcome('add_not_stored', 'Values that add did not store: the key was there.'),
  replace: requests('replace'),
  replace_stored: outcome('replace_stored', 'Values that replace stored.'),
  replace_not_stored: outcome('replace_not_stored', 'Values that replace did not store: no key.'),
  append: requests('append'),
  append_stored: outcome('append_stored', 'Values that append made longer.'),
  append_not_stored: outcome('append_not_stored', 'Values that append left: no key, or no room.'),
  prepend: requests('prepend'),
  prepend_stored: outcome('prepend_stored', 'Values that prepend made longer.'),
  prepend_not_stored: outcome(
    'prepend_not_stored',
    'Values that prepend left: no key, or no room.',
  ),
  cas: requests('cas'),
  cas_stored: outcome('cas_stored', 'Values that cas stored.'),
  cas_exists: outcome('cas_exists', 'Values that cas did not store: the item had changed.'),
  cas_not_found: outcome('cas_not_found', 'Values that cas did not store: no key.'),
  touch: requests('touch'),
  touch_touched: outcome('touch_touched', 'Keys that touch found.'),
  touch_not_found: outcome('touch_not_found', 'Keys that touch did not find.'),
  delete: requests('delete'),
  delete_deleted: outcome('delete_deleted', 'Keys that delete found.'),
  delete_not_found: outcome('delete_not_found', 'Keys that delete did not find.'),
  incr: requests('incr'),
  incr_stored: outcome('incr_stored', 'Numbers that incr changed.'),
  incr_not_found: outcome('incr_not_found', 'Keys that incr did not find.'),
  decr: requests('decr'),
  decr_stored: outcome('decr_stored', 'Numbers that decr changed.'),
  decr_not_found: outcome('decr_not_found', 'Keys that decr did not find.'),
  store_too_large: outcome('store_too_large', 'Values refused because they are too large.'),
  store_no_memory: outcome('store_no_memory', 'Values refused because there is no room.'),
  flush_all: requests('flush_all'),
  verbosity: requests('verbosity'),
  version: requests('version'),
  stats: requests('stats'),
  quit: requests('quit'),
  me: requests('me'),
  administer: outcome('administer', 'Requests about the server itself.'),
  auth_cmds: outcome('auth_cmds', 'Times that somebody tried to log in.'),
  auth_errors: outcome('auth_errors', 'Times that somebody could not log in.'),
  request_rejected: outcome('request_rejected', 'Requests answered with an error for their form.'),
}

/** memcached's counters: the metrics to add up, and those to subtract. */
export interface MemcachedCounter {
  readonly name: string
  readonly plus: readonly MemcacheMetricName[]
  readonly minus?: readonly MemcacheMetricName[]
}

export const memcachedCounters: readonly MemcachedCounter[] = [
  { name: 'cmd_get', plus: ['get_key', 'gets_key'] },
  {
    name: 'cmd_set',
    plus: ['set', 'add', 'replace', 'append', 'prepend', 'cas'],
    minus: ['store_too_large', 'store_no_memory'],
  },
  { name: 'cmd_flush', plus: ['flush_all'] },
  { name: 'cmd_touch', plus: ['touch', 'gat_key', 'gats_key'] },
  { name: 'cmd_meta', plus: ['me'] },
  { name: 'get_hits', plus: ['get_key_hit', 'gets_key_hit'] },
  { name: 'get_misses', plus: ['get_key_miss', 'gets_key_miss'] },
  { name: 'delete_misses', plus: ['delete_not_found'] },
  { name: 'delete_hits', plus: ['delete_deleted'] },
  { name: 'incr_misses', plus: ['incr_not_found'] },
  { name: 'incr_hits', plus: ['incr_stored'] },
  { name: 'decr_misses', plus: ['decr_not_found'] },
  { name: 'decr_hits', plus: ['decr_stored'] },
  { name: 'cas_misses', plus: ['cas_not_found'] },
  { name: 'cas_hits', plus: ['cas_stored'] },
  { name: 'cas_badval', plus: ['cas_exists'] },
  { name: 'touch_hits', plus: ['touch_touched', 'gat_key_hit', 'gats_key_hit'] },
  { name: 'touch_misses', plus: ['touch_not_found', 'gat_key_miss', 'gats_key_miss'] },
  { name: 'store_too_large', plus: ['store_too_large'] },
  { name: 'store_no_memory', plus: ['store_no_memory'] },
  { name: 'auth_cmds', plus: ['auth_cmds'] },
  { name: 'auth_errors', plus: ['auth_errors'] },
  {
    name: 'total_items',
    plus: [
      ...(['set_stored', 'add_stored', 'replace_stored', 'append_stored'] as const),
      ...(['prepend_stored', 'cas_stored'] as const),
    ],
  },
]
