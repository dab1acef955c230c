import { isLoopback, type LoadOptions, parseOptions, splitCommand } from '@pelikan/loadgen'
import { describe, expect, it } from 'vitest'

function parse(line: string): LoadOptions {
  const parsed = parseOptions(splitCommand(line), '1.2.3')
  if (parsed.kind === 'exit') throw new Error(parsed.stderr)
  return parsed.options
}

describe('the command line', () => {
  it('has a bounded run against the usual port as default', () => {
    const options = parse('')
    expect(options.spec).toEqual({
      protocol: 'memcache',
      connections: 50,
      threads: 1,
      pipeline: 1,
      maxInFlight: 128,
      transport: 'auto',
      memcache: {
        keys: 100_000,
        zipf: 0,
        values: { kind: 'fixed', bytes: 64 },
        mix: [{ command: 'get', keys: 1, weight: 1 }],
        ttl: { min: 0, max: 0 },
        seed: 1,
      },
    })
    expect(options.rounds).toEqual({
      rounds: 1,
      seconds: 10,
      warmUpSeconds: 1,
      fill: true,
      rate: 0,
    })
    expect(options.sides).toMatchObject([
      { name: '127.0.0.1:11211', running: { target: { host: '127.0.0.1', port: 11_211 } } },
    ])
    expect(options).toMatchObject({
      sweep: false,
      json: undefined,
      svg: undefined,
      progress: undefined,
    })
  })

  it.each([
    ['-c 10 -t 2 -P 16', { spec: { connections: 10, threads: 2, pipeline: 16 } }],
    ['-r 5000 --max-in-flight 1', { spec: { maxInFlight: 1 }, rounds: { rate: 5000 } }],
    ['-d 500ms --warm-up 0', { rounds: { seconds: 0.5, warmUpSeconds: 0 } }],
    ['-d 2m --no-fill', { rounds: { seconds: 120, fill: false } }],
    ['--value 4k', { spec: { memcache: { values: { kind: 'fixed', bytes: 4096 } } } }],
    [
      '--value lognormal:200,1.5,64k',
      {
        spec: {
          memcache: {
            values: { kind: 'log-normal', median: 200, sigma: 1.5, min: 1, max: 65_536 },
          },
        },
      },
    ],
    [
      '--mix get=80,get:50=10,set=10,add=0',
      {
        spec: {
          memcache: {
            mix: [
              { command: 'get', keys: 1, weight: 80 },
              { command: 'get', keys: 50, weight: 10 },
              { command: 'set', keys: 1, weight: 10 },
            ],
          },
        },
      },
    ],
    ['--ttl 60', { spec: { memcache: { ttl: { min: 60, max: 60 } } } }],
    ['--ttl 30-90', { spec: { memcache: { ttl: { min: 30, max: 90 } } } }],
    ['--protocol ping', { sides: [{ name: '127.0.0.1:12321' }] }],
    ['-s /tmp/a.sock', { sides: [{ running: { target: { path: '/tmp/a.sock' } } }] }],
    ['--host ::1 -p 5', { sides: [{ name: '[::1]:5' }] }],
    ['--host 10.1.2.3 --allow-remote', { sides: [{ name: '10.1.2.3:11211' }] }],
    ['--progress', { progress: true }],
    ['--no-progress', { progress: false }],
    ['--server "node examples/segcache/src/main.ts -p {port}"', { sides: [{ name: 'segcache' }] }],
    ['--server "node echo.mjs {port}"', { sides: [{ name: 'echo' }] }],
    ['--server "node -e {port}"', { sides: [{ name: 'node' }] }],
    ['--server "a --x {port}" --server-name it', { sides: [{ name: 'it' }] }],
    ['--vs "memcached -p {port}"', { rounds: { rounds: 5 }, sides: [{}, { name: 'memcached' }] }],
    [
      '--server "./a -p {port}" --vs "./a -q {port}" --rounds 3',
      {
        rounds: { rounds: 3 },
        sides: [
          { name: 'a', command: './a -p {port}' },
          { name: 'a (vs)', command: './a -q {port}' },
        ],
      },
    ],
  ])('%s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected)
  })

  it.each([
    ['--connections 0', '1 to 20000'],
    ['--server ""', '--server needs the command that starts a server, with {port}'],
    ['--server "node x {port}" --vs "memcached -t 1"', '--vs needs the command that'],
    ['--pid 2147483647', 'there is no process 2147483647'],
    ['--conections 5', 'Did you mean --connections?'],
    ['--duration 2h', 'It must be a time from 0.1 to 3600 s'],
    ['--duration -1', 'It must be a time'],
    ['--rate 0', 'It must be a number from 1 to 10000000'],
    ['--rate ""', 'It must be a number'],
    ['--keys 1e3', 'It must be a whole number from 1 to 50000000'],
    ['--value 65m', 'It must be a size of at most 64m'],
    ['--value lognormal:200,1', 'lognormal:MEDIAN,SIGMA,MAX'],
    ['--value lognormal:200,0,1k', 'lognormal:MEDIAN,SIGMA,MAX'],
    ['--value lognormal:200,1,100', 'lognormal:MEDIAN,SIGMA,MAX'],
    ['--mix get=90,put=10', '"put=10" must be COMMAND=WEIGHT'],
    ['--mix set:2', 'only get takes several keys'],
    ['--mix get:1001', 'at most 1000'],
    ['--mix get=0', 'All weights are 0.'],
    ['--ttl 9-3', 'whole seconds'],
    ['--transport tcp', 'Allowed choices are auto, net, uring'],
    ['--threads 4 -c 3', '4 threads need as many connections, and there are 3'],
    ['--host 10.1.2.3', '10.1.2.3 is not this machine; --allow-remote'],
    ['--host example.org', 'example.org is not this machine'],
    ['-s /tmp/a --port 5', 'cannot be used with'],
    ['--server "a {port}" -p 5', 'cannot be used with'],
    ['--sweep --rate 5', 'cannot be used with'],
    ['--value 64m -c 1000', 'take 64001 MiB, and 2048 is the most'],
    ['extra', 'too many arguments'],
  ])('refuses %s', (line, message) => {
    const parsed = parseOptions(splitCommand(line), '1.2.3')
    expect(parsed).toMatchObject({ kind: 'exit', code: 2, stdout: '' })
    expect(parsed.kind === 'exit' && parsed.stderr).toContain(message)
  })

  it('prints help and version', () => {
    expect(parseOptions(['--version'], '1.2.3')).toMatchObject({ code: 0, stdout: '1.2.3\n' })
    const help = parseOptions(['--help'], '1.2.3')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.kind === 'exit' && help.stdout).toContain('--max-in-flight')
  })
})

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', 'localhost'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '128.0.0.1', '::', '::2', '127.0.0.1.example.org', 'localhost.example.org'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})

describe('splitCommand', () => {
  it('parts words by blanks, and keeps what is in quotes', () => {
    expect(splitCommand(`a  -b "c d" 'e "f"' ''`)).toEqual(['a', '-b', 'c d', 'e "f"', ''])
  })
})
