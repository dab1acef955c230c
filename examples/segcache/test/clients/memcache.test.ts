/** npm `memcache`: promises, text values, one connection per server, says `quit`. */
import { connect as connectSocket } from 'node:net'
import { Memcache } from 'memcache'
import type { Address, CacheClient, ConnectOptions, Value } from './cache-client.ts'
import { testClient } from './suite.ts'

testClient({
  name: 'memcache',
  connect,
  skip: [{ test: 'binary values', reason: 'its values are text' }],
})

async function connect(address: Address, options: ConnectOptions = {}): Promise<CacheClient> {
  const client = new Memcache({
    nodes: [`${address.host}:${address.port}`],
    ...(options.largestValue === undefined ? {} : { maxValueSize: options.largestValue }),
  })
  // Requests made while the first one still connects would each open a connection.
  await client.connect()

  return {
    set: (key, value, ttl = 0) => client.set(key, text(value), ttl),
    add: (key, value) => client.add(key, text(value)),
    replace: (key, value) => client.replace(key, text(value)),
    append: (key, value) => client.append(key, text(value)),
    prepend: (key, value) => client.prepend(key, text(value)),
    cas: (key, value, cas) => client.cas(key, text(value), cas),
    get: (key) => client.get(key),
    gets: async (key) => {
      const value = await client.get(key)
      return value === undefined ? undefined : { value, cas: await readToken(address, key) }
    },
    getMany: (keys) => client.gets([...keys]),
    incr: (key, by) => client.incr(key, by),
    decr: (key, by) => client.decr(key, by),
    touch: (key, ttl) => client.touch(key, ttl),
    delete: (key) => client.delete(key),
    flush: async () => void (await client.flush()),
    close: () => client.quit(),
  }
}

function text(value: Value): string {
  if (typeof value === 'string') return value
  throw new TypeError('memcache stores text only')
}

/** It sends `cas`, but reads no token: its `gets` is a `get` of many keys. */
function readToken(address: Address, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ''
    const socket = connectSocket({ host: address.host, port: address.port })
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => (reply += chunk))
    socket.on('end', () => resolve(/^VALUE \S+ \d+ \d+ (\d+)\r\n/.exec(reply)?.[1] ?? ''))
    socket.on('error', reject)
    socket.write(`gets ${key}\r\nquit\r\n`)
  })
}
