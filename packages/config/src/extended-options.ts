/**
 * Options of memcached's `-o`: those that tune parts which are not here are accepted and
 * said to have no effect; those that somebody may rely on are refused with what to use instead.
 *
 * @module
 */
import type { Habit } from './section.ts'

/** They tune slabs, their lists, threads and memory of memcached's own. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...['modern', 'no_modern', 'maxconns_fast', 'no_maxconns_fast', 'hashpower', 'no_hashexpand'],
  ...['tail_repair_time', 'hash_algorithm', 'slab_reassign', 'no_slab_reassign'],
  ...['slab_automove', 'no_slab_automove', 'slab_automove_ratio', 'slab_automove_window'],
  ...['slab_automove_freeratio', 'slab_chunk_max', 'slab_sizes', 'lru_crawler', 'no_lru_crawler'],
  ...['lru_crawler_sleep', 'lru_crawler_tocrawl', 'lru_maintainer', 'no_lru_maintainer'],
  ...['hot_lru_pct', 'warm_lru_pct', 'hot_max_factor', 'warm_max_factor', 'temporary_ttl'],
  ...['worker_logbuf_size', 'watcher_logbuf_size', 'read_buf_mem_limit', 'resp_obj_mem_limit'],
  ...['inline_ascii_resp', 'no_inline_ascii_resp', 'no_chunked_items', 'drop_privileges'],
  ...['no_drop_privileges', 'num_napi_ids', 'track_sizes'],
])

const REFUSED: ReadonlyMap<string, string> = new Map([
  ['idle_timeout', 'use --server-idle-timeout with the same seconds'],
  ['relaxed_privileges', 'leave it away; the server takes no privileges and gives none up'],
  ...['ssl_chain_cert', 'ssl_key', 'ssl_verify_mode', 'ssl_keyformat', 'ssl_ciphers'].map(noTls),
  ...['ssl_ca_cert', 'ssl_wbuf_size', 'ssl_session_cache', 'ssl_kernel_tls'].map(noTls),
  ...['ssl_min_version', 'ssl_max_version', 'ssl_proto'].map(noTls),
  ...['ext_path', 'ext_page_size', 'ext_wbuf_size', 'ext_threads', 'ext_io_depth'].map(noFlash),
  ...['ext_item_size', 'ext_item_age', 'ext_low_ttl', 'ext_recache_rate'].map(noFlash),
  ...['ext_compact_under', 'ext_drop_under', 'ext_max_sleep', 'ext_max_frag'].map(noFlash),
  noFlash('ext_drop_unread'),
  ...['proxy_config', 'proxy_uring', 'proxy_arg'].map(noProxy),
])

/** What to do about `-o TEXT`, options with commas between them. */
export function judgeExtended(text: string): ReturnType<Habit['judge']> {
  const problems: string[] = []
  const idle: string[] = []
  for (const option of text.split(',').filter((each) => each !== '')) {
    const name = option.replace(/=.*/s, '').replaceAll('-', '_')
    const instead = REFUSED.get(name)
    if (instead !== undefined) problems.push(`${name}: ${instead}`)
    else if (WITHOUT_EFFECT.has(name)) idle.push(name)
    else problems.push(`${name} is not known; leave it away`)
  }
  if (problems.length > 0) return { refuse: problems.join('; ') }
  if (idle.length === 0) return undefined
  return { warn: `${idle.join(',')} has no effect: memcached tunes by it what is not here` }
}

function noTls(name: string): [string, string] {
  return [name, 'there is no TLS; leave it away and let nobody else reach the port']
}

function noFlash(name: string): [string, string] {
  return [name, 'items are kept in memory only; leave it away']
}

function noProxy(name: string): [string, string] {
  return [name, 'there is no proxy; start memcached or mcrouter for it']
}
