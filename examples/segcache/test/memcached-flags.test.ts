/**
 * Every flag of memcached 1.6.45, short and long, and every option of its `-o`: what becomes of it in both
 * servers. The tables of docs/guide/memcached.md have the same rows, and the memcached that is installed
 * knows no other.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Program, loadConfig } from '@pelikan/config'
import { memcachedPath } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

/** What a start with the flag comes to. */
type Outcome =
  /** These settings have these values, in the configuration as it is read. */
  | { readonly sets: Readonly<Record<string, unknown>> }
  /** Nothing is said, and the configuration is the same as without. */
  | { readonly same: true }
  /** The same, but for a warning that begins with the flag. */
  | { readonly warns: string }
  /** The end of the one sentence that refuses the start. */
  | { readonly refused: string }
  /** What is printed instead of a start. */
  | { readonly prints: string }

interface Row {
  readonly short: string
  readonly long?: string
  readonly value?: string
  /** Of both servers, or of each. */
  readonly outcome: Outcome | { readonly segcache: Outcome; readonly twemcache: Outcome }
}

const MIB = 1024 * 1024
const SAME = { same: true } as const
const isRoot = process.getuid?.() === 0

const FLAGS: readonly Row[] = [
  row('-p', '--port', '11212', { sets: { 'server.port': 11_212 } }),
  row('-l', '--listen', '0.0.0.0', { sets: { 'server.host': [{ host: '0.0.0.0' }] } }),
  row('-l', '--listen', 'a:1,b', {
    sets: { 'server.host': [{ host: 'a', port: 1 }, { host: 'b' }] },
  }),
  row('-s', '--unix-socket', '/tmp/x', { sets: { 'server.socket': '/tmp/x' } }),
  row('-a', '--unix-mask', '770', { sets: { 'server.socketMode': 0o770 } }),
  row('-U', '--udp-port', '0', SAME),
  row('-U', '--udp-port', '11211', { refused: 'only -U 0 is accepted' }),
  row('-c', '--conn-limit', '5000', { sets: { 'server.maxConnections': 5000 } }),
  row('-b', '--listen-backlog', '1024', SAME),
  row('-b', '--listen-backlog', '4096', {
    warns: 'has no effect: at most 1024 connections wait to be accepted',
  }),
  row('-b', '--listen-backlog', 'x', { refused: 'such as 1024' }),
  row('-t', '--threads', '1', { sets: { 'worker.threads': 1 } }),
  row('-t', '--threads', '2', {
    segcache: { sets: { 'worker.threads': 2 } },
    twemcache: {
      refused: 'must be 1: the hashmap storage cannot be shared between threads',
    },
  }),
  row('-R', '--max-reqs-per-event', '20', { sets: { 'worker.maxRequestsPerTurn': 20 } }),
  row('-m', '--memory-limit', '128', {
    segcache: { sets: { 'seg.heapSizeBytes': 128 * MIB } },
    twemcache: { sets: { 'hashmap.memoryBytes': 128 * MIB } },
  }),
  row('-I', '--max-item-size', '2m', {
    segcache: { sets: { 'seg.itemSizeMaxBytes': 2 * MIB } },
    twemcache: { sets: { 'hashmap.itemSizeMaxBytes': 2 * MIB } },
  }),
  row('-I', '--max-item-size', '1k', {
    segcache: { sets: { 'seg.itemSizeMaxBytes': 1024 } },
    twemcache: { sets: { 'hashmap.itemSizeMaxBytes': 1024 } },
  }),
  row('-M', '--disable-evictions', undefined, {
    segcache: { sets: { 'seg.eviction': 'none' } },
    twemcache: { sets: { 'hashmap.eviction': 'none' } },
  }),
  row('-F', '--disable-flush-all', undefined, { sets: { 'memcache.flushEnabled': false } }),
  row('-X', '--disable-dumping', undefined, { sets: { 'memcache.dumpEnabled': false } }),
  row('-W', '--disable-watch', undefined, { sets: { 'memcache.watchEnabled': false } }),
  row('-C', '--disable-cas', undefined, { sets: { 'memcache.casEnabled': false } }),
  row('-B', '--protocol', 'auto', SAME),
  row('-B', '--protocol', 'ascii', { sets: { 'memcache.protocol': 'ascii' } }),
  row('-B', '--protocol', 'binary', { sets: { 'memcache.protocol': 'binary' } }),
  row('-A', '--enable-shutdown', undefined, { sets: { 'memcache.shutdownEnabled': true } }),
  row('-Y', '--auth-file', '/etc/users', { sets: { 'memcache.authFile': '/etc/users' } }),
  row('-v', '--verbose', undefined, { sets: { 'debug.logLevel': 'debug' } }),
  { short: '-vv', outcome: { sets: { 'debug.logLevel': 'trace' } } },
  { short: '-vvv', outcome: { sets: { 'debug.logLevel': 'trace' } } },
  row('-h', '--help', undefined, { prints: 'Usage: ' }),
  row('-V', '--version', undefined, {
    segcache: { prints: 'segcache ' },
    twemcache: { prints: 'twemcache ' },
  }),
  row('-o', '--extended', 'idle_timeout=30,maxconns_fast', {
    sets: { 'server.idleTimeoutMs': 30_000 },
  }),
  row('-u', '--user', 'root', SAME),
  row('-u', '--user', 'memcache', isRoot ? { refused: 'or sudo -u' } : SAME),
  row('-f', '--slab-growth-factor', '1.05', { warns: 'has no effect: there are no slabs' }),
  row('-n', '--slab-min-size', '72', { warns: 'has no effect: there are no slabs' }),
  row('-L', '--enable-largepages', undefined, {
    segcache: { sets: { 'seg.hugePages': true } },
    twemcache: { warns: 'has no effect: Node.js chooses' },
  }),
  row('-N', '--napi-ids', '4', { warns: 'has no effect: the system deals out the connections' }),
  row('-d', '--daemon', undefined, { refused: 'or put "&" behind it in a shell' }),
  row('-P', '--pidfile', '/run/x.pid', { refused: 'in a shell "$!" is its id' }),
  row('-k', '--lock-memory', undefined, { refused: '--memory-swap of a container, or swapoff' }),
  row('-r', '--enable-coredumps', undefined, { refused: 'or ulimit -c unlimited in a shell' }),
  row('-e', '--memory-file', '/mnt/x', { refused: 'end with it; leave it out' }),
  { short: '-D', value: '.', outcome: { refused: 'say stats detail on to a server that runs' } },
  row('-i', '--license', undefined, { refused: 'in the file LICENSE, Apache-2.0' }),
  row('-S', '--enable-sasl', undefined, { refused: 'clients of every dialect to log in' }),
  row('-Z', '--enable-ssl', undefined, { refused: 'let nobody else reach the port' }),
]

