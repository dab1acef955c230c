/**
 * npm `memcached`: callbacks, text values, a pool of connections per server.
 *
 * @module
 */
import Memcached from 'memcached'
import type { Address, CacheClient, ConnectOptions } from './cache-client.ts'

type Done = (error: unknown, result?: unknown) => void

/** The error of a store command that answered NOT_STORED. */
interface NotStored {
  readonly notStored?: boolean
}

export async function connectMemcached(
  address: Address,
  options: ConnectOptions = {},
): Promise<CacheClient> {
  const client = new Memcached(`${address.host}:${address.port}`, {
    // After an error reply it thinks the server dead for this long (default: 30 s).
    retry: 10,
    ...(options.largestValue === undefined ? {} : { maxValue: options.largestValue }),
  })
  // The first request opens the connection. Requests made meanwhile would open further ones, up to ten,
  // and then wait a second.
  await answer((done) => client.version(done))

  return {
    set: (key, value, ttl = 0) => stored((done) => client.set(key, value, ttl, done)),
    add: (key, value) => stored((done) => client.add(key, value, 0, done)),
    replace: (key, value) => stored((done) => client.replace(key, value, 0, done)),
    append: (key, value) => stored((done) => client.append(key, value, done)),
    prepend: (key, value) => stored((done) => client.prepend(key, value, done)),
    cas: (key, value, cas) => stored((done) => client.cas(key, value, cas, 0, done)),
    get: (key) => answer((done) => client.get(key, done)),
    gets: async (key) => {
      const found = await answer<Record<string, string> | undefined>((done) =>
        client.gets(key, done),
      )
      return found === undefined ? undefined : { value: found[key] ?? '', cas: found['cas'] ?? '' }
    },
    getMany: async (keys) =>
      new Map(Object.entries(await answer<object>((done) => client.getMulti([...keys], done)))),
    // `false` where the key is missing.
    incr: (key, by) => number((done) => client.incr(key, by, done)),
    decr: (key, by) => number((done) => client.decr(key, by, done)),
    touch: (key, ttl) => answer((done) => client.touch(key, ttl, done)),
    delete: (key) => answer((done) => client.del(key, done)),
    flush: () => answer((done) => client.flush(done)),
    close: async () => client.end(),
  }
}

function answer<T>(request: (done: Done) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    request((error, result) => {
      if (error === undefined || error === null) resolve(result as T)
      else reject(error instanceof Error ? error : new Error(`memcached: ${JSON.stringify(error)}`))
    })
  })
}

async function stored(request: (done: Done) => void): Promise<boolean> {
  try {
    return await answer<boolean>(request)
  } catch (error) {
    if ((error as NotStored).notStored === true) return false
    throw error
  }
}

async function number(request: (done: Done) => void): Promise<number | undefined> {
  const result = await answer<number | false>(request)
  return result === false ? undefined : result
}
