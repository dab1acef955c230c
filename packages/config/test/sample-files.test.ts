import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '@pelikan/config'
import { describe, expect, it } from 'vitest'
import { pingserver, run, segcache, twemcache } from './programs.ts'

function sample(name: string): { env: {}; readFile: () => string; argv: string[] } {
  const text = readFileSync(join(import.meta.dirname, 'files', name), 'utf8')
  return { argv: [name], env: {}, readFile: () => text }
}

describe('the files of the original', () => {
  it('pingserver.toml loads', () => {
    const loaded = loadConfig(pingserver, sample('pingserver.toml'))
    expect(loaded).toMatchObject({
      kind: 'run',
      config: { server: { host: [{ host: '0.0.0.0' }], port: 12321 }, worker: { threads: 1 } },
    })
    expect(loaded.kind === 'run' ? loaded.warnings : loaded).toMatchInlineSnapshot(`
      [
        "pingserver.toml: [admin] host (line 5), port (line 6), timeout (line 7), nevent (line 8), tw_tick (line 9), tw_cap (line 10), tw_ntick (line 11) have no effect: there is no admin port yet",
        "pingserver.toml: [server] timeout (line 19), nevent (line 21) have no effect: Node.js waits for events by itself",
        "pingserver.toml: [worker] timeout (line 24), nevent (line 25) have no effect: Node.js waits for events by itself",
        "pingserver.toml: [time] time_type (line 29) has no effect: this program stores nothing",
        "pingserver.toml: [buf] size (line 34), poolsize (line 35) have no effect: a leftover of the original's servers in C",
        "pingserver.toml: [klog] file (line 44), max_size (line 45), sample (line 46) have no effect: this program logs no commands",
        "pingserver.toml: daemonize (line 2) has no effect: the server stays in the foreground",
      ]
    `)
  })

  it('segcache.toml loads in segcache', () => {
    const loaded = loadConfig(segcache, sample('segcache.toml'))
    if (loaded.kind === 'exit') throw new Error(loaded.stderr)
    expect(loaded.config.seg).toEqual({
      hashPower: 22,
      hugePages: false,
      overflowFactor: 1,
      heapSizeBytes: 4 * 1024 ** 3,
      itemSizeMaxBytes: 1024 ** 2,
      segmentSizeBytes: 1024 ** 2,
      eviction: 'merge',
      mergeTarget: 4,
      mergeMax: 8,
      compactTarget: 2,
    })
    expect(loaded.warnings.filter((warning) => warning.includes('[seg]'))).toEqual([])
  })

  it('segcache.toml loads in twemcache, where the storage is another', () => {
    const loaded = loadConfig(twemcache, sample('segcache.toml'))
    expect(loaded.kind === 'run' ? loaded.warnings : loaded).toMatchInlineSnapshot(`
      [
        "segcache.toml: [admin] host (line 7), port (line 8), http_enabled (line 9), http_host (line 10), http_port (line 11), timeout (line 12), nevent (line 13), tw_tick (line 14), tw_cap (line 15), tw_ntick (line 16), use_tls (line 17) have no effect: there is no admin port yet",
        "segcache.toml: [server] timeout (line 22), nevent (line 23) have no effect: Node.js waits for events by itself",
        "segcache.toml: [worker] timeout (line 26), nevent (line 27) have no effect: Node.js waits for events by itself",
        "segcache.toml: [seg] hash_power (line 34), overflow_factor (line 35), heap_size (line 36), segment_size (line 37), eviction (line 38), merge_target (line 39), merge_max (line 40), compact_target (line 41) have no effect: this program has no such storage",
        "segcache.toml: [buf] size (line 44), poolsize (line 45) have no effect: a leftover of the original's servers in C",
        "segcache.toml: [dbuf] max_power (line 48) has no effect: a leftover of the original's servers in C",
        "segcache.toml: [array] nelem_delta (line 51) has no effect: a leftover of the original's servers in C",
        "segcache.toml: [sockio] buf_sock_poolsize (line 54) has no effect: a leftover of the original's servers in C",
        "segcache.toml: [tcp] backlog (line 57), poolsize (line 58) have no effect: the system chooses",
        "segcache.toml: [stats_log] file (line 61), nbuf (line 62) have no effect: there is no log of metrics",
        "segcache.toml: [debug] log_backup (line 66) has no effect: older files have numbers; log_max_keep_files says how many there are",
        "segcache.toml: [debug] log_queue_depth (line 68), log_single_message_size (line 69) have no effect: the log is written as it comes",
        "segcache.toml: [klog] file (line 72), backup (line 73), interval (line 74), max_size (line 75), queue_depth (line 76), sample (line 77), single_message_size (line 78) have no effect: this program logs no commands",
        "segcache.toml: daemonize (line 2), pid_filename (line 3) have no effect: the server stays in the foreground",
        "segcache.toml: dlog_interval (line 4) has no effect: the log is written as it comes",
      ]
    `)
  })

  it('rds.toml loads', () => {
    const loaded = loadConfig(twemcache, sample('rds.toml'))
    expect(loaded).toMatchObject({
      config: { server: { port: 6379 }, time: { timeType: 'Delta' } },
    })
    expect(loaded.kind === 'run' ? loaded.warnings : loaded).toMatchInlineSnapshot(`
      [
        "rds.toml: [admin] host (line 3), port (line 4) have no effect: there is no admin port yet",
        "rds.toml: [seg] heap_size (line 17), eviction (line 18) have no effect: this program has no such storage",
      ]
    `)
  })

  it('twemcache-tls.toml is refused for its TLS', () => {
    expect(loadConfig(twemcache, sample('twemcache-tls.toml'))).toMatchInlineSnapshot(`
      {
        "code": 1,
        "kind": "exit",
        "stderr": "twemcache: twemcache-tls.toml:11: [tls] certificate_chain, private_key, certificate, ca_file: TLS is not built yet, and a server that was told to use it does not serve in plain text instead
      ",
      }
    `)
  })
})

describe('a section of another program', () => {
  it('is accepted whatever it holds, and warned of', () => {
    const file = '[segcache]\nhash_power = 22\nanything = [1]\n'
    expect(run(twemcache, [], { file }).warnings).toEqual([
      'x.toml: [segcache] hash_power (line 2), anything (line 3) have no effect: the section of the storage is [seg]; the original ignores this one, too',
    ])
  })

  it('is not warned of when it is empty', () => {
    expect(run(twemcache, [], { file: '[segcache]\n[tls]\n[admin]\n' }).warnings).toEqual([])
  })
})
