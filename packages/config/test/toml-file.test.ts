import { describe, expect, it } from 'vitest'
import { refusal, run, twemcache } from './programs.ts'

const refused = (file: string): string => refusal(twemcache, [], { file })

describe('a file that is wrong', () => {
  it('gets all its problems in one message, in their order', () => {
    const file = `prot = 1
worker = 5
[server]
host = "no such host"
prot = 11211
threads = 4
socket_mode = 700

[sever]
port = 1
[[hashmap]]
memory = "1MB"

[worker-typo]
[memcache]
flush_enabled = "perhaps"
[tls]
certificate = "x"
[klog]
fil = "x"
[something]
`
    expect(refused(file)).toMatchInlineSnapshot(`
      "twemcache: 13 problems in the configuration:
        x.toml:1: unknown key prot; did you mean server.port?
        x.toml:2: worker = 5: must be a section, [worker]
        x.toml:4: server.host = "no such host": must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them
        x.toml:5: unknown key server.prot; did you mean server.port?
        x.toml:6: unknown key server.threads; did you mean worker.threads?
        x.toml:7: server.socket_mode = 700: must be octal digits in quotes, such as "0700"
        x.toml:9: unknown section [sever]; did you mean [server]?
        x.toml:11: hashmap = [{"memory":"1MB"}]: must be a section, [hashmap]
        x.toml:14: unknown section [worker-typo]
        x.toml:16: memcache.flush_enabled = "perhaps": must be true or false
        x.toml:18: [tls] certificate: TLS is not built yet, and a server that was told to use it does not serve in plain text instead
        x.toml:20: unknown key klog.fil; did you mean klog.file?
        x.toml:21: unknown section [something]
      "
    `)
  })

  it.each([
    ['[worker]\nthreads = 0', 'x.toml:2: worker.threads = 0: must be a whole number of at least 1'],
    [
      '[worker]\nthreads = 1.5',
      'x.toml:2: worker.threads = 1.5: must be a whole number of at least 1',
    ],
    [
      '[worker]\nthreads = "two"',
      'x.toml:2: worker.threads = "two": must be a whole number of at least 1',
    ],
    [
      '[worker]\ntransport = "epoll"',
      'x.toml:2: worker.transport = "epoll": must be "auto", "uring" or "net"',
    ],
    [
      '[worker]\noutput_high_water = "64MB"',
      'x.toml:2: worker.output_high_water = "64MB": must be at most worker.session_memory, which is 48MB',
    ],
    [
      '[server]\nport = 65536',
      'x.toml:2: server.port = 65536: must be a port from 0 to 65535, where 0 lets the system choose',
    ],
    [
      '[server]\nport = ""',
      'x.toml:2: server.port = "": must be a port from 0 to 65535, where 0 lets the system choose',
    ],
    [
      '[server]\nhost = []',
      'x.toml:2: server.host = []: must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    ],
    [
      '[server]\nhost = ["a", 1]',
      'x.toml:2: server.host = ["a",1]: must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    ],
    [
      '[server]\nhost = "a:99999"',
      'x.toml:2: server.host = "a:99999": must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    ],
    [
      '[server]\nsocket = ""',
      'x.toml:2: server.socket = "": must be the path of a Unix socket, of at most 107 bytes',
    ],
    [
      `[server]\nsocket = "${'x'.repeat(108)}"`,
      'x.toml:2: server.socket = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...: must be the path of a Unix socket, of at most 107 bytes',
    ],
    [
      '[server]\nidle_timeout = "5 weeks"',
      'x.toml:2: server.idle_timeout = "5 weeks": must be whole seconds or a time such as "500ms", "30s", "5m", of at most 24 days; 0 turns it off',
    ],
    [
      '[server]\nidle_timeout = -1',
      'x.toml:2: server.idle_timeout = -1: must be whole seconds or a time such as "500ms", "30s", "5m", of at most 24 days; 0 turns it off',
    ],
    [
      '[hashmap]\nmemory = "1.5GB"',
      'x.toml:2: hashmap.memory = "1.5GB": must be a size of at least 1MB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '[hashmap]\nmemory = inf',
      'x.toml:2: hashmap.memory = Infinity: must be a size of at least 1MB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '[hashmap]\nmemory = { a = 1 }',
      'x.toml:2: hashmap.memory = {"a":1}: must be a size of at least 1MB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '[hashmap]\nitem_size_max = "2GB"',
      'x.toml:2: hashmap.item_size_max = "2GB": must be a size from 1KB to 1GB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '[hashmap]\nmemory = "1MB"',
      'hashmap.item_size_max = "1MB", the default: must be at most half of hashmap.memory, which is 1MB; give a smaller item size (-I) or more memory (-m)',
    ],
    [
      '[server]\nhost = ["127.0.0.1", "127.0.0.1:11211"]',
      'x.toml:2: server.host = ["127.0.0.1","127.0.0.1:11211"]: names 127.0.0.1:11211 twice',
    ],
    [
      '[server]\nhost = "::1:11211"',
      'x.toml:2: server.host = "::1:11211": write [::1]:11211 for an address with a port',
    ],
    [
      '[server]\nsocket_mode = "999"',
      'x.toml:2: server.socket_mode = "999": must be octal digits up to 0777, such as 0700',
    ],
    ['[hashmap]\neviction = "LRU"', 'x.toml:2: hashmap.eviction = "LRU": must be "lru" or "none"'],
    [
      '[time]\ntime_type = "memcache"',
      'x.toml:2: time.time_type = "memcache": must be "Memcache", "Unix" or "Delta"',
    ],
    [
      '[debug]\nlog_level = 3',
      'x.toml:2: debug.log_level = 3: must be "error", "warn", "info", "debug" or "trace"',
    ],
    ['[server]\n__proto__ = 1', 'x.toml:2: unknown key server.__proto__'],
    ['__proto__ = 1', 'x.toml:1: unknown key __proto__'],
    ['[constructor]', 'x.toml:1: unknown section [constructor]'],
    [
      '[hashmap]\nmemory = 1979-05-27',
      'x.toml:2: hashmap.memory = "1979-05-27": must be a size of at least 1MB, such as 1048576, "64MB" or "512k"',
    ],
  ])('%j', (file, message) => {
    expect(refused(file)).toBe(`twemcache: ${message}\n`)
  })

  it('is shown where it is no TOML', () => {
    expect(refused('[server]\nhost = \nport = 1\n')).toMatchInlineSnapshot(`
      "twemcache: x.toml:2:8: this is not TOML: invalid value

      1:  [server]
      2:  host = 
                 ^
      3:  port = 1
      "
    `)
    expect(refused('[server]\nport = 1\nport = 2\n')).toMatchInlineSnapshot(`
      "twemcache: x.toml:3:1: this is not TOML: trying to redefine an already defined table or value

      2:  port = 1
      3:  port = 2
          ^
      "
    `)
  })
})

describe('a byte order mark', () => {
  it('does not move the lines of keys', () => {
    expect(refused('\uFEFF[server]\nprot = 1\n')).toBe(
      'twemcache: x.toml:2: unknown key server.prot; did you mean server.port?\n',
    )
  })

  it('is not shown where a file is no TOML', () => {
    expect(refused('\uFEFF= 1\n')).not.toContain('\uFEFF')
  })
})

describe('keys without effect', () => {
  it('are listed in one warning per section and reason', () => {
    const file = `daemonize = true
pid_filename = "x"
dlog_interval = 500
[debug]
log_max_keep_files = 3
log_level = "warn"
log_backup = "y"
[tcp]
backlog = 128
`
    const { config, warnings } = run(twemcache, [], { file })
    expect(config.debug.logLevel).toBe('warn')
    expect(warnings).toMatchInlineSnapshot(`
      [
        "x.toml: [debug] log_backup (line 7) has no effect: older files have numbers; log_max_keep_files says how many there are",
        "x.toml: [tcp] backlog (line 9) has no effect: the system chooses",
        "x.toml: daemonize (line 1), pid_filename (line 2) have no effect: the server stays in the foreground",
        "x.toml: dlog_interval (line 3) has no effect: the log is written as it comes",
        "x.toml:5: debug.log_max_keep_files = 3 has no effect without debug.log_file",
      ]
    `)
  })

  it('are said of settings that another one overrides', () => {
    const file = '[server]\nport = 1\nsocket = "/tmp/x"\n'
    expect(run(twemcache, [], { file }).warnings).toEqual([
      'x.toml:2: server.port = 1 has no effect beside server.socket',
    ])
    expect(run(twemcache, ['-a', '0777']).warnings).toEqual([
      'flag -a: server.socket_mode = "0777" has no effect without server.socket',
    ])
  })

  it('are not said of a value that is the default', () => {
    expect(run(twemcache, ['-a', '700']).warnings).toEqual([])
    expect(run(twemcache, ['-s', '/tmp/x', '-p', '11211', '-l', '127.0.0.1']).warnings).toEqual([])
  })
})

describe('what one may write', () => {
  it.each([
    ['[server]\nport = 0', 'server', { port: 0 }],
    ['\uFEFF[server]\nport = 80', 'server', { port: 80 }],
    ['\uFEFFserver.port = 80', 'server', { port: 80 }],
    ['\uFEFF', 'server', { port: 11211 }],
    ['[server]\nhost = "2001:db8::1:2"', 'server', { host: [{ host: '2001:db8::1:2' }] }],
    ['[server]\nhost = "fe80::1%eth0.5"', 'server', { host: [{ host: 'fe80::1%eth0.5' }] }],
    ['[server]\nhost = "a:0, a:0"', 'server', { host: [{ port: 0 }, { port: 0 }] }],
    ['[server]\nhost = "a, a"\nsocket = "/x"', 'server', { socket: '/x' }],
    ['[server]\nport = "0"', 'server', { port: 0 }],
    ['server.port = 80', 'server', { port: 80 }],
    ['server = { port = 80 }', 'server', { port: 80 }],
    ['[server]\r\nport = 80\r\n', 'server', { port: 80 }],
    ['[server]\nidle_timeout = 90', 'server', { idleTimeoutMs: 90_000 }],
    ['[server]\nidle_timeout = "500ms"', 'server', { idleTimeoutMs: 500 }],
    ['[server]\nsocket_mode = "0o660"', 'server', { socketMode: 0o660 }],
    ['[server]\nsocket_mode = "7"', 'server', { socketMode: 7 }],
    [
      '[server]\nhost = "::1, [::2]:7,localhost:8"',
      'server',
      {
        host: [{ host: '::1' }, { host: '::2', port: 7 }, { host: 'localhost', port: 8 }],
      },
    ],
    ['[server]\nhost = ["0.0.0.0"]', 'server', { host: [{ host: '0.0.0.0' }] }],
    ['[hashmap]\nmemory = 67108864', 'hashmap', { memoryBytes: 67_108_864 }],
    ['[hashmap]\nmemory = "4 GB"', 'hashmap', { memoryBytes: 4_294_967_296 }],
    ['[memcache]\nflush_enabled = false', 'memcache', { flushEnabled: false }],
  ] as const)('%j', (file, section, expected) => {
    expect(run(twemcache, [], { file }).config[section]).toMatchObject(expected)
  })
})
