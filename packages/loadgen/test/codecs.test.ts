/** What codecs send, and what they take for an answer: rows, each cut at every byte. */
import {
  type Codec,
  type CommandName,
  INCOMPLETE,
  loadCodec,
  MemcacheCodec,
  type MemcacheLoad,
  type MixPart,
  NO_MORE,
  PingCodec,
  type RequestSource,
} from '@pelikan/loadgen'
import { describe, expect, it } from 'vitest'

const ALONE = { thread: 0, threads: 1, connections: 2 }
const LOAD: MemcacheLoad = {
  keys: 1,
  zipf: 0,
  values: { kind: 'fixed', bytes: 5 },
  mix: [{ command: 'get', keys: 1, weight: 1 }],
  ttl: { min: 0, max: 0 },
  seed: 1,
}

function memcache(changes: Partial<MemcacheLoad> = {}): MemcacheCodec {
  return new MemcacheCodec({ ...LOAD, ...changes }, ALONE)
}

function only(command: CommandName): Partial<MemcacheLoad> {
  const mix: MixPart[] = [{ command, keys: 1, weight: 1 }]
  return { mix, ttl: { min: 60, max: 60 } }
}

/** The next request, and what has to be known to check its reply. */
function ask(codec: Codec, source: RequestSource = codec.requests, connection = 0) {
  const memo = new Int32Array(codec.memoLength + 2).fill(77)
  const out = Buffer.alloc(codec.maxRequestBytes + 2)
  const end = source.write(connection, out, 1, memo, 1)
  if (end === NO_MORE) return undefined
  expect(end - 1).toBeLessThanOrEqual(codec.maxRequestBytes)
  expect([memo[0], memo.at(-1)]).toEqual([77, 77])
  return { request: out.toString('latin1', 1, end), memo }
}

/** Check `reply` with every front of it first, and something behind it. */
function check(codec: Codec, memo: Int32Array, reply: string): void {
  const bytes = Buffer.from(`~${reply}VALUE`, 'latin1')
  const end = 1 + reply.length
  const before = { ...codec.counts }
  for (let cut = 1; cut < end; cut++) {
    expect(codec.check(bytes, 1, cut, memo, 1), JSON.stringify(reply.slice(0, cut - 1))).toBe(
      INCOMPLETE,
    )
  }
  expect(codec.counts).toEqual(before)
  expect(codec.check(bytes, 1, bytes.length, memo, 1)).toBe(end)
}

function refuses(codec: Codec, memo: Int32Array, reply: string): void {
  const bytes = Buffer.from(reply, 'latin1')
  expect(() => codec.check(bytes, 0, bytes.length, memo, 1), JSON.stringify(reply)).toThrow(
    'expected',
  )
}

/** The value of a key, as the fill stores it. */
function valueOf(codec: Codec, name: string): string {
  const source = codec.fill()
  for (;;) {
    const set = ask(codec, source)!
    if (set.request.startsWith(`set ${name} `))
      return set.request.split('\r\n').slice(1, -1).join('\r\n')
  }
}

describe('the ping codec', () => {
  it('takes PONG and nothing else', () => {
    const codec = new PingCodec()
    const { memo, request } = ask(codec)!
    expect(request).toBe('PING\r\n')
    check(codec, memo, 'PONG\r\n')
    expect(codec.counts).toEqual({ keys: 1, misses: 0, refused: 0 })
    for (const reply of ['PING\r\n', '+PONG\r\n', 'PONG\n', 'ERROR\r\n'])
      refuses(codec, memo, reply)
    expect(ask(codec, codec.fill())).toBeUndefined()
  })
})

