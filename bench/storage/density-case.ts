/** One cache, filled with more than it holds and read back, in a process of its own. */
import { equal } from 'node:assert/strict'
import { Entry, Status, SystemClock } from '@pelikan/core'
import { residentBytes, ServerProcess } from '@pelikan/loadgen'
import { SegStorage } from '@pelikan/storage-seg'
import { MEMCACHE_PROBE, REPOSITORY } from '../wire/repository.ts'
import { readTask } from './case-process.ts'
import { MemcacheClient } from './memcache-client.ts'
import { NUMBER_KEY_BYTES, writeNumberKey } from './number-key.ts'
import { RedisClient } from './redis-client.ts'

export interface DensityTask {
  readonly contestant: 'SegStorage' | 'segcache' | 'memcached' | 'redis'
  readonly limitMib: number
  /** Items that are written. */
  readonly items: number
}

export interface DensityResult {
  /** Items that were there when all of them were asked for. */
  readonly found: number
  /** Of the process that holds them, with all that it has besides. */
  readonly residentBytes: number
}

const VALUE_BYTES = 64
const BATCH = 100
const REDIS_BATCH = 5000
const CHUNK = 1000
const REDIS_PROBE = { request: 'PING\r\n', reply: '+PONG' }
const value = Buffer.alloc(VALUE_BYTES, '.')

const { contestant, items, limitMib } = readTask() as DensityTask
const run = { SegStorage: inProcess, segcache, memcached, redis }[contestant]
const result: DensityResult = await run()
console.log(JSON.stringify(result))

async function inProcess(): Promise<DensityResult> {
  const heapBytes = limitMib * 2 ** 20
  const storage = new SegStorage({ heapBytes, clock: new SystemClock(), seed: 1 })
  const entry = new Entry()
  const key = Buffer.alloc(NUMBER_KEY_BYTES)
  entry.key = key
  entry.keyEnd = key.length
  entry.value = value
  entry.valueEnd = value.length
  for (let n = 0; n < items; n++) {
    writeNumberKey(n, key, 0)
    value.writeInt32LE(n)
    if (storage.set(entry) !== Status.Ok) throw new Error('a set was refused')
  }
  let found = 0
  for (let n = 0; n < items; n++) {
    writeNumberKey(n, key, 0)
    const item = storage.get(key, 0, key.length)
    if (item === undefined) continue
    equal(item.end - item.start, VALUE_BYTES)
    equal(item.bytes.readInt32LE(item.start), n)
    storage.release(item)
    found++
  }
  return { found, residentBytes: residentBytes(process.pid) }
}

function segcache(): Promise<DensityResult> {
  return overSocket(`node examples/segcache/src/main.ts -p {port} -t 1 -m ${limitMib}`)
}

function memcached(): Promise<DensityResult> {
  return overSocket(`memcached -l 127.0.0.1 -t 1 -p {port} -u root -m ${limitMib}`)
}

async function overSocket(command: string): Promise<DensityResult> {
  const server = await ServerProcess.start({ command, probe: MEMCACHE_PROBE, cwd: REPOSITORY })
  const client = await MemcacheClient.connect(server.target.port)
  try {
    for (let n = 0; n < items; n++) {
      value.writeInt32LE(n)
      client.set(n, 0, value, 0, value.length)
      if (n % CHUNK === 0) await client.drain()
    }
    await client.settle()
    const numbers = new Int32Array(BATCH)
    let found = 0
    for (let first = 0; first < items; first += BATCH) {
      const count = Math.min(BATCH, items - first)
      for (let i = 0; i < count; i++) numbers[i] = first + i
      await client.get(numbers, count, (number, bytes, start, end) => {
        equal(end - start, VALUE_BYTES)
        equal(bytes.readInt32LE(start), number)
        found++
      })
    }
    return { found, residentBytes: residentBytes(server.pid) }
  } finally {
    client.close()
    await server.stop()
  }
}

async function redis(): Promise<DensityResult> {
  const command =
    'redis-server --bind 127.0.0.1 --port {port} --save "" --appendonly no ' +
    `--maxmemory ${limitMib}mb --maxmemory-policy allkeys-lru`
  const server = await ServerProcess.start({ command, probe: REDIS_PROBE })
  const client = await RedisClient.connect(server.target.port)
  try {
    for (let first = 0; first < items; first += REDIS_BATCH) {
      await client.set(first, Math.min(first + REDIS_BATCH, items), (number) => {
        value.writeInt32LE(number)
        return value
      })
    }
    let found = 0
    for (let first = 0; first < items; first += REDIS_BATCH) {
      const end = Math.min(first + REDIS_BATCH, items)
      await client.get(first, end, (number, bytes, start, stop) => {
        equal(stop - start, VALUE_BYTES)
        equal(bytes.readInt32LE(start), number)
        found++
      })
    }
    return { found, residentBytes: residentBytes(server.pid) }
  } finally {
    client.close()
    await server.stop()
  }
}
