import { Metrics, counter, gauge } from '@pelikan/metrics'
import {
  MAX_PREFIXES,
  type MemcacheContext,
  type ShownConnection,
  fixedStats,
  memcacheMetrics,
  memcacheStore,
  prefixPart,
} from '@pelikan/entrystore'
import { type Block, BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import { type Connection, type KeyValueStorage, type Observer, Status } from '@pelikan/core'
import { MemcacheParser, type MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

/** What other parts count: memcached has names for the first three. */
const others = {
  sessions: gauge('session_curr', 'sessions', 'Sessions that are open.'),
  evicted: counter('item_evict', 'items', 'Items dropped.'),
  refusals: counter('tcp_accept_fail', 'events', 'Times that a client was not accepted.'),
  nameless: counter('nameless', 'events', 'Something else.'),
}
/** What a storage in segments counts. */
const segments = {
  current: gauge('segment_current', 'segments', 'All segments.'),
  free: gauge('segment_free', 'segments', 'Free segments.'),
  live: gauge('item_current_bytes', 'bytes', 'Bytes of live items.'),
  dead: gauge('item_dead_bytes', 'bytes', 'Bytes of dead items.'),
}
const metrics = new Metrics([memcacheMetrics, others], 2)
/** The same, as another thread of the process has it. */
const elsewhere = new Metrics([memcacheMetrics, others], 2, metrics.memory, 1)
const { evicted, sessions } = metrics.bind(others)

function make(
  counted: Metrics = metrics,
  context: Partial<MemcacheContext> = {},
  observer?: Observer<MemcacheRequest, MemcacheResponse>,
): (text: string) => string[] {
  const clock = new FakeClock(1_700_000_000)
  clock.advance(5)
  const store = memcacheStore(
    {
      get: () => undefined,
      fetch: () => undefined,
      delete: () => Status.NotFound,
      prefetch: () => {},
    } as Partial<KeyValueStorage> as KeyValueStorage,
    {
      clock,
      metrics: counted,
      version: '1.2.3',
      stats: [{ name: 'made_up', read: () => 'yes' }, ...fixedStats({ threads: 1 })],
      settings: fixedStats({ maxconns: 1024 }),
      ...context,
    },
  )
  const output = new Output(new BlockPool(new MemoryBudget(1 << 20), 4096, 2))
  const response = new MemcacheResponse()
  return (text) => {
    const input = new ByteBuffer({ initial: 64, limit: 4096 })
    const parser = new MemcacheParser()
    input.append(Buffer.from(text), 0, text.length)
    for (;;) {
      const request = parser.parse(input)
      if (request === undefined) break
      response.begin(request, output)
      store.execute(request, response)
      if (observer?.sample === 1) observer.observe(request, response, 1)
    }
    const blocks: Block[] = []
    output.take(blocks)
    const answer = blocks.map((block) => block.bytes.toString('latin1', 0, block.end)).join('')
    expect(answer.endsWith('\r\n')).toBe(true)
    return answer.split('\r\n').slice(0, -1)
  }
}

describe('stats', () => {
  it("has memcached's names in memcached's order", () => {
    const lines = make()('stats\r\n')
    expect(lines.at(-1)).toBe('END')
    expect(lines.slice(0, -1).every((line) => /^STAT \S+ \S+$/.test(line))).toBe(true)
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      ...['pid', 'uptime', 'time', 'version', 'pointer_size', 'rusage_user', 'rusage_system'],
      ...[
        'curr_connections',
        'connection_structures',
        'cmd_get',
        'cmd_set',
        'cmd_flush',
        'cmd_touch',
        'cmd_meta',
        'get_hits',
        'get_misses',
      ],
      ...['delete_misses', 'delete_hits', 'incr_misses', 'incr_hits', 'decr_misses', 'decr_hits'],
      ...['cas_misses', 'cas_hits', 'cas_badval', 'touch_hits', 'touch_misses', 'store_too_large'],
      ...[
        'store_no_memory',
        'auth_cmds',
        'auth_errors',
        'listen_disabled_num',
        'threads',
        'total_items',
        'evictions',
        'made_up',
        undefined,
      ],
    ])
    expect(lines).toContain('STAT uptime 5')
    expect(lines).toContain('STAT time 1700000005')
    expect(lines).toContain('STAT version 1.2.3')
    expect(lines.find((line) => line.includes('rusage_user'))).toMatch(/ \d+\.\d{6}$/)
    // collectd reads at most this much.
    expect(lines.join('\r\n').length).toBeLessThan(4096)
  })

  it('counts from 0 again after a reset, gauges aside', () => {
    const ask = make()
    ask('get a b\r\n')
    sessions.set(3)
    evicted.add(40)
    expect(ask('stats\r\n')).toContain('STAT get_misses 2')
    expect(ask('stats reset\r\n')).toEqual(['RESET'])
    evicted.add(2)
    ask('get a\r\n')
    const lines = ask('stats\r\n')
    expect(lines).toContain('STAT get_misses 1')
    expect(lines).toContain('STAT cmd_get 1')
    expect(lines).toContain('STAT evictions 2')
    expect(lines).toContain('STAT curr_connections 3')
    expect(lines).toContain('STAT made_up yes')
  })

  it('are of all threads, whichever is asked, and a reset is, too', () => {
    const ask = make()
    const askElsewhere = make(elsewhere)
    ask('stats reset\r\n')
    ask('get a b\r\n')
    askElsewhere('get a\r\n')
    expect(ask('stats\r\n')).toContain('STAT get_misses 3')
    expect(withoutUsage(askElsewhere('stats\r\n'))).toEqual(withoutUsage(ask('stats\r\n')))
    askElsewhere('stats reset\r\n')
    expect(ask('stats\r\n')).toContain('STAT get_misses 0')
  })

  it('answers everything that is asked', () => {
    const ask = make()
    expect(ask('stats settings\r\n')).toEqual(['STAT maxconns 1024', 'END'])
    expect(ask('stats items\r\n')).toEqual([
      'STAT items:1:evicted 0',
      'STAT items:1:outofmemory 0',
      'END',
    ])
    expect(ask('stats conns\r\n')).toEqual(['END'])
    expect(ask('stats sizes\r\n')).toEqual(['STAT sizes_status disabled', 'END'])
    expect(ask('stats slabs\r\n')).toEqual(['STAT active_slabs 0', 'STAT total_malloced 0', 'END'])
    expect(ask('stats nothing of the kind\r\n')).toEqual(['ERROR'])
  })
})

