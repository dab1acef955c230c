/** npm `@keyv/memcache`: the store of Keyv that most use, with memjs and the binary dialect inside. */
import { KeyvMemcache } from '@keyv/memcache'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeLoad } from './store-load.ts'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'

const CLIENTS = 16
const LARGE = 200_000
const WAIT = { timeout: 5000, interval: 100 }

describe.each(targetsOf('@keyv/memcache'))('npm @keyv/memcache with %s', (name) => {
  let target: Target
  let store: KeyvMemcache

  beforeAll(async () => {
    target = await startTarget(name)
    store = connect()
    return () => store.client.close()
  })

  afterAll(() => target.stop())

  /** A miss comes as an object without a value. */
  async function get(client: KeyvMemcache, key: string): Promise<unknown> {
    const found = await client.get<{ readonly value?: string }>(key)
    return (found as { readonly value?: string } | undefined)?.value
  }

  /** Keyv gives it its values as JSON. */
  function put(client: KeyvMemcache, key: string, value: string, ttl?: number): Promise<void> {
    return client.set(key, JSON.stringify({ value }), ttl)
  }

  function connect(): KeyvMemcache {
    const made = new KeyvMemcache(`${target.host}:${target.port}`, { timeout: 10 })
    made.on('error', () => {})
    return made
  }

  it('sets, gets and deletes', async () => {
    expect(await get(store, 'a')).toBeUndefined()
    await put(store, 'a', 'one')
    expect(await get(store, 'a')).toBe('one')
    await put(store, 'a', 'two')
    expect(await get(store, 'a')).toBe('two')
    expect(await store.has('a')).toBe(true)
    expect(await store.delete('a')).toBe(true)
    expect(await store.delete('a')).toBe(false)
    expect(await get(store, 'a')).toBeUndefined()
  })

  it('keeps large values', async () => {
    const value = 'v'.repeat(LARGE)
    await put(store, 'large', value)
    expect((await get(store, 'large')) === value).toBe(true)
  })

  it('lets go of what is over', async () => {
    await put(store, 'short', 'lived', 1000)
    expect(await get(store, 'short')).toBe('lived')
    await expect.poll(() => get(store, 'short'), WAIT).toBeUndefined()
  })

  it(`serves ${CLIENTS} at once, ${OPERATIONS} operations each`, { timeout: 60_000 }, async () => {
    const clients = Array.from({ length: CLIENTS }, connect)
    const done = await Promise.all(
      clients.map((client, number) =>
        storeLoad(
          {
            set: (key, value) => put(client, key, value),
            get: async (key) => (await get(client, key)) as string | undefined,
            delete: (key) => client.delete(key),
          },
          `load-${number}`,
          OPERATIONS,
        ),
      ),
    )
    expect(done).toEqual(Array.from({ length: CLIENTS }, () => OPERATIONS))
    for (const { client } of clients) client.close()
  })

  it('clears', async () => {
    await put(store, 'cleared', 'one')
    await store.clear()
    expect(await get(store, 'cleared')).toBeUndefined()
  })

  it('finds a server again that was restarted', async ({ skip }) => {
    if (target.restart === undefined) return skip('it is not ours to restart')
    await put(store, 'restart', 'one')
    await target.restart()
    const puts = () => put(store, 'restarted', 'two').then(() => get(store, 'restarted'))
    await expect.poll(() => puts().catch(() => undefined), WAIT).toBe('two')
    expect(await get(store, 'restart')).toBeUndefined()
  })
})
