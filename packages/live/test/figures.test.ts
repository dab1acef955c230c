import { figuresBetween, isBusy, memoryOf } from '@pelikan/live'
import { describe, expect, it } from 'vitest'
import { about, sample } from './streams.ts'

const MIB = 1024 * 1024

describe('the figures between two samples', () => {
  it('are per second, whatever time lies between', () => {
    const before = sample(1000, { process_req: 100, tcp_recv_byte: 0, ru_utime: 1e9 })
    const after = sample(3000, { process_req: 500, tcp_recv_byte: 600, ru_utime: 4e9 })
    expect(figuresBetween(before, after, about)).toMatchObject({
      at: 3000,
      seconds: 2,
      requests: 200,
      received: 300,
      cpus: 1.5,
    })
  })

  it('have hits of all commands together and of each', () => {
    const before = sample(1000, { get_key_hit: 10, get_key_miss: 10, get: 20 })
    const after = sample(2000, { get_key_hit: 19, get_key_miss: 11, get: 30 })
    const { commands, hitRatio } = figuresBetween(before, after, about)
    expect(hitRatio).toBe(0.9)
    expect(commands[0]).toEqual({ name: 'get', rate: 10, hitRatio: 0.9 })
    expect(commands[1]).toEqual({ name: 'set', rate: 0 })
    expect(commands.filter(isBusy).map(({ name }) => name)).toEqual(['get'])
  })

  it('show a command that is timed and not counted', () => {
    const latency = { count: 1, p50: 1, p90: 1, p99: 1, p999: 1, max: 1 }
    const after = { ...sample(2000), latency, latencies: { meta_get: latency } }
    const figures = figuresBetween(sample(1000), after, about)
    expect(figures.latency).toBe(latency)
    expect(figures.commands.filter(isBusy)).toEqual([{ name: 'meta_get', latency }])
  })

  it('have no hit ratio where nothing was asked for', () => {
    const idle = sample(2000, { get_key_hit: 10 })
    const figures = figuresBetween(sample(1000, { get_key_hit: 10 }), idle, about)
    expect(figures).not.toHaveProperty('hitRatio')
    expect(figures).not.toHaveProperty('latency')
  })

  it('say what was dropped where items are kept, and nothing of it elsewhere', () => {
    const after = sample(2000, { item_evict: 5, segment_merge: 2, store_no_memory: 3 })
    expect(figuresBetween(sample(1000), after, about)).toMatchObject({
      dropped: { evicted: 5, expired: 0 },
      segments: { merges: 2, evictions: 0, expired: 0 },
      trouble: [{ name: 'values refused: no room', rate: 3 }],
    })
    const ping = figuresBetween(sample(1000), sample(2000), { commands: [], metrics: ['ping'] })
    expect(ping).not.toHaveProperty('dropped')
    expect(ping).not.toHaveProperty('segments')
    expect(ping.trouble).toEqual([])
  })

  it('are never negative: a server that was started anew counts from 0', () => {
    const workers = [{ requests: 900, connections: 1 }]
    const before = { ...sample(1000, { process_req: 1000 }), workers }
    const after = {
      ...sample(2000, { process_req: 5 }),
      workers: [{ requests: 5, connections: 2 }],
    }
    const figures = figuresBetween(before, after, about)
    expect(figures.requests).toBe(0)
    expect(figures.workers).toEqual([{ rate: 0, connections: 2 }])
  })
})

describe('memory', () => {
  const sum = (parts: readonly { bytes: number }[]): number =>
    parts.reduce((total, { bytes }) => total + bytes, 0)

  it('of segments is live, dead, unfilled or free', () => {
    const memory = memoryOf({
      segment_bytes: 100 * MIB,
      segment_current: 100,
      segment_free: 40,
      item_current_bytes: 30 * MIB,
      item_dead_bytes: 20 * MIB,
    })
    expect(memory.whole).toBe('items')
    expect(memory.used).toBe(0.6)
    expect(memory.parts).toEqual([
      { name: 'live', bytes: 30 * MIB },
      { name: 'dead', bytes: 20 * MIB },
      { name: 'unfilled', bytes: 10 * MIB },
      { name: 'free', bytes: 40 * MIB },
    ])
  })

  it('of a map is up to its limit', () => {
    const memory = memoryOf({ item_limit_bytes: 100, item_current_bytes: 70, item_spare_bytes: 5 })
    expect(memory.used).toBe(0.75)
    expect(sum(memory.parts)).toBe(100)
    expect(memory.parts.at(-1)).toEqual({ name: 'free', bytes: 25 })
  })

  it('of a server without items is what the process has', () => {
    const memory = memoryOf({ ru_rss: 90, heap_used: 30 })
    expect(memory).toMatchObject({ whole: 'process', bytes: 90, used: 1 })
    expect(memory.parts).toEqual([
      { name: 'heap', bytes: 30 },
      { name: 'other', bytes: 60 },
    ])
  })

  it('adds up where gauges are read a moment apart', () => {
    const memory = memoryOf({
      segment_bytes: 100,
      segment_current: 10,
      segment_free: 5,
      item_current_bytes: 60,
      item_dead_bytes: 60,
    })
    expect(sum(memory.parts)).toBe(100)
    expect(memory.parts.every(({ bytes }) => bytes >= 0)).toBe(true)
  })
})
