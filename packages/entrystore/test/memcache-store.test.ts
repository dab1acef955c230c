import { BlockPool, ByteBuffer, type Block, MemoryBudget, Output } from '@pelikan/buffer'
import { Item, type KeyValueStorage, Status } from '@pelikan/core'
import { memcacheMetrics, memcacheStore } from '@pelikan/entrystore'
import { Metrics } from '@pelikan/metrics'
import { MemcacheParser, MemcacheResponse } from '@pelikan/protocol-memcache'
import { FakeClock } from '@pelikan/testkit'
import { describe, expect, it, vi } from 'vitest'
import { InProcessServer } from './in-process.ts'

const LARGE = 20_000
const uncut = (bytes: Buffer): Buffer[] => [bytes]

describe('expiry', () => {
  it('shows an item exactly while now < stored + ttl', async () => {
    const server = new InProcessServer([], uncut)
    await server.ask(
      'set a 0 2 1\r\nx\r\nset b 0 0 1\r\nx\r\ntouch b 2\r\nset c 0 0 1\r\nx\r\ngat 2 c\r\n',
    )
    server.clock.advanceTicks(19)
    expect(await server.ask('get a b c\r\n')).toContain('VALUE c 0 1\r\nx\r\nEND\r\n')
    server.clock.advanceTicks(1)
    expect(await server.ask('get a b c\r\n')).toBe('END\r\n')
  })

  it('counts the ttl of a value in pieces from when it is complete', async () => {
    const server = new InProcessServer([], uncut)
    const connection = await server.connect()
    connection.write(Buffer.from(`set a 0 2 ${LARGE}\r\n${'x'.repeat(LARGE - 1)}`))
    server.clock.advance(100)
    connection.write(Buffer.from('x\r\n'))
    server.clock.advanceTicks(19)
    expect(await server.ask('get a\r\n')).toContain('VALUE a 0 20000\r\n')
    server.clock.advanceTicks(1)
    expect(await server.ask('get a\r\n')).toBe('END\r\n')
  })

  it('flushes when the delay ends', async () => {
    const server = new InProcessServer([], uncut)
    await server.ask('set a 0 0 1\r\nx\r\nflush_all 2\r\n')
    server.clock.advanceTicks(19)
    expect(await server.ask('get a\r\nset b 0 0 1\r\nx\r\n')).toContain('VALUE a')
    server.clock.advanceTicks(1)
    expect(await server.ask('get a b\r\nset a 0 0 1\r\ny\r\nget a\r\n')).toBe(
      'END\r\nSTORED\r\nVALUE a 0 1\r\ny\r\nEND\r\n',
    )
  })
})

describe('a value in pieces', () => {
  it('leaves the old value until it is complete', async () => {
    const server = new InProcessServer([], uncut)
    await server.ask('set a 0 0 3\r\nold\r\n')
    const connection = await server.connect()
    connection.write(Buffer.from(`set a 0 0 ${LARGE}\r\n${'x'.repeat(LARGE)}`))
    expect(await server.ask('get a\r\n')).toBe('VALUE a 0 3\r\nold\r\nEND\r\n')
    connection.write(Buffer.from('\r\n'))
    expect((await connection.read())?.toString()).toBe('STORED\r\n')
    expect(await server.ask('get a\r\n')).toContain('VALUE a 0 20000\r\n')
    server.storage.check()
  })

  it('gives its memory back when the client goes', async () => {
    const server = new InProcessServer([], uncut)
    const before = server.storage.memoryUsed
    const connection = await server.connect()
    connection.write(Buffer.from(`set a 0 0 100000\r\n${'x'.repeat(LARGE)}`))
    expect(server.storage.memoryUsed).toBeGreaterThan(before + 100_000)
    connection.destroy()
    server.storage.clear()
    expect(server.storage.memoryUsed).toBeLessThan(before + 100_000)
    expect(await server.ask('get a\r\n')).toBe('END\r\n')
    server.storage.check()
  })
})

/** A store over a storage of which only `parts` exist, and what it answers to `text`. */
function answer(parts: Partial<KeyValueStorage>, text: string): string {
  const metrics = new Metrics([memcacheMetrics])
  const store = memcacheStore(parts as KeyValueStorage, {
    clock: new FakeClock(),
    metrics,
    version: '1',
  })
  const parser = new MemcacheParser()
  const input = new ByteBuffer({ initial: 64, limit: 1 << 20 })
  const output = new Output(new BlockPool(new MemoryBudget(1 << 20), 4096, 2))
  const response = new MemcacheResponse()
  const bytes = Buffer.from(text, 'latin1')
  input.append(bytes, 0, bytes.length)
  for (;;) {
    const request = parser.parse(input)
    if (request === undefined) break
    response.begin(request, output)
    store.execute(request, response)
  }
  const blocks: Block[] = []
  output.take(blocks)
  return blocks.map((block) => block.bytes.toString('latin1', 0, block.end)).join('')
}

describe('a storage that is shared', () => {
  it('is read again when a view was not true', () => {
    const torn = new Item()
    torn.bytes = Buffer.from('torn and longer')
    torn.end = torn.bytes.length
    const whole = new Item()
    whole.bytes = Buffer.from('whole')
    whole.end = whole.bytes.length
    const views = [whole, torn, torn]
    const release = vi.fn<(item: Item) => boolean>((item) => item === whole)
    const got = answer({ get: () => views.pop(), release }, 'get a\r\n')
    expect(got).toBe('VALUE a 0 5\r\nwhole\r\nEND\r\n')
    expect(release).toHaveBeenCalledTimes(3)
  })

  it('may have lost the item by then', () => {
    const views = [undefined, new Item()]
    expect(answer({ get: () => views.pop(), release: () => false }, 'get a\r\n')).toBe('END\r\n')
  })
})

