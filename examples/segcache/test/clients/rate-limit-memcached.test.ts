/** npm `rate-limit-memcached`: how often somebody asked, counted by `add` and `incr`. */
import Memcached from 'memcached'
import { MemcachedStore } from 'rate-limit-memcached'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'

const WINDOW_MS = 60_000
const AT_ONCE = 50
const CLIENTS = 16
const LOAD_TIMEOUT_MS = 120_000
const WAIT = { timeout: 10_000, interval: 50 }

describe.each(targetsOf('rate-limit-memcached'))('npm rate-limit-memcached with %s', (server) => {
  let target: Target
  let client: Memcached
  let store: MemcachedStore

  function open() {
    const { host, port } = target
    // After an error it thinks the server dead for this long (default: 30 s).
    const opened = new Memcached(`${host}:${port}`, { retry: 10 })
    const made = new MemcachedStore({ client: opened, prefix: 'rl:' })
    made.init({ windowMs: WINDOW_MS } as Parameters<MemcachedStore['init']>[0])
    return { client: opened, store: made }
  }

  beforeAll(async () => {
    target = await startTarget(server)
    ;({ client, store } = open())
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

  it(
    `counts for ${CLIENTS} clients at once, ${OPERATIONS} times each`,
    async () => {
      const clients = Array.from({ length: CLIENTS }, open)
      const counts = await Promise.all(
        clients.map(async (each, number) => {
          // A request makes the item; those at once would make it together.
          await each.store.increment(`load-${number}`)
          for (let done = 1; done < OPERATIONS; done += AT_ONCE) {
            const some = Math.min(AT_ONCE, OPERATIONS - done)
            const hits = await Promise.all(
              Array.from({ length: some }, () => each.store.increment(`load-${number}`)),
            )
            const expected = Array.from({ length: some }, (_, i) => done + i + 1)
            expect(hits.map(({ totalHits }) => totalHits).toSorted((a, b) => a - b)).toEqual(
              expected,
            )
          }
          each.client.end()
          return OPERATIONS
        }),
      )
      expect(counts).toHaveLength(CLIENTS)
    },
    LOAD_TIMEOUT_MS,
  )

  it('counts again on a server that was restarted', async ({ skip }) => {
    if (target.restart === undefined) return skip('it is not ours to restart')
    await store.increment('tink')
    await target.restart()
    const hits = () => store.increment('tink').then(({ totalHits }) => totalHits)
    await expect.poll(() => hits().catch(() => 0), WAIT).toBe(1)
  })
})