describe('stats of connections', () => {
  const clock = new FakeClock()
  clock.advance(100)

  function shown(count: number, waitsFor: ShownConnection['waitsFor'] = 'request'): string[] {
    const connections: ShownConnection[] = Array.from({ length: count }, (_, i) => ({
      number: i + 1,
      connection: {
        peer: () => (i === 0 ? undefined : { host: '::1', port: i }),
      } as Partial<Connection> as Connection,
      waitsFor,
      lastReceived: clock.now - 35,
    }))
    return make(metrics, { clock, connections: () => connections })('stats conns\r\n')
  }

  it('tell where each comes from, what it waits for and since when', () => {
    expect(shown(2)).toEqual([
      'STAT 1:addr unix',
      'STAT 1:state conn_waiting',
      'STAT 1:secs_since_last_cmd 3',
      'STAT 2:addr tcp:::1:1',
      'STAT 2:state conn_waiting',
      'STAT 2:secs_since_last_cmd 3',
      'END',
    ])
    for (const [waitsFor, state] of [
      ['turn', 'conn_parse_cmd'],
      ['client', 'conn_mwrite'],
      ['event', 'conn_watch'],
      ['end', 'conn_closing'],
    ] as const) {
      expect(shown(1, waitsFor)).toContain(`STAT 1:state ${state}`)
    }
  })

  it('end with the first 1024', () => {
    expect(shown(1024)).toHaveLength(3 * 1024 + 1)
    expect(shown(5000)).toHaveLength(3 * 1024 + 1)
  })
})