const IDLE = 'has no effect: memcached tunes by it what is not here'
const NO_TLS = 'there is no TLS; leave it out and let nobody else reach the port'
const MEMORY_ONLY = 'items are kept in memory only; leave it out'
const NO_PROXY = 'there is no proxy; start memcached or mcrouter for it'
const PRIVILEGES = 'or the seccomp profile of a container'

/** `NAME` or `NAME=VALUE`, and what comes of it. */
const OPTIONS: readonly (readonly [option: string, outcome: Outcome])[] = [
  ['idle_timeout=30', { sets: { 'server.idleTimeoutMs': 30_000 } }],
  ['read_buf_mem_limit=64', { sets: { 'worker.sessionMemoryBytes': 64 * MIB } }],
  ['read_buf_mem_limit=0', { warns: 'has no effect: there is always a limit' }],
  ...each(SAME, 'maxconns_fast', 'modern', 'no_drop_privileges', 'inline_ascii_resp'),
  ...each(SAME, 'no_inline_ascii_resp', 'resp_obj_mem_limit=5'),
  ...each({ warns: 'has no effect: who comes' }, 'no_maxconns_fast'),
  ...each({ warns: IDLE }, 'no_modern', 'hashpower=20', 'no_hashexpand', 'tail_repair_time=60'),
  ...each({ warns: IDLE }, 'hash_algorithm=xxh3', 'slab_reassign', 'no_slab_reassign'),
  ...each({ warns: IDLE }, 'slab_automove=1', 'no_slab_automove', 'slab_automove_ratio=0.8'),
  ...each({ warns: IDLE }, 'slab_automove_window=30', 'slab_automove_freeratio=0.01'),
  ...each({ warns: IDLE }, 'slab_chunk_max=512', 'slab_sizes=8-128', 'no_chunked_items'),
  ...each({ warns: IDLE }, 'track_sizes', 'lru_crawler', 'no_lru_crawler', 'lru_maintainer'),
  ...each({ warns: IDLE }, 'lru_crawler_sleep=100', 'lru_crawler_tocrawl=0'),
  ...each({ warns: IDLE }, 'no_lru_maintainer', 'hot_lru_pct=20', 'warm_lru_pct=40'),
  ...each({ warns: IDLE }, 'hot_max_factor=0.2', 'warm_max_factor=2', 'temporary_ttl=61'),
  ...each({ warns: IDLE }, 'worker_logbuf_size=64', 'watcher_logbuf_size=256'),
  ...each({ refused: PRIVILEGES }, 'drop_privileges', 'relaxed_privileges'),
  ...each({ refused: 'or by the cgroup of the process' }, 'sock_cookie_id=1'),
  ...each({ refused: NO_TLS }, 'ssl_chain_cert=/c', 'ssl_key=/k', 'ssl_verify_mode=2'),
  ...each({ refused: NO_TLS }, 'ssl_keyformat=PEM', 'ssl_ciphers=HIGH', 'ssl_ca_cert=/a'),
  ...each({ refused: NO_TLS }, 'ssl_wbuf_size=16', 'ssl_session_cache', 'ssl_kernel_tls'),
  ...each({ refused: NO_TLS }, 'ssl_min_version=2'),
  ...each({ refused: MEMORY_ONLY }, 'ext_path=/tmp/x:5G', 'ext_page_size=64', 'ext_wbuf_size=4'),
  ...each({ refused: MEMORY_ONLY }, 'ext_threads=1', 'ext_io_depth=1', 'ext_item_size=512'),
  ...each({ refused: MEMORY_ONLY }, 'ext_item_age=9', 'ext_low_ttl=0', 'ext_recache_rate=2000'),
  ...each({ refused: MEMORY_ONLY }, 'ext_compact_under=5', 'ext_drop_under=5'),
  ...each({ refused: MEMORY_ONLY }, 'ext_max_sleep=9', 'ext_max_frag=0.8', 'ext_drop_unread'),
  ...each({ refused: NO_PROXY }, 'proxy_config=/x.lua:/y.lua', 'proxy_arg=x'),
  ...each({ refused: NO_PROXY }, 'proxy_uring', 'proxy_memprofile'),
]