describe('the memcache codec', () => {
  const HIT = { keys: 1, misses: 0, refused: 0 }
  const MISS = { keys: 1, misses: 1, refused: 0 }
  const REFUSED = { keys: 1, misses: 0, refused: 1 }

  it.each([
    ['set', 'set key:0 0 60 5\r\n?????\r\n', { 'STORED\r\n': HIT }],
    ['add', 'add key:0 0 60 5\r\n?????\r\n', { 'STORED\r\n': HIT, 'NOT_STORED\r\n': REFUSED }],
    ['replace', 'replace key:0 0 60 5\r\n?????\r\n', { 'STORED\r\n': HIT, 'NOT_STORED\r\n': MISS }],
    ['delete', 'delete key:0\r\n', { 'DELETED\r\n': HIT, 'NOT_FOUND\r\n': MISS }],
    ['touch', 'touch key:0 60\r\n', { 'TOUCHED\r\n': HIT, 'NOT_FOUND\r\n': MISS }],
    ['incr', 'incr counter:0 1\r\n', { '7\r\n': HIT, 'NOT_FOUND\r\n': MISS }],
    ['decr', 'decr counter:0 1\r\n', { '18446744073\r\n': HIT, 'NOT_FOUND\r\n': MISS }],
    ['get', 'get key:0\r\n', { 'END\r\n': MISS }],
  ] as const)('%s', (command, expected, replies) => {
    const written = ask(memcache(only(command)))!.request
    const text = written.replace(/(?<=\r\n).{5}(?=\r\n)/su, '?????')
    expect(text).toBe(expected)
    for (const [reply, counts] of Object.entries(replies)) {
      const codec = memcache(only(command))
      check(codec, ask(codec)!.memo, reply)
      expect(codec.counts).toEqual(counts)
    }
    const every = ['STORED', 'NOT_STORED', 'DELETED', 'TOUCHED', 'NOT_FOUND', '7', 'END', 'OK']
    const wrong = [
      ...every.map((word) => `${word}\r\n`),
      'ERROR\r\n',
      'SERVER_ERROR out of memory\r\n',
    ]
    const codec = memcache(only(command))
    const { memo } = ask(codec)!
    const right = command === 'decr' ? [...Object.keys(replies), '7\r\n'] : Object.keys(replies)
    for (const reply of wrong) if (!right.includes(reply)) refuses(codec, memo, reply)
  })

  it.each([[[0, 1, 2]], [[0, 2]], [[1]], [[]]])('takes hits %j of a get of three keys', (which) => {
    const codec = memcache({ keys: 1000, mix: [{ command: 'get', keys: 3, weight: 1 }] })
    const { memo, request } = ask(codec)!
    const names = request.trimEnd().split(' ').slice(1)
    expect(names).toHaveLength(3)
    const hits = names.map((name) => `VALUE ${name} 0 5\r\n${valueOf(codec, name)}\r\n`)
    check(codec, memo, `${which.map((index) => hits[index]).join('')}END\r\n`)
    expect(codec.counts).toEqual({ keys: 3, misses: 3 - which.length, refused: 0 })
  })

  it('refuses a hit in which any byte is another', () => {
    const codec = memcache()
    const { memo } = ask(codec)!
    const reply = Buffer.from(`VALUE key:0 0 5\r\n${valueOf(codec, 'key:0')}\r\nEND\r\n`, 'latin1')
    for (let i = 0; i < reply.length; i++) {
      const wrong = Buffer.from(reply)
      wrong[i] ^= 1
      refuses(codec, memo, wrong.toString('latin1'))
    }
    refuses(codec, memo, `VALUE key:0 0 6\r\n${valueOf(codec, 'key:0')}!\r\nEND\r\n`)
    refuses(
      codec,
      memo,
      `${reply.toString('latin1', 0, reply.length - 5)}${reply.toString('latin1')}`,
    )
  })

  it('says what it expected and what came, and not all of it', () => {
    const codec = memcache()
    const { memo } = ask(codec)!
    const bytes = Buffer.from(`VALUE key:0 0 5\r\n?????\r\nEND\r\n`)
    expect(() => codec.check(bytes, 0, bytes.length, memo, 1)).toThrow(
      /^wrong reply: expected the value of key 0, ".+", got "\?\?\?\?\?"$/u,
    )
    const long = Buffer.from('x'.repeat(1000))
    const { message } = catchError(() => codec.check(long, 0, long.length, memo, 1))
    expect(message).toContain('and 920 bytes more')
    expect(message.length).toBeLessThan(200)
  })

  it('knows the next value of a counter, which belongs to a connection', () => {
    const codec = memcache({ ...only('incr'), keys: 2 })
    const ask2 = (connection: number) => ask(codec, codec.requests, connection)!
    expect(new Set([ask2(0).request, ask2(0).request, ask2(0).request])).toEqual(
      new Set(['incr counter:0 1\r\n']),
    )
    expect(ask2(1).request).toBe('incr counter:1 1\r\n')
    const { memo } = ask2(1)
    check(codec, memo, '41\r\n')
    refuses(codec, memo, '41\r\n')
    refuses(codec, memo, '042\r\n')
    check(codec, memo, '42\r\n')
    check(codec, memo, 'NOT_FOUND\r\n')
    check(codec, memo, '9\r\n')
    codec.forget()
    check(codec, memo, '500\r\n')
    refuses(codec, memo, '123456789012345678901234567890')
  })

  it('lets counters go down to 0 and not below', () => {
    const codec = memcache(only('decr'))
    const { memo } = ask(codec)!
    for (const value of ['1', '0', '0']) check(codec, memo, `${value}\r\n`)
  })

  it('fills every key and every counter once, shared by all threads', () => {
    const mix: MixPart[] = [
      { command: 'get', keys: 1, weight: 1 },
      { command: 'incr', keys: 1, weight: 1 },
    ]
    const names = [0, 1, 2].flatMap((thread) => {
      const codec = new MemcacheCodec(
        { ...LOAD, keys: 10, mix },
        { thread, threads: 3, connections: 4 },
      )
      const source = codec.fill()
      const mine: string[] = []
      for (let set = ask(codec, source); set !== undefined; set = ask(codec, source)) {
        mine.push(set.request.split(' ')[1])
        check(codec, set.memo, 'STORED\r\n')
      }
      return mine
    })
    const keys = Array.from({ length: 10 }, (_, key) => `key:${key}`)
    // Three counters for each of four connections.
    const counters = Array.from({ length: 12 }, (_, n) => `counter:${String(n).padStart(2, '0')}`)
    expect(names.toSorted()).toEqual([...keys, ...counters].toSorted())
  })

  it('draws times to live from their range', () => {
    const codec = memcache({ ...only('touch'), ttl: { min: 5, max: 7 } })
    const seen = new Set(Array.from({ length: 100 }, () => ask(codec)!.request.split(/ |\r/u)[2]))
    expect([...seen].toSorted()).toEqual(['5', '6', '7'])
  })

  it('checks values of any length', () => {
    const sizes = { kind: 'log-normal', median: 30, sigma: 1, min: 1, max: 300 } as const
    const codec = memcache({ keys: 50, values: sizes })
    for (let i = 0; i < 50; i++) {
      const { memo, request } = ask(codec)!
      const name = request.trimEnd().split(' ')[1]
      const value = valueOf(codec, name)
      check(codec, memo, `VALUE ${name} 0 ${value.length}\r\n${value}\r\nEND\r\n`)
    }
    expect(codec.counts.misses).toBe(0)
  })
})

describe('protocols', () => {
  it('are found by name, or in a module', async () => {
    expect(await loadCodec('ping', LOAD, ALONE)).toBeInstanceOf(PingCodec)
    const module = new URL('echo-codec.ts', import.meta.url).pathname
    const codec = await loadCodec(module, LOAD, ALONE)
    const { memo, request } = ask(codec)!
    check(codec, memo, request)
  })

  it.each([
    ['memcached', 'there is no protocol "memcached"; known are memcache, ping and the path of a'],
    ['./nowhere.ts', 'cannot load the protocol ./nowhere.ts'],
    [new URL('fake-transport.ts', import.meta.url).pathname, 'exports no function makeCodec'],
  ])('%s is refused', async (protocol, message) => {
    await expect(loadCodec(protocol, LOAD, ALONE)).rejects.toThrow(message)
  })
})

function catchError(run: () => void): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
