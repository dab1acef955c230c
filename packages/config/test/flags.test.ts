import { defineProgram, section, serverSection, setting, wholeNumber } from '@pelikan/config'
import { describe, expect, it } from 'vitest'
import { load, machine, pingserver, refusal, run, twemcache } from './programs.ts'

describe('memcached’s flags', () => {
  it.each([
    ['-p 11212', { server: { port: 11212 } }],
    ['-p11212', { server: { port: 11212 } }],
    ['-l 0.0.0.0', { server: { host: [{ host: '0.0.0.0' }] } }],
    ['-l a -l b:1', { server: { host: [{ host: 'a' }, { host: 'b', port: 1 }] } }],
    ['-l a,b', { server: { host: [{ host: 'a' }, { host: 'b' }] } }],
    ['-l a --server-host b,c', { server: { host: [{ host: 'a' }, { host: 'b' }, { host: 'c' }] } }],
    ['-s /tmp/x -a 770', { server: { socket: '/tmp/x', socketMode: 0o770 } }],
    ['-c 5000', { server: { maxConnections: 5000 } }],
    ['-t 1', { worker: { threads: 1 } }],
    ['-R 20', { worker: { maxRequestsPerTurn: 20 } }],
    ['-m 128', { hashmap: { memoryBytes: 134_217_728 } }],
    ['-m128', { hashmap: { memoryBytes: 134_217_728 } }],
    ['-m 2g', { hashmap: { memoryBytes: 2_147_483_648 } }],
    ['-I 2m', { hashmap: { itemSizeMaxBytes: 2_097_152 } }],
    ['-I 512k', { hashmap: { itemSizeMaxBytes: 524_288 } }],
    ['-I 2048', { hashmap: { itemSizeMaxBytes: 2048 } }],
    ['-M', { hashmap: { eviction: 'none' } }],
    ['-F', { memcache: { flushEnabled: false } }],
    ['-v', { debug: { logLevel: 'debug' } }],
    ['-vv', { debug: { logLevel: 'trace' } }],
    ['-vvv', { debug: { logLevel: 'trace' } }],
    ['-v -v', { debug: { logLevel: 'trace' } }],
    ['-MFvm64', { hashmap: { eviction: 'none' }, memcache: { flushEnabled: false } }],
    ['-U 0', {}],
    ['-U0', {}],
  ])('%s', (line, expected) => {
    const { config, warnings } = run(twemcache, line.split(' '))
    expect(config).toMatchObject(expected)
    expect(warnings).toEqual([])
  })

  it.each([
    ['--port=5', ['-p', '5']],
    ['--memory-limit=64', ['-m', '64']],
    ['--listen=::', ['-l', '::']],
    ['--verbose --verbose', ['-vv']],
    ['--disable-evictions', ['-M']],
    ['--threads 1', ['-t', '1']],
    ['--auth-file=/x', ['-Y', '/x']],
  ])('%s is %j', (long, short) => {
    const loaded = run(twemcache, long.split(' '))
    expect(loaded.config).toEqual(run(twemcache, short).config)
    expect(Object.values(loaded.origins)).toContain(`flag ${long.replace(/[= ].*/, '')}`)
  })

  it('says what to use instead of others', () => {
    expect(refusal(twemcache, ['-d', '-P', '/run/x.pid', '--lock-memory', '-U', '11211']))
      .toMatchInlineSnapshot(`
        "twemcache: 4 problems in the configuration:
          flag -d: the server stays in the foreground; run it under systemd or in a container, or put "&" behind it in a shell
          flag -P: no file with the process id is written; systemd and containers know the process, and in a shell "$!" is its id
          flag --lock-memory: memory is not locked; keep it from being swapped with MemorySwapMax=0 in systemd, --memory-swap of a container, or swapoff
          flag -U: UDP is not served, because its answers can be aimed at others by a forged address; only -U 0 is accepted
        "
      `)
  })

  it('takes -u as memcached does, which can become somebody else as root only', () => {
    const program = (isRoot: boolean) =>
      defineProgram({
        name: 'own',
        version: '1',
        description: 'x',
        sections: { server: serverSection({ port: 1 }, { ...machine, isRoot }) },
      })
    expect(run(program(false), ['-u', 'memcache']).warnings).toEqual([])
    expect(run(program(true), ['--user=root']).warnings).toEqual([])
    expect(refusal(program(true), ['-u', 'memcache'])).toMatch(
      /^own: flag -u: the server keeps the user that started it; choose one with User= /,
    )
  })

  it('take their values, and nothing else', () => {
    expect(refusal(pingserver, ['-e', 'x', '--server-port=5'])).toMatch(/^pingserver: flag -e: /)
    expect(refusal(twemcache, ['-vex'])).toMatch(/^twemcache: flag -e: /)
    expect(refusal(twemcache, ['--daemon=yes'])).toBe('twemcache: flag --daemon takes no value\n')
  })

  it('give way to a flag of the program', () => {
    const program = defineProgram({
      name: 'own',
      version: '1',
      description: 'x',
      sections: {
        server: serverSection({ port: 1 }),
        cups: section({
          title: 'Cups',
          settings: {
            count: setting(wholeNumber({ min: 1 }), {
              description: 'cups',
              argument: 'count',
              default: 2,
              example: '3',
              short: '-k',
            }),
          },
        }),
      },
    })
    expect(run(program, ['-k', '3']).config.cups.count).toBe(3)
  })

  it('are known only to programs that have the setting', () => {
    expect(refusal(pingserver, ['-m', '64'])).toBe(
      'pingserver: unknown flag -m; --help lists all\n',
    )
  })
})

