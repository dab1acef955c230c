import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ConfigError, loadConfig, type ServerConfig } from '@pelikan/config'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { pingserver, refusal, run, twemcache, type TwemcacheConfig } from './programs.ts'

describe('a load without anything', () => {
  it('gives the defaults', () => {
    expect(run(twemcache).config).toEqual({
      server: {
        host: [{ host: '127.0.0.1' }],
        port: 11211,
        socket: undefined,
        socketMode: 0o700,
        maxConnections: 1024,
        idleTimeoutMs: 0,
        requestTimeoutMs: 60_000,
      },
      worker: {
        threads: 1,
        transport: 'auto',
        maxRequestsPerTurn: 512,
        latencySample: 100,
        outputHighWaterBytes: 262_144,
        sessionMemoryBytes: 50_331_648,
      },
      hashmap: { memoryBytes: 67_108_864, itemSizeMaxBytes: 1_048_576, eviction: 'lru' },
      memcache: {
        flushEnabled: true,
        dumpEnabled: true,
        watchEnabled: true,
        casEnabled: true,
        protocol: 'auto',
        shutdownEnabled: false,
      },
      time: { timeType: 'Memcache' },
      debug: {
        logLevel: 'info',
        logFile: undefined,
        logRotationInterval: 'daily',
        logMaxSizeBytes: 1_073_741_824,
        logMaxKeepFiles: 7,
      },
    })
    expect(run(twemcache).warnings).toEqual([])
    expect(run(pingserver).config.server.port).toBe(12321)
  })

  it('gives frozen plain data that a worker thread can be sent', () => {
    const { config } = run(twemcache, ['-l', 'a:1,b'])
    expect(isDeepStrictEqual(structuredClone(config), config)).toBe(true)
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(config)).toBe(true)
  })

  it('has a type that is inferred from the sections', () => {
    expectTypeOf<TwemcacheConfig['server']>().toEqualTypeOf<ServerConfig>()
    expectTypeOf<TwemcacheConfig['hashmap']['eviction']>().toEqualTypeOf<'lru' | 'none'>()
    expectTypeOf<TwemcacheConfig['debug']['logFile']>().toEqualTypeOf<string | undefined>()
    // @ts-expect-error: a configuration does not change
    const change = (config: TwemcacheConfig): void => void (config.worker.threads = 2)
    expect(change).toBeTypeOf('function')
  })
})

describe('precedence', () => {
  const file = '[server]\nport = "1"\nmax_connections = 1\n[worker]\nmax_requests_per_turn = 1'
  const env = { PELIKAN_SERVER_PORT: '2', PELIKAN_SERVER_MAX_CONNECTIONS: '2' }

  it('is defaults, file, environment, flags', () => {
    const { config, origins } = run(twemcache, ['-p', '3'], { env, file })
    expect(config.server.port).toBe(3)
    expect(config.server.maxConnections).toBe(2)
    expect(config.worker.maxRequestsPerTurn).toBe(1)
    expect(config.worker.threads).toBe(1)
    expect(origins).toMatchObject({
      'server.port': 'flag -p',
      'server.max_connections': 'environment PELIKAN_SERVER_MAX_CONNECTIONS',
      'worker.max_requests_per_turn': 'x.toml:5',
      'worker.threads': 'default',
    })
  })

  it('takes the last of several flags and names the one that was typed', () => {
    const { config, origins } = run(twemcache, ['-p', '3', '--server-port=4'])
    expect(config.server.port).toBe(4)
    expect(origins['server.port']).toBe('flag --server-port')
  })

  it('does not hide a wrong value behind a right one', () => {
    expect(refusal(twemcache, ['-p', '3'], { file: '[server]\nport = "x"' })).toBe(
      'twemcache: x.toml:2: server.port = "x": must be a port from 0 to 65535, where 0 lets the system choose\n',
    )
  })
})

describe('the environment', () => {
  it('counts an empty variable as none', () => {
    const { config, warnings } = run(twemcache, [], { env: { PELIKAN_SERVER_SOCKET: '' } })
    expect(config.server.socket).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('warns of variables without effect', () => {
    const env = { PELIKAN_SERVER_PROT: '1', PELIKAN_ADMIN_PORT: '1', OTHER: '1' }
    expect(run(twemcache, [], { env }).warnings).toEqual([
      'environment PELIKAN_SERVER_PROT has no effect: there is no such setting; did you mean PELIKAN_SERVER_PORT?',
      'environment PELIKAN_ADMIN_PORT has no effect: there is no admin port yet',
    ])
  })

  it('is refused with TLS or a wrong value', () => {
    const env = { PELIKAN_TLS_CERTIFICATE: 'a', PELIKAN_WORKER_THREADS: 'many' }
    expect(refusal(twemcache, [], { env })).toMatchInlineSnapshot(`
      "twemcache: 2 problems in the configuration:
        environment PELIKAN_TLS_CERTIFICATE: TLS is not built yet, and a server that was told to use it does not serve in plain text instead
        environment PELIKAN_WORKER_THREADS: worker.threads = "many": must be a whole number of at least 1
      "
    `)
  })
})

describe('the file', () => {
  it('cannot be read', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pelikan-config-'))
    expect(refusal(twemcache, ['missing.toml'])).toBe(
      'twemcache: cannot read "missing.toml": there is no such file\n',
    )
    expect(refusal(twemcache, [''])).toBe('twemcache: cannot read "": there is no such file\n')
    expect(refusal(twemcache, [directory])).toBe(
      `twemcache: cannot read "${directory}": it is a directory\n`,
    )
    const readFile = (): string => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
    }
    expect(loadConfig(twemcache, { argv: ['secret.toml'], env: {}, readFile })).toEqual({
      kind: 'exit',
      code: 1,
      stderr: 'twemcache: cannot read "secret.toml": it may not be read\n',
    })
  })

  it('is one', () => {
    expect(refusal(twemcache, ['a.toml', 'b.toml'])).toMatchInlineSnapshot(`
      "twemcache: 2 problems in the configuration:
        cannot read "a.toml": there is no such file
        one configuration file is read at most: a.toml b.toml
      "
    `)
  })
})

it('lets through what is not the operator’s mistake', () => {
  const broken = { ...twemcache, read: () => JSON.parse('{') }
  expect(() => loadConfig(broken, { argv: [], env: {} })).toThrow(SyntaxError)
})

it('has one error, with a code and all problems', () => {
  const error = new ConfigError(['one', 'two'])
  expect(error.code).toBe('PELIKAN_CONFIG_INVALID')
  expect(error.message).toBe('2 problems in the configuration:\n  one\n  two')
  expect(new ConfigError(['one']).message).toBe('one')
})
