import { Metrics, counter, gauge } from '@pelikan/metrics'
import { fixedStats, memcacheMetrics, memcacheStore } from '@pelikan/entrystore'
import { type Block, BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import type { KeyValueStorage } from '@pelikan/core'
import { MemcacheParser, MemcacheResponse } from '@pelikan/protocol-memcache'
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

/** What other parts count: memcached has a name for the first two. */
const others = {
  sessions: gauge('session_curr', 'sessions', 'Sessions that are open.'),
  evicted: counter('item_evict', 'items', 'Items dropped.'),
  nameless: counter('nameless', 'events', 'Something else.'),
}
const metrics = new Metrics([memcacheMetrics, others], 2)
/** The same, as another thread of the process has it. */
const elsewhere = new Metrics([memcacheMetrics, others], 2, metrics.memory, 1)
const { evicted, sessions } = metrics.bind(others)

function make(counted: Metrics = metrics): (text: string) => string[] {
  const clock = new FakeClock(1_700_000_000)
  clock.advance(5)
  const store = memcacheStore(
    { get: () => undefined, prefetch: () => {} } as Partial<KeyValueStorage> as KeyValueStorage,
    {
      clock,
      metrics: counted,
      version: '1.2.3',
      stats: [{ name: 'made_up', read: () => 'yes' }, ...fixedStats({ threads: 1 })],
      settings: fixedStats({ maxconns: 1024 }),
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

/** What the processor did goes on between two answers. */
function withoutUsage(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.includes('rusage'))
}