describe('a line of several keys', () => {
  it('is announced to the storage before it is asked for the first of them', () => {
    const calls: string[] = []
    const text = (bytes: Buffer, start: number | undefined, end: number | undefined): string =>
      bytes.toString('latin1', start, end)
    const storage = {
      prefetch: (bytes: Buffer, places: Int32Array, count: number) => {
        const keys = Array.from({ length: count }, (_, i) =>
          text(bytes, places[2 * i], places[2 * i + 1]),
        )
        calls.push(`prefetch ${keys.join(' ')}`)
      },
      get: (key: Buffer, start: number, end: number) => {
        calls.push(text(key, start, end))
        return undefined
      },
    }
    answer(storage, 'get a b c\r\nget d\r\n')
    expect(calls).toEqual(['prefetch a b c', 'a', 'b', 'c', 'd'])
  })
})

describe('refusals', () => {
  it.each([
    [Status.TooLarge, 'SERVER_ERROR object too large for cache\r\n'],
    [Status.NoSpace, 'SERVER_ERROR out of memory storing object\r\n'],
  ])('status %i of a set, in any form', (status, expected) => {
    expect(answer({ set: () => status }, 'set a 0 0 1\r\nx\r\n')).toBe(expected)
    const removed = vi.fn<() => Status>(() => Status.Ok)
    const large = `set a 0 0 ${LARGE}\r\n`
    expect(answer({ reserve: () => status, delete: removed }, large)).toBe(expected)
    expect(removed).toHaveBeenCalledOnce()
    const added = vi.fn<() => Status>(() => Status.Ok)
    expect(answer({ reserve: () => status, delete: added }, `add a 0 0 ${LARGE}\r\n`)).toBe(
      expected,
    )
    expect(added).not.toHaveBeenCalled()
  })

  it('an append whose sum is too large is not stored', () => {
    const abort = vi.fn<(reservation: number) => void>()
    const storage: Partial<KeyValueStorage> = {
      append: () => Status.TooLarge,
      reserve: (entry) => {
        entry.reservation = 7
        return Status.Ok
      },
      abort,
    }
    expect(answer(storage, 'append a 0 0 1\r\nx\r\n')).toBe('NOT_STORED\r\n')
    expect(abort).toHaveBeenCalledExactlyOnceWith(7)
    const alone: Partial<KeyValueStorage> = {
      append: () => Status.TooLarge,
      reserve: () => Status.TooLarge,
    }
    expect(answer(alone, 'append a 0 0 1\r\nx\r\n')).toBe(
      'SERVER_ERROR object too large for cache\r\n',
    )
  })

  it.each([
    [Status.NotANumber, 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n'],
    [Status.NotFound, 'NOT_FOUND\r\n'],
    [Status.NoSpace, 'SERVER_ERROR out of memory\r\n'],
  ])('status %i of an incr', (status, expected) => {
    expect(answer({ increment: () => status }, 'incr a 1\r\n')).toBe(expected)
  })
})

describe('metrics', () => {
  it('count what happened', async () => {
    const server = new InProcessServer([], uncut)
    await server.ask(
      'set a 0 0 1\r\n1\r\nadd a 0 0 1\r\n1\r\nget a b a\r\ngets b\r\ngat 0 a b\r\nincr a 1\r\nincr b 1\r\n' +
        'touch a 0\r\ncas a 0 0 1 999\r\nx\r\ndelete a\r\ndelete a\r\nfoo\r\nversion\r\n',
    )
    const counted = Object.entries(memcacheMetrics)
      .map(([name, metric]) => [name, server.metrics.read(metric)] as const)
      .filter(([, count]) => count > 0)
    expect(Object.fromEntries(counted)).toEqual({
      get: 1,
      get_key: 3,
      get_key_hit: 2,
      get_key_miss: 1,
      gets: 1,
      gets_key: 1,
      gets_key_miss: 1,
      gat: 1,
      gat_key: 2,
      gat_key_hit: 1,
      gat_key_miss: 1,
      set: 1,
      set_stored: 1,
      add: 1,
      add_not_stored: 1,
      incr: 2,
      incr_stored: 1,
      incr_not_found: 1,
      touch: 1,
      touch_touched: 1,
      cas: 1,
      cas_exists: 1,
      delete: 2,
      delete_deleted: 1,
      delete_not_found: 1,
      request_rejected: 1,
      version: 1,
    })
  })

  it('count a value with a bad end, however it came, as memcached does', async () => {
    const server = new InProcessServer([], (bytes) => [bytes])
    const long = 'x'.repeat(100_000)
    expect(await server.ask('set k 0 0 2\r\nhiya')).toBe('CLIENT_ERROR bad data chunk\r\n')
    expect(await server.ask(`set k 0 0 ${long.length}\r\n${long}yz`)).toBe(
      'CLIENT_ERROR bad data chunk\r\n',
    )
    expect(server.metrics.read(memcacheMetrics.set)).toBe(2)
    expect(server.metrics.read(memcacheMetrics.set_stored)).toBe(0)
  })

  it('are called what their keys are', () => {
    for (const [key, { name }] of Object.entries(memcacheMetrics)) expect(name).toBe(key)
  })
})
