/**
 * Options of memcached's `-o`: some are obeyed, some say what is so anyway, those that tune parts which
 * are not here are accepted and said to have no effect, and those that somebody may rely on are refused
 * with what to use instead.
 *
 * @module
 */
import type { Verdict } from './section.ts'

/** What comes of `-o TEXT`, options with commas between them. */
export function judgeExtended(text: string): Verdict {
  const refused: string[] = []
  const warnings: string[] = []
  const idle: string[] = []
  const sets = new Map<string, unknown>()
  for (const option of text.split(',').filter((each) => each !== '')) {
    const name = option.replace(/=.*/s, '').replaceAll('-', '_')
    if (WITHOUT_EFFECT.has(name)) idle.push(name)
    const verdict = judge(name, option.slice(name.length + 1))
    if (verdict.refuse !== undefined) refused.push(`${name}${verdict.refuse}`)
    if (verdict.warn !== undefined) warnings.push(`${name} ${verdict.warn}`)
    for (const [path, value] of verdict.sets ?? []) sets.set(path, value)
  }
  // In one sentence: scripts have many of them.
  if (idle.length > 0) warnings.push(`${idle.join(',')} ${TUNES_NOTHING}`)
  return {
    sets,
    ...(warnings.length === 0 ? {} : { warn: warnings.join('; ') }),
    ...(refused.length === 0 ? {} : { refuse: refused.join('; ') }),
  }
}

const TUNES_NOTHING = 'has no effect: memcached tunes by it what is not here'

function judge(name: string, value: string): Verdict {
  const instead = REFUSED.get(name)
  if (instead !== undefined) return { refuse: `: ${instead}` }
  const obey = OBEYED.get(name)
  if (obey !== undefined) return obey(value)
  if (SO_ANYWAY.has(name) || WITHOUT_EFFECT.has(name)) return {}
  return { refuse: ' is not known; leave it out' }
}

/** The same as without it: here, and the last three in memcached, too. */
const SO_ANYWAY: ReadonlySet<string> = new Set([
  ...['maxconns_fast', 'modern', 'no_drop_privileges'],
  ...['inline_ascii_resp', 'no_inline_ascii_resp', 'resp_obj_mem_limit'],
])

const OBEYED: ReadonlyMap<string, (value: string) => Verdict> = new Map<
  string,
  (value: string) => Verdict
>([
  ['idle_timeout', (seconds) => ({ sets: new Map([['server.idle_timeout', seconds]]) })],
  ['read_buf_mem_limit', limitSessionMemory],
  [
    'no_maxconns_fast',
    () => ({ warn: 'has no effect: who comes when all connections are taken is turned away' }),
  ],
])

/** They tune slabs, their lists, threads and memory of memcached's own. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...['no_modern', 'hashpower', 'no_hashexpand', 'tail_repair_time', 'hash_algorithm'],
  ...['slab_reassign', 'no_slab_reassign', 'slab_automove', 'no_slab_automove'],
  ...['slab_automove_ratio', 'slab_automove_window', 'slab_automove_freeratio'],
  ...['slab_chunk_max', 'slab_sizes', 'no_chunked_items', 'track_sizes'],
  ...['lru_crawler', 'no_lru_crawler', 'lru_crawler_sleep', 'lru_crawler_tocrawl'],
  ...['lru_maintainer', 'no_lru_maintainer', 'hot_lru_pct', 'warm_lru_pct'],
  ...['hot_max_factor', 'warm_max_factor', 'temporary_ttl'],
  ...['worker_logbuf_size', 'watcher_logbuf_size'],
])

const REFUSED: ReadonlyMap<string, string> = new Map([
  ...['drop_privileges', 'relaxed_privileges'].map((name): [string, string] => [
    name,
    'the server gives no privileges up; forbid system calls with SystemCallFilter= in systemd or the seccomp profile of a container',
  ]),
  ['sock_cookie_id', 'sockets are not marked; filter by the port, or by the cgroup of the process'],
  ...['ssl_chain_cert', 'ssl_key', 'ssl_verify_mode', 'ssl_keyformat', 'ssl_ciphers'].map(noTls),
  ...['ssl_ca_cert', 'ssl_wbuf_size', 'ssl_session_cache', 'ssl_kernel_tls'].map(noTls),
  noTls('ssl_min_version'),
  ...['ext_path', 'ext_page_size', 'ext_wbuf_size', 'ext_threads', 'ext_io_depth'].map(noFlash),
  ...['ext_item_size', 'ext_item_age', 'ext_low_ttl', 'ext_recache_rate'].map(noFlash),
  ...['ext_compact_under', 'ext_drop_under', 'ext_max_sleep', 'ext_max_frag'].map(noFlash),
  noFlash('ext_drop_unread'),
  ...['proxy_config', 'proxy_arg', 'proxy_uring', 'proxy_memprofile'].map(noProxy),
])

/** memcached's megabytes for what connections read and write; 0, its default, is no limit. */
function limitSessionMemory(megabytes: string): Verdict {
  if (/^0+$/.test(megabytes)) {
    return { warn: 'has no effect: there is always a limit, worker.session_memory' }
  }
  const size = /^\d+$/.test(megabytes) ? `${megabytes}MB` : megabytes
  return { sets: new Map([['worker.session_memory', size]]) }
}

function noTls(name: string): [string, string] {
  return [name, 'there is no TLS; leave it out and let nobody else reach the port']
}

function noFlash(name: string): [string, string] {
  return [name, 'items are kept in memory only; leave it out']
}

function noProxy(name: string): [string, string] {
  return [name, 'there is no proxy; start memcached or mcrouter for it']
}
