/** npm `memjs`: the binary dialect, one connection per client. */
import { Client, type Serializer } from 'memjs'
import type { Address, CacheClient, Value } from './cache-client.ts'
import { testClient } from './suite.ts'

const NEVER_MAKE = 0xffff_ffff
const FLAGS_BYTES = 4
const IS_BYTES = 1
const SECONDS = 10

/** Remembers in the client's flags whether a value was bytes. */
const serializer: Serializer<Value, Value | null> = {
  serialize(_opcode, value, extras) {
    if (extras.length >= FLAGS_BYTES)
      extras.writeUInt32BE(typeof value === 'string' ? 0 : IS_BYTES, 0)
    return { value, extras }
  },
  deserialize(_opcode, value, extras) {
    const isBytes = extras.length >= FLAGS_BYTES && extras.readUInt32BE(0) === IS_BYTES
    return { value: value === null || isBytes ? value : value.toString(), extras }
  },
}

testClient({
  name: 'memjs',
  connect,
  skip: [
    { test: 'cas', reason: 'memjs has no gets and no cas' },
    { test: 'prepend', reason: 'memjs sends append where it should prepend' },
    { test: 'incr', reason: 'memjs sends 32 bits of the amount' },
  ],
})

async function connect({ host, port }: Address): Promise<CacheClient> {
  const client = Client.create<Value, Value | null>(`${host}:${port}`, {
    serializer,
    retries: 0,
    timeout: SECONDS,
    logger: { log: () => {} },
  })
  await client.get('connected')
  const count = async (how: 'increment' | 'decrement', key: string, by: number) => {
    const answer = client[how](key, by, { initial: 0, expires: NEVER_MAKE })
    const { value } = (await unlessMissing(answer)) ?? {}
    return value ?? undefined
  }
  return {
    set: (key, value, expires = 0) => client.set(key, value, { expires }),
    add: (key, value) => client.add(key, value, { expires: 0 }),
    replace: (key, value) => client.replace(key, value, { expires: 0 }),
    append: (key, value) => done(client.append(key, value)),
    prepend: (key, value) => done(client.prepend(key, value)),
    cas: () => Promise.reject(new Error('memjs has no cas')),
    get: async (key) => (await client.get(key)).value ?? undefined,
    gets: () => Promise.reject(new Error('memjs has no gets')),
    getMany: async (keys) => {
      const found = await Promise.all(keys.map(async (key) => [key, (await client.get(key)).value]))
      return new Map(found.filter((pair): pair is [string, Value] => pair[1] !== null))
    },
    incr: (key, by) => count('increment', key, by),
    decr: (key, by) => count('decrement', key, by),
    touch: (key, ttl) => client.touch(key, ttl),
    delete: (key) => client.delete(key),
    flush: async () => {
      await client.flush()
    },
    close: async () => client.close(),
  }
}

/** What is missing is an error to it where it is none to others. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (/(?:Item not stored|Key not found)$/.test((error as Error).message)) return undefined
    throw error
  }
}

async function done(answer: Promise<boolean>): Promise<boolean> {
  return (await unlessMissing(answer)) ?? false
}