function row(short: string, long: string, value: string | undefined, outcome: Row['outcome']): Row {
  return { short, long, outcome, ...(value === undefined ? {} : { value }) }
}

function each(outcome: Outcome, ...options: readonly string[]): [string, Outcome][] {
  return options.map((option) => [option, outcome])
}

describe.each(['segcache', 'twemcache'] as const)('%s', async (name) => {
  // By its URL: the compiler does not let a test import the source of a project that it does not build.
  const { href } = new URL(`../../${name}/src/config.ts`, import.meta.url)
  const { program } = (await import(href)) as { program: Program }
  const standard = loadConfig(program, { argv: [], env: {} })

  function holds(argv: readonly string[], flag: string, outcome: Outcome): void {
    const loaded = loadConfig(program, { argv, env: {} })
    if ('refused' in outcome) {
      const { code, stderr = '' } = loaded.kind === 'exit' ? loaded : { code: 0 }
      expect(code).toBe(1)
      expect(stderr.startsWith(`${name}: flag ${flag}: `)).toBe(true)
      expect(stderr.endsWith(`${outcome.refused}\n`)).toBe(true)
    } else if ('prints' in outcome) {
      expect(loaded).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^${outcome.prints}`)),
      })
    } else if (loaded.kind === 'exit') {
      expect.fail(loaded.stderr)
    } else if ('sets' in outcome) {
      for (const [path, value] of Object.entries(outcome.sets)) {
        const [section = '', property = ''] = path.split('.')
        const config = loaded.config as Readonly<Record<string, Readonly<Record<string, unknown>>>>
        expect(config[section]?.[property]).toEqual(value)
      }
      // -a alone and -s have something to say of others.
      expect(loaded.warnings.filter((warning) => !warning.includes('server.socket'))).toEqual([])
    } else {
      expect(loaded.config).toEqual(standard.kind === 'run' ? standard.config : undefined)
      const warning = 'warns' in outcome ? [expect.stringContaining(outcome.warns)] : []
      expect(loaded.warnings).toEqual(warning)
    }
  }

  it.each(FLAGS.map((flag) => ({ ...flag, typed: `${flag.short} ${flag.value ?? ''}` })))(
    '$typed',
    ({ long, outcome, short, value }) => {
      const here = 'segcache' in outcome ? outcome[name] : outcome
      const values = value === undefined ? [] : [value]
      holds([short, ...values], short, here)
      if (value !== undefined) holds([short + value], short, here)
      if (long === undefined) return
      holds([long, ...values], long, here)
      if (value !== undefined) holds([`${long}=${value}`], long, here)
    },
  )

  it.each(OPTIONS)('-o %s', (option, outcome) => {
    holds(['-o', option], '-o', outcome)
    holds([`--extended=${option}`], '--extended', outcome)
  })
})

/** What the tables have. */
const flags = new Set(
  FLAGS.flatMap(({ long, short }) => (long === undefined ? [short.slice(0, 2)] : [short, long])),
)
const options = new Set(OPTIONS.map(([option]) => option.replace(/=.*/, '')))

describe('the guide', () => {
  const guide = readFileSync(new URL('../../../docs/guide/memcached.md', import.meta.url), 'utf8')
  const [, flagRows = '', optionRows = ''] = guide
    .slice(guide.indexOf('\n## Flags\n'))
    .split(/^\| (?:flag|`-o`) +\| here +\|$/m)

  /** What stands in the first cells of a table. */
  function names(rows: string): Set<string> {
    const cells = rows.split('\n').map((line) => line.split('|')[1] ?? '')
    return new Set(
      cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)),
    )
  }

  it('has a row for every flag, and no other', () => {
    expect(names(flagRows)).toEqual(flags)
  })

  it('has every option of -o, and no other', () => {
    expect(names(optionRows)).toEqual(options)
  })
})

const path = memcachedPath()

describe.skipIf(path === undefined)('the memcached that is installed', () => {
  const help = spawnSync(path ?? '', ['-h'], { encoding: 'utf8' }).stdout

  it('has no flag beside these', () => {
    const all = [...help.matchAll(/^(-\w)v*(?:,? +(--[\w-]+))?/gm)]
    const known = all.flatMap(([, short, long]) => [short, long?.replace('_', '-')])
    expect(known.filter((flag) => flag !== undefined && !flags.has(flag))).toEqual([])
    expect(all.length).toBeGreaterThan(30)
  })

  it('has no option beside these', () => {
    const all = [...help.matchAll(/^ {3}- (\w+):/gm)].map(([, name = '']) => name)
    expect(all.filter((name) => !options.has(name))).toEqual([])
    expect(all.length).toBeGreaterThan(40)
  })
})