describe('long flags', () => {
  it('exist for every setting', () => {
    const argv = twemcache.settings.map(({ flag, meta }) => `${flag}=${meta.example}`)
    const { origins } = run(twemcache, argv)
    expect(Object.keys(origins)).toHaveLength(twemcache.settings.length)
    for (const { flag, path } of twemcache.settings) {
      expect(origins[path]).toBe(`flag ${flag}`)
    }
  })

  it.each([
    ['--servr-port 5', 'unknown flag --servr-port; did you mean --server-port?'],
    ['--no-such-thing', 'unknown flag --no-such-thing; --help lists all'],
    ['--config=x', 'flag --config takes no value'],
    ['-M=x', 'unknown flag -=x; did you mean -X?'],
    ['-j', 'unknown flag -j; --help lists all'],
    ['--usr=x', 'unknown flag --usr; --help lists all'],
    ['--prot=5', 'unknown flag --prot; did you mean --port?'],
    [
      '--max-connections=5',
      'unknown flag --max-connections; did you mean --server-max-connections?',
    ],
    ['-p=22030', 'flag -p=22030: write -p 22030'],
    ['-m=64', 'flag -m=64: write -m 64'],
    ['-s=/tmp/x', 'flag -s=/tmp/x: write -s /tmp/x'],
    ['-U=0', 'flag -U=0: write -U 0'],
    ['-s=', 'flag -s=: write -s <path>'],
    [
      '-l 127.0.0.1 -l 127.0.0.1',
      'flag -l: server.host = ["127.0.0.1","127.0.0.1"]: names 127.0.0.1:11211 twice',
    ],
    [
      '-l A,b,[::1]:5 -l a:7,[::1]:5 --server-port=7',
      'flag -l: server.host = ["A,b,[::1]:5","a:7,[::1]:5"]: names a:7 and [::1]:5 twice',
    ],
    [
      '-l ::1:11211',
      'flag -l: server.host = "::1:11211": write [::1]:11211 for an address with a port',
    ],
    [
      '-l a,1:2:3:4:5:6:7:8:80',
      'flag -l: server.host = "a,1:2:3:4:5:6:7:8:80": write [1:2:3:4:5:6:7:8]:80 for an address with a port',
    ],
    [
      '--server-socket-mode 999',
      'flag --server-socket-mode: server.socket_mode = "999": must be octal digits up to 0777, such as 0700',
    ],
    ['-p', 'flag -p <port> needs a value'],
    ['--server-port', 'flag --server-port <port> needs a value'],
    ['-t 2', 'flag -t: worker.threads = "2": must be 1: a hash map cannot be shared by threads'],
    [
      '-t 0 --hashmap-memory 3',
      '2 problems in the configuration:\n  flag -t: worker.threads = "0": must be a whole number of at least 1\n  flag --hashmap-memory: hashmap.memory = "3": must be a size of at least 1MB, such as 1048576, "64MB" or "512k"',
    ],
    [
      '-m 1',
      'hashmap.item_size_max = "1MB", the default: must be at most half of hashmap.memory, which is 1MB; give a smaller item size (-I) or more memory (-m)',
    ],
    [
      '-I 1023',
      'flag -I: hashmap.item_size_max = "1023": must be a size from 1KB to 1GB, such as 1048576, "64MB" or "512k"',
    ],
    ['-c 0', 'flag -c: server.max_connections = "0": must be a whole number of at least 1'],
    [
      '-l a/b',
      'flag -l: server.host = "a/b": must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    ],
    [
      '-l ',
      'flag -l: server.host = "": must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    ],
  ])('%s is refused', (line, message) => {
    expect(refusal(twemcache, line.split(' '))).toBe(`twemcache: ${message}\n`)
  })
})

describe('instead of running', () => {
  it.each(['-V', '--version'])('%s shows the version', (flag) => {
    expect(load(twemcache, [flag])).toEqual({ kind: 'exit', code: 0, stdout: 'twemcache 1.2.3\n' })
  })

  it.each(['-h', '--help'])('%s shows the help', (flag) => {
    const loaded = load(twemcache, [flag])
    const help = loaded.kind === 'exit' ? (loaded.stdout ?? '') : ''
    expect(loaded).toEqual({ kind: 'exit', code: 0, stdout: help })
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(help).not.toMatch(/-t, [^(]*[(]default 1; for example/)
    for (const { flag: long, meta } of twemcache.settings) {
      expect(help).toContain(`${long} <${meta.argument}>`)
    }
    expect(help).toMatchSnapshot()
  })
})
