/**
 * A whole get without its socket: parse, execute over 100,000 keys, compose. What a wire bench shows
 * beyond this is the transport.
 *
 * @module
 */
import { equal } from 'node:assert/strict'
import { BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import { Entry, SystemClock } from '@pelikan/core'
import { memcacheMetrics, memcacheStore } from '@pelikan/entrystore'
import { Metrics } from '@pelikan/metrics'
import { MemcacheParser, MemcacheResponse } from '@pelikan/protocol-memcache'
import { HashMapStorage, hashMapMetrics } from '@pelikan/storage-hashmap'
import type { BenchCase, BenchCases } from './bench-case.ts'

const KEYS = 100_000
const PIPELINED = 16
const BATCHES = 64
const VALUE = Buffer.alloc(64, 'v')
/** Prime to {@link KEYS}: every key once, far from the one before. */
const STRIDE = 61_803

/** A dialect's way to ask for a value, and how long its answer is beyond the value. */
interface Dialect {
  readonly ask: (key: string) => Buffer
  readonly frameBytes: number
}

const GET_FRAME = `VALUE ${keyText(0)} 0 64\r\n\r\nEND\r\n`.length
const dialects: Readonly<Record<string, Dialect>> = {
  get: { ask: (key) => Buffer.from(`get ${key}\r\n`), frameBytes: GET_FRAME },
  'meta get': { ask: (key) => Buffer.from(`mg ${key} v\r\n`), frameBytes: 'VA 64\r\n\r\n'.length },
  'binary get': { ask: binaryGet, frameBytes: 28 },
}

export const serveCases: BenchCases = Object.fromEntries(
  Object.entries(dialects).map(([name, dialect]) => [
    `serve/${name} x16, 100k keys/HashMapStorage`,
    () => serving(dialect),
  ]),
)

function binaryGet(key: string): Buffer {
  const header = Buffer.alloc(24)
  header.set([0x80, 0, 0, key.length, 0, 0, 0, 0, 0, 0, 0, key.length])
  return Buffer.concat([header, Buffer.from(key)])
}

function serving({ ask, frameBytes }: Dialect): BenchCase {
  const clock = new SystemClock()
  const metrics = new Metrics([memcacheMetrics, hashMapMetrics])
  const storage = new HashMapStorage({
    memoryLimit: 256 * 2 ** 20,
    itemSizeMax: 2 ** 20,
    eviction: 'lru',
    clock,
    metrics,
  })
  const entry = new Entry()
  entry.value = VALUE
  entry.valueEnd = VALUE.length
  for (let key = 0; key < KEYS; key++) {
    entry.key = Buffer.from(keyText(key))
    entry.keyEnd = entry.key.length
    storage.set(entry)
  }
  const store = memcacheStore(storage, { clock, metrics, version: '0' })
  const parser = new MemcacheParser()
  const response = new MemcacheResponse()
  const input = new ByteBuffer({ initial: 4096, limit: 65_536 })
  const output = new Output(new BlockPool(new MemoryBudget(Infinity), 16_384, 64))
  const batches = Array.from({ length: BATCHES }, (_, batch) => {
    const keys = Array.from({ length: PIPELINED }, (__, i) => batch * PIPELINED + i)
    return Buffer.concat(keys.map((i) => ask(keyText((i * STRIDE) % KEYS))))
  })
  const serve = (): number => {
    let bytes = 0
    for (const batch of batches) {
      input.wrap(batch, 0, batch.length)
      for (;;) {
        const request = parser.parse(input)
        if (request === undefined) break
        response.begin(request, output)
        store.execute(request, response)
      }
      input.release()
      bytes += output.length
      output.clear()
    }
    return bytes
  }
  return {
    operations: PIPELINED * BATCHES,
    check() {
      equal(serve(), PIPELINED * BATCHES * (frameBytes + VALUE.length))
      equal(metrics.read(memcacheMetrics.get_key_hit), PIPELINED * BATCHES)
    },
    run: serve,
  }
}

function keyText(key: number): string {
  return `bench:${String(key).padStart(6, '0')}`
}
