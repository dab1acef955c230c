import { isIPv6 } from 'node:net'
import { loadConfig, type Program } from '@pelikan/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { load, run, segcache, twemcache } from './programs.ts'

/** The output of `--config`. */
function printed(argv: readonly string[], file?: string): string {
  const loaded = load(twemcache, ['--config', ...argv], file === undefined ? {} : { file })
  if (loaded.kind === 'run' || loaded.code !== 0) throw new Error(JSON.stringify(loaded))
  return loaded.stdout ?? ''
}

/** The address of a listener, less its port. */
function hostOf(address: string): string {
  return /^\[(.*)\]/.exec(address)?.[1] ?? (isIPv6(address) ? address : address.replace(/:.*/, ''))
}

describe('--config', () => {
  it('prints a file with where each value comes from', () => {
    const argv = ['-l', '[::1]:5', '-l', 'b', '-m64', '-vv', '--server-idle-timeout', '90']
    expect(printed(argv, '[server]\nport = 7\n[buf]\nsize = 1\n')).toMatchInlineSnapshot(`
      "# twemcache 1.2.3: its configuration, and where each value comes from.

      [server]
      host = [ "[::1]:5", "b" ]  # flag -l
      port = "7"                 # x.toml:2
      # socket is not set        # default
      socket_mode = "0700"       # default
      max_connections = 1024     # default
      idle_timeout = "90s"       # flag --server-idle-timeout
      request_timeout = "1m"     # default

      [worker]
      threads = 1                  # default
      transport = "auto"           # default
      max_requests_per_turn = 512  # default
      output_high_water = "256KB"  # default
      latency_sample = 100         # default
      session_memory = "48MB"      # default

      [hashmap]
      memory = "64MB"        # flag -m
      item_size_max = "1MB"  # default
      eviction = "lru"       # default

      [memcache]
      flush_enabled = true      # default
      dump_enabled = true       # default
      watch_enabled = true      # default
      cas_enabled = true        # default
      protocol = "auto"         # default
      shutdown_enabled = false  # default
      # auth_file is not set    # default

      [time]
      time_type = "Memcache"  # default

      [debug]
      log_level = "trace"              # flag -v
      # log_file is not set            # default
      log_rotation_interval = "daily"  # default
      log_max_size = "1GB"             # default
      log_max_keep_files = 7           # default
      "
    `)
  })

  it('prints warnings beside it', () => {
    expect(load(twemcache, ['--config', '-f2'])).toMatchObject({
      code: 0,
      stderr: 'twemcache: flag -f has no effect: there are no slabs\n',
    })
  })

  it('loads back as the same configuration, and prints the same again', () => {
    const number = fc.integer({ min: 1, max: 2 ** 31 })
    const bytes = fc.integer({ min: 2 ** 24, max: 2 ** 50 })
    const milliseconds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,9}$/)
    const address = fc.oneof(
      name,
      fc.ipV4(),
      fc.ipV6(),
      fc.tuple(fc.oneof(name, fc.ipV4()), fc.nat(65535)).map(([host, port]) => `${host}:${port}`),
      fc.tuple(fc.ipV6(), fc.nat(65535)).map(([host, port]) => `[${host}]:${port}`),
    )
    const path = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
    const flags = fc.record(
      {
        // A port of its own or none: the same host twice would name one address twice.
        'server-host': fc
          .uniqueArray(address, { minLength: 1, maxLength: 3, selector: hostOf })
          .map(String),
        'server-port': fc.nat(65535).map(String),
        'server-socket': path,
        'server-socket-mode': fc.nat(0o777).map((mode) => mode.toString(8)),
        'server-max-connections': number.map(String),
        'server-idle-timeout': milliseconds.map((ms) => `${ms}ms`),
        'server-request-timeout': milliseconds.map((ms) => `${ms}ms`),
        'worker-max-requests-per-turn': number.map(String),
        'worker-session-memory': bytes.map(String),
        'hashmap-memory': bytes.map(String),
        'hashmap-eviction': fc.constantFrom('lru', 'none'),
        'memcache-flush-enabled': fc.boolean().map(String),
        'time-time-type': fc.constantFrom('Memcache', 'Unix', 'Delta'),
        'debug-log-level': fc.constantFrom('error', 'warn', 'info', 'debug', 'trace'),
        'debug-log-file': path,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(flags, (given) => {
        const argv = Object.entries(given)
          .filter(([, value]) => !value.includes('\0'))
          .map(([flag, value]) => `--${flag}=${value}`)
        const file = printed(argv)
        expect(run(twemcache, [], { file }).config).toEqual(run(twemcache, argv).config)
        const values = (text: string): string => text.replaceAll(/ +# .*$/gm, '')
        expect(values(printed([], file))).toBe(values(file))
      }),
      { numRuns: 150 },
    )
  })

  it.each([[[]], [['-s', '/tmp/x']], [['-M', '-F', '-v', '-t1', '-l', '::1']]])(
    'loads back without a warning: %j',
    (argv) => {
      for (const program of [twemcache, segcache] as readonly Program[]) {
        const loaded = load(program, ['--config', ...argv])
        const file = loaded.kind === 'exit' ? (loaded.stdout ?? '') : ''
        expect(run(program, [], { file }).warnings).toEqual([])
      }
    },
  )

  it('keeps the name of a file inside its comment', () => {
    const readFile = (): string => '[server]\nport = 7\n'
    const loaded = loadConfig(twemcache, { argv: ['--config', 'a\n[b]'], env: {}, readFile })
    const file = loaded.kind === 'exit' ? (loaded.stdout ?? '') : ''
    expect(file).toContain('# a?[b]:2\n')
    expect(run(twemcache, [], { file }).config.server.port).toBe(7)
  })
})