describe('stats of segments', () => {
  it('are those of one class, with a segment as its page', () => {
    const [all] = [new Metrics([memcacheMetrics, segments])]
    const { current, dead, free, live } = all.bind(segments)
    current.set(64)
    free.set(60)
    live.set(1234)
    dead.set(99)
    const ask = make(all, { segments: { segmentBytes: 1000, age: 125 } })
    const lines = ask('stats slabs\r\n')
    expect(lines.slice(0, 7)).toEqual([
      'STAT 1:chunk_size 1000',
      'STAT 1:chunks_per_page 1',
      'STAT 1:total_pages 64',
      'STAT 1:total_chunks 64',
      'STAT 1:used_chunks 4',
      'STAT 1:free_chunks 60',
      'STAT 1:free_chunks_end 0',
    ])
    expect(lines.slice(-3)).toEqual(['STAT active_slabs 1', 'STAT total_malloced 64000', 'END'])
    const items = ask('stats items\r\n')
    expect(items).toContain('STAT items:1:age 12')
    expect(items).toContain('STAT items:1:mem_requested 1234')
    // memcached_exporter makes one metric of a name that is in both, of two types: that ends a scrape.
    const names = (some: string[]) => some.flatMap((line) => /1:(\w+) /.exec(line)?.[1] ?? [])
    expect(names(items).filter((name) => names(lines).includes(name))).toEqual([])
    // A reset is of counters only: what is there is there.
    ask('stats reset\r\n')
    expect(ask('stats slabs\r\n')).toContain('STAT 1:free_chunks 60')
  })
})

describe('requests by prefix', () => {
  it('are of all threads, whichever counts and whichever is asked', () => {
    const memory = prefixPart.share(2)
    const [one, two] = [metrics, elsewhere].map((counted) => prefixed(counted, memory))
    one.ask('stats detail on\r\n')
    one.ask('get a:1 b:1\r\n')
    two.ask('get a:2\r\ndelete c:\r\n')
    const dump = ['PREFIX a get 2 hit 0 set 0 del 0', 'PREFIX b get 1 hit 0 set 0 del 0']
    expect(one.ask('stats detail dump\r\n').toSorted().slice(1, 3)).toEqual(dump)
    expect(two.ask('stats detail dump\r\n').toSorted().slice(1, 3)).toEqual(dump)
    two.ask('stats reset\r\n')
    expect(one.ask('stats detail dump\r\n')).toEqual(['END'])
    one.ask('get a:1\r\n')
    expect(two.ask('stats detail dump\r\n')).toEqual(['PREFIX a get 1 hit 0 set 0 del 0', 'END'])
    two.ask('stats detail off\r\n')
    expect(one.sample()).toBe(0)
  })

  it('are bounded: so many prefixes of so many bytes, and others are left out', () => {
    const memory = prefixPart.share(2)
    const { ask } = prefixed(metrics, memory)
    ask('stats detail on\r\n')
    for (let i = 0; i < 3000; i++) ask(`get ${i}:x\r\n`)
    for (let i = 0; i < 3000; i++) ask(`get ${i}:y\r\n`)
    const lines = ask('stats detail dump\r\n')
    expect(lines).toHaveLength(MAX_PREFIXES + 1)
    expect(new Set(lines).size).toBe(MAX_PREFIXES + 1)
    expect(lines).toContain('PREFIX 0 get 2 hit 0 set 0 del 0')
    expect(lines).toContain('PREFIX 1023 get 2 hit 0 set 0 del 0')
    ask('stats reset\r\n')
    ask(`get ${'p'.repeat(63)}:x ${'p'.repeat(64)}:x plain\r\n`)
    expect(ask('stats detail dump\r\n')).toEqual([
      `PREFIX ${'p'.repeat(63)} get 1 hit 0 set 0 del 0`,
      'END',
    ])
  })

  it('have no blanks and no line ends in them: keys with such are not counted', () => {
    const { ask } = prefixed(metrics, prefixPart.share(2))
    ask('stats detail on\r\n')
    for (const key of ['a b:c', 'a\r\nEND\r\n:c', '\0:c']) {
      ask(`mg ${Buffer.from(key).toString('base64')} b\r\n`)
    }
    expect(ask('stats detail dump\r\n')).toEqual(['END'])
  })

  it('are not shown to who may not list keys', () => {
    const ask = make(metrics, { dumps: 'forbidden', prefixes: prefixPart.share(1) })
    expect(ask('stats detail on\r\n')).toEqual(['CLIENT_ERROR stats detail not allowed'])
    expect(ask('stats detail dump\r\n')).toEqual(['CLIENT_ERROR stats detail not allowed'])
  })

  function prefixed(counted: Metrics, memory: SharedArrayBuffer) {
    const observer = prefixPart.attach(memory, { metrics: counted })
    return {
      ask: make(counted, { prefixes: memory }, observer),
      sample: () => observer.sample,
    }
  }
})

/** What the processor did goes on between two answers. */
function withoutUsage(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.includes('rusage'))
}
