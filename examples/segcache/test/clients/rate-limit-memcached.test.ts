/** npm `rate-limit-memcached`: how often somebody asked, counted by `add` and `incr`. */
import Memcached from 'memcached'
import { MemcachedStore } from 'rate-limit-memcached'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Target, startTarget, targetsOf } from './target.ts'

const WINDOW_MS = 60_000
const AT_ONCE = 50

describe.each(targetsOf('rate-limit-memcached'))('npm rate-limit-memcached with %s', (server) => {
  let target: Target
  let client: Memcached
  let store: MemcachedStore
  beforeAll(async () => {
    target = await startTarget(server)
    client = new Memcached(`${target.host}:${target.port}`)
    store = new MemcachedStore({ client, prefix: 'rl:' })
    store.init({ windowMs: WINDOW_MS } as Parameters<MemcachedStore['init']>[0])
    return async () => {
      client.end()
      await target.stop()
    }
  })

  it('counts, takes back and forgets', async () => {
    const first = await store.increment('peter')
    expect(first.totalHits).toBe(1)
    const second = await store.increment('peter')
    expect(second).toEqual({ totalHits: 2, resetTime: first.resetTime })
    await store.decrement('peter')
    expect((await store.increment('peter')).totalHits).toBe(2)
    await store.resetKey('peter')
    expect((await store.increment('peter')).totalHits).toBe(1)
  })

  it('misses nobody of many at once', async () => {
    await store.increment('wendy')
    const hits = await Promise.all(Array.from({ length: AT_ONCE }, () => store.increment('wendy')))
    const counted = hits.map(({ totalHits }) => totalHits).toSorted((a, b) => a - b)
    expect(counted).toEqual(Array.from({ length: AT_ONCE }, (_, i) => i + 2))
  })
})
