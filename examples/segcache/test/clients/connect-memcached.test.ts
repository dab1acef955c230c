/** npm `connect-memcached`: sessions of Express, plain and encrypted. */
import { EventEmitter } from 'node:events'
import connectMemcached from 'connect-memcached'
import { beforeAll, describe, expect, it } from 'vitest'
import { storeLoad } from './store-load.ts'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'

/** As `express-session` has it: what a store inherits from is a function that is called without `new`. */
function Store(this: object): void {
  EventEmitter.call(this as EventEmitter)
}
Object.setPrototypeOf(Store.prototype, EventEmitter.prototype)

const MemcachedStore = connectMemcached({ Store: Store as unknown as new () => object })
type Store = InstanceType<typeof MemcachedStore>

const HOUR_MS = 3_600_000
const CLIENTS = 16
const LOAD_TIMEOUT_MS = 120_000
const WAIT = { timeout: 10_000, interval: 50 }
const SESSION = { cookie: { maxAge: HOUR_MS }, user: 'Zoë', visits: 3 }

function ask<T>(request: (done: (error: unknown, result?: unknown) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    request((error, result) => {
      if (error === undefined || error === null) resolve(result as T)
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)))
    })
  })
}

describe.each(targetsOf('connect-memcached'))('npm connect-memcached with %s', (server) => {
  let target: Target
  beforeAll(async () => {
    target = await startTarget(server)
    return () => target.stop()
  })

  it.each([
    ['plain', {}],
    ['encrypted', { secret: 'S3cret-Neverland!Lagoon#42' }],
  ] as const)('keeps, touches and ends sessions, %s', async (prefix, secret) => {
    const { host, port } = target
    const store: Store = new MemcachedStore({ hosts: [`${host}:${port}`], prefix, ...secret })
    expect(await ask((done) => store.get('one', done))).toBeUndefined()
    await ask((done) => store.set('one', SESSION, done))
    await ask((done) => store.set('two', { ...SESSION, visits: 4 }, done))
    expect(await ask((done) => store.get('one', done))).toEqual(SESSION)
    await ask((done) => store.touch('one', SESSION, done))
    await ask((done) => store.destroy('one', done))
    expect(await ask((done) => store.get('one', done))).toBeUndefined()
    expect(await ask((done) => store.get('two', done))).toEqual({ ...SESSION, visits: 4 })
    store.client.end()
  })

  function open(prefix: string): Store {
    const { host, port } = target
    // It opens up to ten connections at once, and thinks a server dead for 30 s after an error.
    return new MemcachedStore({ hosts: [`${host}:${port}`], prefix, retry: 10 })
  }

  it(
    `serves ${CLIENTS} at once, ${OPERATIONS} operations each`,
    async () => {
      const stores = Array.from({ length: CLIENTS }, (_, number) => open(`load-${number}`))
      const counts = await Promise.all(
        stores.map((store) =>
          storeLoad(
            {
              set: (key, user) => ask((done) => store.set(key, { ...SESSION, user }, done)),
              get: async (key) =>
                (await ask<typeof SESSION | undefined>((done) => store.get(key, done)))?.user,
              delete: (key) => ask((done) => store.destroy(key, done)),
            },
            'session',
            OPERATIONS,
          ),
        ),
      )
      expect(counts).toEqual(Array.from({ length: CLIENTS }, () => OPERATIONS))
      for (const { client } of stores) client.end()
    },
    LOAD_TIMEOUT_MS,
  )

  it('finds a server again that was restarted', async ({ skip }) => {
    if (target.restart === undefined) return skip('it is not ours to restart')
    const store = open('restart')
    await ask((done) => store.set('one', SESSION, done))
    await target.restart()
    const sets = () => ask((done) => store.set('two', SESSION, done))
    await expect
      .poll(
        () =>
          sets().then(
            () => true,
            () => false,
          ),
        WAIT,
      )
      .toBe(true)
    expect(await ask((done) => store.get('one', done))).toBeUndefined()
    expect(await ask((done) => store.get('two', done))).toEqual(SESSION)
    store.client.end()
  })
})
