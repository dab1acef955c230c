/** `watch` without sockets: what is told, to whom, and what happens where somebody reads too slowly. */
import { type Block, BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import type { AnswerSource, Connection, EvictionListener } from '@pelikan/core'
import { MAX_WATCHERS, Watch, memcacheMetrics, memcacheStore, watchPart } from '@pelikan/entrystore'
import { Metrics } from '@pelikan/metrics'
import { MemcacheParser, MemcacheResponse } from '@pelikan/protocol-memcache'
import { HashMapStorage, hashMapMetrics } from '@pelikan/storage-hashmap'
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

const NOW = 1_700_000_000_000.042
const MIB = 1024 * 1024
/** What a ring holds, as the source has it. */
const RING_BYTES = 65_536
const RECORD_HEAD_BYTES = 12

/** Two workers of one process, over storages of their own; requests are of connection 7. */
class Workers {
  readonly clock = new FakeClock(1_700_000_000)
  readonly memory = watchPart().share(2)
  readonly #metrics = new Metrics([memcacheMetrics, hashMapMetrics], 3)
  readonly #made = [1, 2].map((row) => this.#make(row))

  /** Send `text` to a worker; what it answers and, perhaps, what it goes on with. */
  ask(worker: number, text: string): { answer: string; source: AnswerSource | undefined } {
    const { observer, parser, response, store } = this.#made[worker - 1]
    const output = makeOutput()
    const input = new ByteBuffer({ initial: 64, limit: 4 * MIB })
    const bytes = Buffer.from(text, 'latin1')
    input.append(bytes, 0, bytes.length)
    let source: AnswerSource | undefined
    for (;;) {
      const request = parser.parse(input)
      if (request === undefined) return { answer: taken(output), source }
      response.begin(request, output)
      store.execute(request, response)
      source = response.source
      if (!parser.partial && observer.sample === 1) observer.observe(request, response, 7)
    }
  }

  /** Watch, on a worker. */
  watch(words: string, worker = 1): AnswerSource {
    const { answer, source } = this.ask(worker, `watch ${words}\r\n`)
    if (source === undefined) throw new Error(`watch was answered ${answer}`)
    return source
  }

  observer(worker: number) {
    return this.#made[worker - 1].observer
  }

  evictions(worker: number): EvictionListener {
    return this.#made[worker - 1].watch
  }

  #make(row: number) {
    const { clock } = this
    const metrics = new Metrics([memcacheMetrics, hashMapMetrics], 3, this.#metrics.memory, row)
    const context = { clock, metrics, now: () => NOW }
    const storage = new HashMapStorage({
      clock,
      metrics,
      memoryLimit: 8 * MIB,
      itemSizeMax: MIB,
      eviction: 'lru',
    })
    const watch = new Watch(this.memory, context)
    storage.listenToEvictions(watch)
    return {
      parser: new MemcacheParser(),
      response: new MemcacheResponse(),
      store: memcacheStore(storage, { clock, metrics, version: '1', watch }),
      observer: watchPart().attach(this.memory, context),
      watch,
    }
  }
}

function makeOutput(): Output {
  return new Output(new BlockPool(new MemoryBudget(Number.MAX_SAFE_INTEGER), 16_384, 4))
}

function taken(output: Output): string {
  const blocks: Block[] = []
  output.take(blocks)
  return blocks.map(({ bytes, end }) => bytes.toString('latin1', 0, end)).join('')
}

/** Everything that there is for a watcher now, as lines. */
function read(watcher: AnswerSource): string[] {
  const output = makeOutput()
  let text = ''
  do {
    expect(watcher.write(output)).toBe(true)
    text += taken(output)
  } while (watcher.isIdle === false)
  return text.split('\n').slice(0, -1)
}

/** Behind time and number. */
function events(watcher: AnswerSource): string[] {
  return read(watcher).map((line) => line.replace(/^ts=1700000000\.\d{6} gid=\d+ /, ''))
}

describe('a line', () => {
  it.each<[what: string, request: string, lines: readonly string[]]>([
    ['a miss', 'get none\r\n', ['item_get key=none status=not_found clsid=0 cfd=7 size=0']],
    [
      'several keys',
      'gets k none\r\n',
      [
        'item_get key=k status=found clsid=1 cfd=7 size=5',
        'item_get key=none status=not_found clsid=0 cfd=7 size=0',
      ],
    ],
    ['gat', 'gat 100 k\r\n', ['item_get key=k status=found clsid=1 cfd=7 size=5']],
    ['touch', 'touch k 100\r\n', ['item_get key=k status=found clsid=1 cfd=7 size=0']],
    ['incr', 'incr none 1\r\n', ['item_get key=none status=not_found clsid=0 cfd=7 size=0']],
    ['mg', 'mg k v\r\n', ['item_get key=k status=found clsid=1 cfd=7 size=5']],
    [
      'mg that is quiet',
      'mg none v q\r\n',
      ['item_get key=none status=not_found clsid=0 cfd=7 size=0'],
    ],
    [
      'a base64 key',
      'mg YSUg b\r\n',
      ['item_get key=a%25%20 status=not_found clsid=0 cfd=7 size=0'],
    ],
    [
      'set',
      'set a:\xff 5 100 2 noreply\r\nhi\r\n',
      ['item_store key=a%3A%FF status=stored cmd=set ttl=100 clsid=1 cfd=7 size=2'],
    ],
    [
      'add',
      'add k 0 0 2\r\nhi\r\n',
      ['item_store key=k status=not_stored cmd=add ttl=0 clsid=1 cfd=7 size=2'],
    ],
    [
      'a cas of another token',
      'cas k 0 0 2 99\r\nhi\r\n',
      ['item_store key=k status=exists cmd=cas ttl=0 clsid=1 cfd=7 size=2'],
    ],
    [
      'a cas of nothing',
      'cas none 0 0 2 99\r\nhi\r\n',
      ['item_store key=none status=not_found cmd=cas ttl=0 clsid=1 cfd=7 size=2'],
    ],
    [
      'ms',
      'ms k 2 T30 MA q\r\nhi\r\n',
      ['item_store key=k status=stored cmd=append ttl=30 clsid=1 cfd=7 size=2'],
    ],
    [
      'ms with C',
      'ms k 2 C99\r\nhi\r\n',
      ['item_store key=k status=exists cmd=cas ttl=0 clsid=1 cfd=7 size=2'],
    ],
    [
      'delete',
      'delete k\r\n',
      [
        'item_get key=k status=found clsid=1 cfd=7 size=0',
        'deleted key=k cmd=delete clsid=1 size=0',
      ],
    ],
    [
      'delete of nothing',
      'delete none\r\n',
      ['item_get key=none status=not_found clsid=0 cfd=7 size=0'],
    ],
    [
      'md',
      'md k q\r\n',
      ['item_get key=k status=found clsid=1 cfd=7 size=0', 'deleted key=k cmd=md clsid=1 size=0'],
    ],
    ['what has no key', 'version\r\nflush_all\r\nmn\r\nstats\r\n', []],
    ['a mistake', 'set k\r\nset k 0 0 2\r\nhi!!\r\nfoo\r\n', []],
  ])('tells of %s', (_, request, lines) => {
    const workers = new Workers()
    workers.ask(1, 'set k 0 0 5\r\nhello\r\n')
    const watcher = workers.watch('fetchers mutations deletions')
    workers.ask(1, request)
    expect(events(watcher)).toEqual(lines.map((line) => `type=${line}`))
  })

  it('tells of a value that comes in pieces once', () => {
    const workers = new Workers()
    const watcher = workers.watch('mutations')
    workers.ask(1, `set k 0 0 200000\r\n${'x'.repeat(200_000)}\r\n`)
    expect(events(watcher)).toEqual([
      'type=item_store key=k status=stored cmd=set ttl=0 clsid=1 cfd=7 size=200000',
    ])
  })

  it('tells of a value that is too large, though the rest of it is not looked at', () => {
    const workers = new Workers()
    const watcher = workers.watch('mutations')
    workers.ask(1, `set k 0 0 2000000\r\n${'x'.repeat(2_000_000)}\r\n`)
    expect(events(watcher)).toEqual([
      'type=item_store key=k status=too_large cmd=set ttl=0 clsid=0 cfd=7 size=0',
    ])
  })

  it('has the time to the microsecond and a number, and ends with LF', () => {
    const workers = new Workers()
    const watcher = workers.watch('')
    workers.ask(1, 'get a b\r\n')
    expect(read(watcher)).toEqual([
      expect.stringMatching(/^ts=1700000000\.00004[12] gid=1 type=item_get key=a [^\r]*$/),
      expect.stringMatching(/ gid=2 type=item_get key=b /),
    ])
  })

  it('tells of connections, where they come from and why they go', () => {
    const workers = new Workers()
    const [early, ours, unix] = [
      peer({ host: '::1', port: 80 }),
      peer({ host: '10.0.0.1', port: 5 }),
      peer(),
    ]
    const observer = workers.observer(2)
    observer.opened?.(1, early)
    const watcher = workers.watch('connevents')
    observer.opened?.(2, ours)
    observer.opened?.(3, unix)
    observer.closed?.(2, peer(), 'idle_timeout')
    observer.closed?.(3, peer(), 'normal')
    observer.closed?.(1, peer(), 'error')
    expect(events(watcher)).toEqual([
      'type=conn_new rip=10.0.0.1 rport=5 transport=tcp cfd=2',
      'type=conn_new rip=unix rport=0 transport=local cfd=3',
      'type=conn_close rip=10.0.0.1 rport=5 transport=tcp reason=idle_timeout cfd=2',
      'type=conn_close rip=unix rport=0 transport=local reason=normal cfd=3',
      'type=conn_close rip=unknown rport=0 transport=tcp reason=error cfd=1',
    ])
  })

  it('tells of evictions, with what is known of the item', () => {
    const workers = new Workers()
    expect(workers.evictions(1).isOn).toBe(false)
    const value = 'x'.repeat(500_000)
    workers.ask(1, `set a%b 0 0 500000\r\n${value}\r\nset b 0 100 500000\r\n${value}\r\nget b\r\n`)
    const watcher = workers.watch('evictions')
    expect(workers.evictions(1).isOn).toBe(true)
    workers.clock.advance(3)
    for (let i = 0; i < 15; i++) workers.ask(1, `set ${i} 0 0 500000\r\n${value}\r\n`)
    expect(events(watcher).slice(0, 2)).toEqual([
      'type=eviction key=a%25b fetch=no ttl=-1 la=3 clsid=1 size=500000',
      'type=eviction key=b fetch=yes ttl=97 la=3 clsid=1 size=500000',
    ])
    watcher.end?.()
    expect(workers.evictions(1).isOn).toBe(false)
  })
})

describe('a watcher', () => {
  it('sees what it asked for, of all workers, in order', () => {
    const workers = new Workers()
    const all = workers.watch('fetchers mutations', 1)
    const stores = workers.watch('mutations', 2)
    for (let i = 0; i < 10; i++) workers.ask(1 + (i % 2), `get ${i}\r\nset ${i} 0 0 1\r\n1\r\n`)
    const numbers = read(all).map((line) => Number(/ gid=(\d+) /.exec(line)?.[1]))
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(events(stores).map((line) => / key=(\d)/.exec(line)?.[1])).toEqual([...'0123456789'])
  })

  it('is one of at most 20; whoever leaves makes room, and leaves nothing behind', () => {
    const workers = new Workers()
    const watchers = Array.from({ length: MAX_WATCHERS }, (_, i) => workers.watch('', 1 + (i % 2)))
    expect(MAX_WATCHERS).toBe(20)
    const refused = workers.ask(2, 'watch fetchers\r\n')
    expect(refused).toEqual({
      answer: 'WATCHER_TOO_MANY log watcher limit reached\r\n',
      source: undefined,
    })
    workers.ask(1, 'get old\r\n')
    watchers[3].end?.()
    const next = workers.watch('mutations')
    workers.ask(1, 'get unwanted\r\nset new 0 0 1\r\n1\r\n')
    expect(events(next)).toEqual([expect.stringContaining('key=new')])
    for (const watcher of watchers.toSpliced(3, 1)) expect(read(watcher)).toHaveLength(2)
  })

  it('costs nothing when it is gone', () => {
    const workers = new Workers()
    expect(workers.observer(1).sample).toBe(0)
    const watchers = ['fetchers', 'mutations', 'deletions fetchers', 'connevents evictions'].map(
      (words) => workers.watch(words),
    )
    expect(workers.observer(1).sample).toBe(1)
    expect(workers.observer(2).sample).toBe(1)
    for (const watcher of watchers.slice(0, 3)) watcher.end?.()
    expect(workers.observer(2).sample).toBe(0)
  })

  it('that reads too slowly loses the newest lines, and is told how many', () => {
    const workers = new Workers()
    const slow = workers.watch('')
    // From 1000 on, all numbers have as many digits, and all lines the same length.
    let length = 0
    for (let i = 0; i < 1000; i++) {
      workers.ask(1, 'get warm\r\n')
      length = read(slow)[0].length + 1
    }
    const room = Math.floor(RING_BYTES / (RECORD_HEAD_BYTES + Math.ceil(length / 4) * 4))
    const asked = room + 123
    for (let i = 0; i < asked; i++) workers.ask(1, 'get warm\r\n')
    expect(read(slow)).toHaveLength(room)
    workers.ask(1, 'get next\r\n')
    expect(read(slow)).toEqual(['skipped=123', expect.stringContaining('key=next')])
    workers.ask(1, 'get last\r\n')
    expect(read(slow)).toEqual([expect.stringContaining('key=last')])
  })

  it('that does not read takes nothing from another, and nothing of another worker', () => {
    const workers = new Workers()
    const slow = workers.watch('')
    const quick = workers.watch('')
    let seen = 0
    for (let i = 0; i < 2000; i++) {
      workers.ask(1, 'get key\r\n')
      if (i % 100 === 99) seen += read(quick).length
    }
    expect(seen).toBe(2000)
    workers.ask(2, 'get elsewhere\r\n')
    const lines = read(slow)
    expect(lines.filter((line) => line.includes('key=elsewhere'))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('skipped='))).toEqual([])
    // The pieces that it is given are bounded, however much there is.
    const output = makeOutput()
    for (let i = 0; i < 2000; i++) workers.ask(1, 'get key\r\n')
    slow.write(output)
    expect(output.length).toBeLessThan(16_384 + 1024)
  })

  it('gets every byte of lines of all lengths, however the ring wraps', () => {
    const workers = new Workers()
    const watcher = workers.watch('')
    for (let round = 0; round < 20; round++) {
      const keys = Array.from({ length: 60 }, (_, i) =>
        `${i}-`.padEnd(1 + ((round * 7 + i * 4) % 249), 'k'),
      )
      for (const key of keys) workers.ask(1, `get ${key}\r\n`)
      expect(events(watcher)).toEqual(
        keys.map((key) => `type=item_get key=${key} status=not_found clsid=0 cfd=7 size=0`),
      )
    }
  })
})

describe('the command', () => {
  it.each([
    ['watch foo\r\n', 'ERROR\r\n'],
    ['watch fetchers foo\r\n', 'ERROR\r\n'],
    ['watch fetchers noreply\r\n', ''],
    [
      'version\r\nwatch fetchers\r\n',
      'VERSION 1\r\nERROR cannot pipeline other commands before watch\r\n',
    ],
    ['watch\r\n', 'OK\r\n'],
    ['watch  sysevents rawcmds proxyreqs proxyevents proxyuser\r\n', 'OK\r\n'],
  ])('%j is answered %j', (request, answer) => {
    expect(new Workers().ask(1, request).answer).toBe(answer)
  })
})

/** A connection, of which only the other end matters. */
function peer(address?: { host: string; port: number }): Connection {
  return { peer: () => address } as Partial<Connection> as Connection
}
