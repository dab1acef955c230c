/** What does a request cost that an observer is shown? One in a hundred is, by default. */
import { ok } from 'node:assert/strict'
import { memcacheSight } from '@pelikan/entrystore'
import { type HotKeysReport, hotKeys, readHotKeys } from '@pelikan/observe'
import { MemcacheRequest, MemcacheResponse, Op } from '@pelikan/protocol-memcache'
import type { BenchCase, BenchCases } from './bench-case.ts'

const COUNT = 10_000

export const observeCases: BenchCases = {
  'observe/shown to hot keys/few keys much': () => shown((i) => Math.floor(1.001 ** (i % 9000))),
  'observe/shown to hot keys/all keys alike': () => shown((i) => i),
  'observe/hot keys of two workers/read': reading,
}

function requestsFor(rank: (i: number) => number): MemcacheRequest[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const request = new MemcacheRequest()
    request.op = Op.Get
    request.key = Buffer.from(`user:profile:${rank((i * 7919) % COUNT)}`)
    request.keyEnd = request.key.length
    return request
  })
}

interface Observed {
  readonly showAll: () => void
  readonly read: () => HotKeysReport
}

function observed(workers: number, rank: (i: number) => number): Observed {
  const part = hotKeys({ sample: 1, windowMs: 60_000, sight: memcacheSight })
  const shared = part.share(workers)
  const observers = Array.from({ length: workers }, (_, row) =>
    part.attach(shared, { metrics: { row } }),
  )
  const requests = requestsFor(rank)
  const response = new MemcacheResponse()
  return {
    showAll: () => {
      for (const observer of observers) {
        for (const request of requests) observer.observe(request, response, 1)
      }
    },
    read: () => readHotKeys(shared, Date.now()),
  }
}

function shown(rank: (i: number) => number): BenchCase {
  const { read, showAll } = observed(1, rank)
  const run = (): number => {
    showAll()
    return COUNT
  }
  return {
    operations: COUNT,
    check: () => {
      run()
      ok(read().sampled >= COUNT)
    },
    run,
  }
}

function reading(): BenchCase {
  const { read, showAll } = observed(2, (i) => i)
  showAll()
  return {
    operations: 1,
    check: () => ok(read().sampled >= 2 * COUNT),
    run: () => read().sampled,
  }
}
