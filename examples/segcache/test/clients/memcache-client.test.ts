/** npm `memcache-client`: promises, bytes, one connection per client. */
import { MemcacheClient } from 'memcache-client'
import type { Address, CacheClient, Value } from './cache-client.ts'
import { testClient } from './suite.ts'

interface Retrieved {
  readonly value: Value
  readonly casUniq: string
}

testClient({ name: 'memcache-client', connect })

async function connect(address: Address): Promise<CacheClient> {
  const client = new MemcacheClient({ server: `${address.host}:${address.port}` })
  await client.version()

  return {
    // Without a lifetime it asks for 60 s.
    set: (key, value, lifetime = 0) => done(client.set(key, value, { lifetime })),
    add: (key, value) => done(client.add(key, value, { lifetime: 0 })),
    replace: (key, value) => done(client.replace(key, value, { lifetime: 0 })),
    append: (key, value) => done(client.append(key, value)),
    prepend: (key, value) => done(client.prepend(key, value)),
    cas: (key, value, casUniq) => done(client.cas(key, value, { casUniq, lifetime: 0 })),
    get: async (key) => (await retrieve<Retrieved | undefined>('get', key))?.value,
    gets: async (key) => {
      const found = await retrieve<Retrieved | undefined>('gets', key)
      return found === undefined ? undefined : { value: found.value, cas: found.casUniq }
    },
    getMany: async (keys) => {
      const found = await retrieve<Record<string, Retrieved>>('get', [...keys])
      return new Map(Object.entries(found).map(([key, { value }]) => [key, value]))
    },
    incr: (key, by) => number(client.incr(key, by)),
    decr: (key, by) => number(client.decr(key, by)),
    touch: (key, ttl) => done(client.touch(key, ttl)),
    delete: (key) => done(client.delete(key)),
    // It has no flush of its own.
    flush: () => client.cmd<void>('flush_all'),
    close: async () => client.shutdown(),
  }

  function retrieve<T>(command: 'get' | 'gets', key: string | string[]): Promise<T> {
    return client.retrieve<T>(command, key)
  }
}

/** Every answer but the hoped-for one is an error. */
async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const { message } = error as Error
    if (/^(?:NOT_STORED|EXISTS|NOT_FOUND)$/.test(message)) return undefined
    throw error
  }
}

async function done(answer: Promise<unknown>): Promise<boolean> {
  return (await orMissing(answer)) !== undefined
}

async function number(answer: Promise<string>): Promise<number | undefined> {
  const text = await orMissing(answer)
  return text === undefined ? undefined : Number(text)
}
