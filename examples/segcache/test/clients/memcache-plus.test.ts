/** npm `memcache-plus`: promises, replies read as lines of text, commands cut in two writes. */
import MemcachePlus from 'memcache-plus'
import type { Address, CacheClient, ConnectOptions } from './cache-client.ts'
import { testClient } from './suite.ts'

/** It gives up on get, gets, delete, incr and decr after 500 ms, which 16 busy clients may need. */
const NET_TIMEOUT_MS = 30_000

testClient({
  name: 'memcache-plus',
  connect,
  skip: [
    { test: 'touch', reason: 'it has no touch' },
    {
      test: '0 bytes',
      reason:
        'it takes the empty line of an empty value for the answer and is one answer off from then on',
    },
    { test: 'a key of 250 bytes', reason: 'it takes 249 at most' },
    {
      test: 'values that look like replies',
      reason: 'it reads replies by lines: of a value with line ends the last line is left',
    },
    {
      test: 'binary values',
      reason: 'it stores bytes from 0x80 as UTF-8 and gives back as many zeros too many',
    },
  ],
})

async function connect(address: Address, options: ConnectOptions = {}): Promise<CacheClient> {
  const client = new MemcachePlus({
    hosts: [`${address.host}:${address.port}`],
    netTimeout: NET_TIMEOUT_MS,
    // Otherwise it prints every failed attempt to connect again.
    onNetError: () => {},
    ...(options.largestValue === undefined ? {} : { maxValueSize: options.largestValue }),
  })
  await client.version()

  return {
    set: (key, value, ttl = 0) => stored(client.set(key, value, ttl)),
    add: (key, value) => stored(client.add(key, value)),
    replace: (key, value) => stored(client.replace(key, value)),
    append: (key, value) => stored(client.append(key, value)),
    prepend: (key, value) => stored(client.prepend(key, value)),
    cas: (key, value, cas) => client.cas(key, value, cas),
    get: async (key) => (await client.get(key)) ?? undefined,
    gets: async (key) => {
      const [value, cas] = await client.gets(key)
      return value === null || cas === null ? undefined : { value, cas }
    },
    getMany: async (keys) => {
      const found = Object.entries(await client.getMulti(keys))
      return new Map(found.flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
    },
    incr: (key, by) => number(client.incr(key, by)),
    decr: (key, by) => number(client.decr(key, by)),
    touch: () => Promise.reject(new Error('memcache-plus has no touch')),
    delete: (key) => client.delete(key),
    flush: async () => void (await client.flush()),
    close: () => client.disconnect(),
  }
}

/** It has words of its own for NOT_STORED. */
async function stored(answer: Promise<void>): Promise<boolean> {
  try {
    await answer
    return true
  } catch (error) {
    if (/because it (?:already exists|does not exist)$/.test((error as Error).message)) return false
    throw error
  }
}

/** NOT_FOUND comes out as NaN: it looks for "NOT FOUND". */
async function number(answer: Promise<number>): Promise<number | undefined> {
  const result = await answer
  return Number.isNaN(result) ? undefined : result
}
