/** One thread, one cache: what can be done with it, each line checked. */
import assert from 'node:assert/strict'
import { MISS, Seg } from '@pelikan/storage-seg'

const cache = new Seg({ heapBytes: '16MB' })

// Write: keys and values are strings or bytes.
cache.set('greeting', 'hello')
cache.set('session:7', new Uint8Array([1, 2, 3]), { ttl: 30 * 60 })
cache.set('nonce', 'f3a9', { ttlMs: 250 })

// Read: a copy that is yours.
assert.equal(cache.getString('greeting'), 'hello')
assert.deepEqual(cache.get('session:7'), Buffer.from([1, 2, 3]))
assert.equal(cache.get('nothing'), undefined)

// Read into memory of your own.
const target = Buffer.alloc(1024)
const length = cache.getInto('greeting', target)
if (length === MISS) console.log('not there')
else if (length < MISS) console.log(`${~length} bytes do not fit`)
else assert.equal(target.toString('utf8', 0, length), 'hello')

// What is not there is loaded, once for all who ask meanwhile.
const [first, second] = await Promise.all([
  cache.getOrSet('user:1', loadUser, { ttl: 60 }),
  cache.getOrSet('user:1', loadUser, { ttl: 60 }),
])
assert.deepEqual(first, second)
assert.equal(cache.stats().loads, 1)

// What has changed is dropped: a load that is under way stores nothing then.
cache.delete('user:1')
assert.equal(cache.has('user:1'), false)

// Ten requests a minute for each client, counted over all threads.
for (let request = 1; request <= 12; request++) {
  const count = cache.increment('requests of 192.0.2.1', 1, { initial: 1, ttl: 60 }) ?? 0
  assert.equal(count > 10, request > 10)
}

// Go through it.
for (const [key, value] of cache) {
  console.log(key.toString(), value.length)
}

const { evictions, hits, items, misses } = cache.stats()
console.log({ evictions, hits, items, misses })

async function loadUser(key: string): Promise<string> {
  return JSON.stringify({ key, name: 'Ada' })
}
