/** Several worker threads are one server: whatever one of them did, all others know, and say. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import type { HotKeysReport, SlowReport } from '@pelikan/observe'
import type { RunningServer } from '@pelikan/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { segcacheThreads, start } from './servers.ts'

/** The kernel deals connections out by chance: that one thread has all of so many is one case in 2^23. */
const CONNECTIONS = 24

/** Ends of answers that come in one piece. */
const END = /(?:END|STORED|EXISTS|RESET|OK|DELETED|TOUCHED|NOT_FOUND|^\d+|ERROR.*)\r\n$/

/** Commands in an order that can be repeated, what each answers, and what it counts as. */
const COMMANDS: readonly (readonly [ask: string, answer: string, counted: string[]])[] = [
  ['add KEY 0 0 1\r\n4\r\n', 'STORED\r\n', ['add', 'add_stored']],
  ['add KEY 0 0 1\r\n4\r\n', 'NOT_STORED\r\n', ['add', 'add_not_stored']],
  ['replace KEY 0 0 1\r\n5\r\n', 'STORED\r\n', ['replace', 'replace_stored']],
  ['replace none 0 0 1\r\n5\r\n', 'NOT_STORED\r\n', ['replace', 'replace_not_stored']],
  ['append KEY 0 0 1\r\n0\r\n', 'STORED\r\n', ['append', 'append_stored']],
  ['append none 0 0 1\r\n0\r\n', 'NOT_STORED\r\n', ['append', 'append_not_stored']],
  ['prepend KEY 0 0 1\r\n1\r\n', 'STORED\r\n', ['prepend', 'prepend_stored']],
  ['prepend none 0 0 1\r\n1\r\n', 'NOT_STORED\r\n', ['prepend', 'prepend_not_stored']],
  ['incr KEY 7\r\n', '157\r\n', ['incr', 'incr_stored']],
  ['incr none 7\r\n', 'NOT_FOUND\r\n', ['incr', 'incr_not_found']],
  ['decr KEY 7\r\n', '150\r\n', ['decr', 'decr_stored']],
  ['decr none 7\r\n', 'NOT_FOUND\r\n', ['decr', 'decr_not_found']],
  ['touch KEY 0\r\n', 'TOUCHED\r\n', ['touch', 'touch_touched']],
  ['touch none 0\r\n', 'NOT_FOUND\r\n', ['touch', 'touch_not_found']],
  ['gat 0 KEY\r\n', 'VALUE KEY 0 3\r\n150\r\nEND\r\n', ['gat', 'gat_key', 'gat_key_hit']],
  ['gat 0 none\r\n', 'END\r\n', ['gat', 'gat_key', 'gat_key_miss']],
  ['gets none\r\n', 'END\r\n', ['gets', 'gets_key', 'gets_key_miss']],
  ['gats 0 none\r\n', 'END\r\n', ['gats', 'gats_key', 'gats_key_miss']],
  ['cas KEY 0 0 1 9999999\r\n1\r\n', 'EXISTS\r\n', ['cas', 'cas_exists']],
  ['cas none 0 0 1 1\r\n1\r\n', 'NOT_FOUND\r\n', ['cas', 'cas_not_found']],
  ['delete KEY\r\n', 'DELETED\r\n', ['delete', 'delete_deleted']],
  ['delete none\r\n', 'NOT_FOUND\r\n', ['delete', 'delete_not_found']],
]

class Client {
  readonly socket: Socket
  #answer = ''
  #done: (answer: string) => void = () => {}

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text) => {
      this.#answer += String(text)
      if (!END.test(this.#answer)) return
      const answer = this.#answer
      this.#answer = ''
      this.#done(answer)
    })
  }

  ask(text: string): Promise<string> {
    return new Promise((done) => {
      this.#done = done
      this.socket.write(text)
    })
  }

  set(key: string, value: string, ttl = 0): Promise<string> {
    return this.ask(`set ${key} 0 ${ttl} ${value.length}\r\n${value}\r\n`)
  }

  /** The value of `key`; `undefined` where there is none. */
  async get(key: string): Promise<string | undefined> {
    return /^VALUE \S+ 0 \d+\r\n(.*)\r\nEND\r\n$/s.exec(await this.ask(`get ${key}\r\n`))?.[1]
  }

  async stats(): Promise<Map<string, string>> {
    const lines = (await this.ask('stats\r\n')).matchAll(/^STAT (\S+) (.+)\r$/gm)
    return new Map([...lines].map(([, name, value]) => [name, value]))
  }
}

describe(`${CONNECTIONS} connections to two threads`, () => {
  let server: RunningServer
  let clients: Client[]
  let first: Client
  let adminPort: number

  beforeEach(async () => {
    const flags = ['--admin-http-enabled', 'true', '--admin-http-port', '0']
    server = await start(segcacheThreads, [
      ...flags,
      ...['--worker-latency-sample', '1', '--hotkey-sample', '1'],
    ])
    adminPort = Number(/admin +http:\S+:(\d+)\//.exec(server.output())?.[1])
    clients = Array.from({ length: CONNECTIONS }, () => new Client(server.port))
    await Promise.all(clients.map(({ socket }) => once(socket, 'connect')))
    first = clients[0]
  })
  afterEach(async () => {
    for (const { socket } of clients) socket.destroy()
    await server.stop('SIGKILL')
  })

  const page = async (path: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${adminPort}/${path}`)).json()

  const all = <T>(ask: (client: Client, index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(clients.map(ask))

  it('read what any of them wrote', async () => {
    await all((client, i) => client.set(`key${i}`, `value of ${i}`))
    for (let i = 0; i < CONNECTIONS; i++) {
      const values = await all((client) => client.get(`key${i}`))
      expect(new Set(values)).toEqual(new Set([`value of ${i}`]))
    }
    await first.ask('delete key1\r\n')
    expect(new Set(await all((client) => client.get('key1')))).toEqual(new Set([undefined]))
  })

  it('count for all, exactly, and all say the same', async () => {
    const ROUNDS = 50
    const stored = await all(async (client, i) => {
      let hits = 0
      for (let round = 0; round < ROUNDS; round++) {
        const value = `${i}-${round}`
        expect(await client.set(`key${i}`, value)).toBe('STORED\r\n')
        if ((await client.get(`key${i}`)) === value) hits++
        expect(await client.get('missing')).toBeUndefined()
      }
      return hits
    })
    expect(stored).toEqual(clients.map(() => ROUNDS))
    const expected = {
      pid: String(server.pid),
      threads: '2',
      max_connections: '1024',
      curr_connections: String(CONNECTIONS),
      total_connections: String(CONNECTIONS),
      cmd_set: String(ROUNDS * CONNECTIONS),
      cmd_get: String(2 * ROUNDS * CONNECTIONS),
      get_hits: String(ROUNDS * CONNECTIONS),
      get_misses: String(ROUNDS * CONNECTIONS),
      total_items: String(ROUNDS * CONNECTIONS),
      curr_items: String(CONNECTIONS),
    }
    const answers = await all((client) => client.stats())
    const names = new Set(answers.map((stats) => [...stats.keys()].join(' ')))
    expect(names.size).toBe(1)
    for (const stats of answers) expect(Object.fromEntries(stats)).toMatchObject(expected)
    expect(await page('vars.json')).toMatchObject({
      set: ROUNDS * CONNECTIONS,
      set_stored: ROUNDS * CONNECTIONS,
      get: 2 * ROUNDS * CONNECTIONS,
      get_key_hit: ROUNDS * CONNECTIONS,
      get_key_miss: ROUNDS * CONNECTIONS,
      stats: CONNECTIONS,
      process_req: 3 * ROUNDS * CONNECTIONS + CONNECTIONS,
      session_curr: CONNECTIONS,
      // Every turn is timed here.
      set_latency_count: ROUNDS * CONNECTIONS,
      get_latency_count: 2 * ROUNDS * CONNECTIONS,
    })
    const { keys, largest, sampled } = (await page('hotkeys')) as HotKeysReport
    expect(sampled).toBe(3 * ROUNDS * CONNECTIONS)
    const misses = ROUNDS * CONNECTIONS
    expect(keys[0]).toEqual({ key: 'missing', count: misses, misses, error: 0 })
    const others = keys.slice(1).toSorted((a, b) => (a.key < b.key ? -1 : 1))
    expect(others).toEqual(
      clients
        .map((_, i) => ({ key: `key${i}`, count: 2 * ROUNDS, misses: 0, error: 0 }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    )
    expect(largest[0].bytes).toBe(`${CONNECTIONS - 1}-${ROUNDS - 1}`.length)
    const { requests } = (await page('slow')) as SlowReport
    expect(requests).toHaveLength(32)
    const times = requests.map(({ microseconds }) => microseconds)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    for (const { at, command, key } of requests) {
      expect(`${command} ${key}`).toMatch(/^(?:(?:set|get) key\d+|get missing|other )$/)
      expect(new Date(at).toISOString()).toBe(at)
    }
    await all(async (client, i) => {
      for (const [request, answer] of [...COMMANDS, ...COMMANDS]) {
        const named = (text: string): string => text.replace('KEY', `own${i}`)
        expect(await client.ask(named(request)), request).toBe(named(answer))
      }
    })
    const tally: Record<string, number> = {}
    for (const [, , counted] of COMMANDS) {
      for (const name of counted) tally[name] = (tally[name] ?? 0) + 2 * CONNECTIONS
    }
    expect(await page('vars.json')).toMatchObject(tally)
    const uptimes = answers.map((stats) => Number(stats.get('uptime')))
    expect(Math.max(...uptimes) - Math.min(...uptimes)).toBeLessThanOrEqual(1)
  })

  it('reset the statistics of all', async () => {
    await all((client) => client.get('missing'))
    expect(await first.ask('stats reset\r\n')).toBe('RESET\r\n')
    for (const stats of await all((client) => client.stats())) {
      expect(Number(stats.get('get_misses'))).toBe(0)
      expect(Number(stats.get('curr_connections'))).toBe(CONNECTIONS)
    }
  })

  it('agree on cas tokens, one write after the other', async () => {
    await first.set('shared', '0')
    for (const [i, client] of clients.entries()) {
      const other = clients[(i + 1) % CONNECTIONS]
      const token = async (of: Client): Promise<string> =>
        /^VALUE shared 0 \d+ (\d+)/.exec(await of.ask('gets shared\r\n'))?.[1] ?? ''
      const seen = await token(client)
      expect(await token(other)).toBe(seen)
      expect(await other.ask(`cas shared 0 0 1 ${seen}\r\nx\r\n`)).toBe('STORED\r\n')
      expect(await client.ask(`cas shared 0 0 1 ${seen}\r\ny\r\n`)).toBe('EXISTS\r\n')
    }
  })

  it('lose no increment', async () => {
    await first.set('count', '0')
    const ROUNDS = 100
    await all(async (client) => {
      for (let i = 0; i < ROUNDS; i++) await client.ask('incr count 1\r\n')
    })
    expect(await first.get('count')).toBe(String(ROUNDS * CONNECTIONS))
  })

  it('agree on the time', async () => {
    await first.set('short', 'lived', 2)
    await first.set('long', 'lived', 1000)
    expect(new Set(await all((client) => client.get('short')))).toEqual(new Set(['lived']))
    await expect.poll(() => first.get('short'), { timeout: 10_000 }).toBeUndefined()
    // Another thread may have looked at its clock up to a turn earlier, and looks at it when it is asked.
    expect(new Set(await all((client) => client.get('short')))).toEqual(new Set([undefined]))
    expect(new Set(await all((client) => client.get('long')))).toEqual(new Set(['lived']))
  })

  it('flush for all', async () => {
    await all((client, i) => client.set(`key${i}`, 'x'))
    expect(await first.ask('flush_all\r\n')).toBe('OK\r\n')
    const values = await all((client, i) => client.get(`key${i}`))
    expect(new Set(values)).toEqual(new Set([undefined]))
    await first.set('after', 'x')
    expect(new Set(await all((client) => client.get('after')))).toEqual(new Set(['x']))
  })
})

it('two threads have one limit of connections', async () => {
  const server = await start(segcacheThreads, ['-c', '6'])
  try {
    const clients = Array.from({ length: 6 }, () => new Client(server.port))
    for (const client of clients) await client.get('a')
    for (let i = 0; i < 6; i++) {
      const refused = connect(server.port, '127.0.0.1')
      const [answer] = await once(refused, 'data')
      expect(String(answer)).toBe('ERROR Too many open connections\r\n')
    }
    expect((await clients[5].stats()).get('rejected_connections')).toBe('6')
    clients[0].socket.destroy()
    await expect.poll(async () => (await clients[5].stats()).get('curr_connections')).toBe('5')
    expect(await new Client(server.port).get('a')).toBeUndefined()
    for (const { socket } of clients) socket.destroy()
  } finally {
    await server.stop('SIGKILL')
  }
})
