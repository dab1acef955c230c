/** What the compiler accepts and refuses; `tsc -b` checks this file. Nothing here listens. */
import { memcacheMetrics, memcacheStore, Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { MemcacheParser, type MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { PingParser, type PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { type PartContext, ProcessBuilder, type ProcessParts, defineParts } from '@pelikan/server'
import { HashMapStorage, hashMapMetrics } from '@pelikan/storage-hashmap'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { describe, expectTypeOf, it } from 'vitest'

const ping = defineParts({
  name: 'ping',
  storage: () => new Noop(),
  parser: () => new PingParser(),
  response: () => new PingResponse(),
  execute: (_storage, context) => new PingStore(context),
  transport: (context) => new NetTransport(context),
  metrics: [pingMetrics, netMetrics],
})

function makeHashMap({ clock, metrics }: PartContext): HashMapStorage {
  return new HashMapStorage({
    memoryLimit: 1 << 20,
    itemSizeMax: 1 << 10,
    eviction: 'lru',
    clock,
    metrics,
  })
}

const memcache = defineParts({
  name: 'memcache',
  storage: makeHashMap,
  parser: () => new MemcacheParser(),
  response: () => new MemcacheResponse(),
  execute: (storage, context) => memcacheStore(storage, { ...context, version: '0' }),
  transport: (context) => new NetTransport(context),
  metrics: [memcacheMetrics, hashMapMetrics, netMetrics],
})

/** A storage that has everything but `cas`. */
type WithoutCas = Omit<HashMapStorage, 'cas'>

/** A storage that threads share. */
class Counting extends Noop {
  readonly memory: SharedArrayBuffer

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    super()
    this.memory = memory
  }
}

/** A request with more in it than any parser here gives. */
interface TracedRequest extends PingRequest {
  readonly traceId: string
}

const options = { listen: [] }

describe('parts that fit', () => {
  it('have all four types inferred', () => {
    expectTypeOf(ping).toEqualTypeOf<ProcessParts<Noop, PingParser, PingRequest, PingResponse>>()
    expectTypeOf(memcache).toEqualTypeOf<
      ProcessParts<HashMapStorage, MemcacheParser, MemcacheRequest, MemcacheResponse>
    >()
    const build = () => new ProcessBuilder(memcache, options)
    expectTypeOf(build).returns.toEqualTypeOf<
      ProcessBuilder<HashMapStorage, MemcacheParser, MemcacheRequest, MemcacheResponse>
    >()
  })

  it('have the type of a storage that is shared inferred, too', () => {
    const shared = () =>
      defineParts({
        ...ping,
        storage: {
          create: () => new Counting(),
          share: (storage) => storage.memory,
          attach: (handle) => new Counting(handle as SharedArrayBuffer),
        },
        parser: () => new PingParser(),
        response: () => new PingResponse(),
        execute: (storage, context) => (storage.memory, new PingStore(context)),
      })
    expectTypeOf(shared).returns.toEqualTypeOf<
      ProcessParts<Counting, PingParser, PingRequest, PingResponse>
    >()
  })

  it('may be named, and are held to the names', () => {
    const right = () =>
      new ProcessBuilder<Noop, PingParser, PingRequest, PingResponse>(ping, options)
    expectTypeOf(right).toBeFunction()
    const wrong = () =>
      new ProcessBuilder<HashMapStorage, MemcacheParser, MemcacheRequest, MemcacheResponse>(
        // @ts-expect-error these are the parts of another protocol
        ping,
        options,
      )
    expectTypeOf(wrong).toBeFunction()
  })
})

describe('parts that do not fit are refused at their own line', () => {
  it('a storage without cas under memcache', () => {
    const build = () =>
      new ProcessBuilder(
        {
          ...memcache,
          storage: (): WithoutCas => makeHashMap(context()),
          parser: () => new MemcacheParser(),
          response: () => new MemcacheResponse(),
          // @ts-expect-error Property 'cas' is missing
          execute: (storage) => memcacheStore(storage, { ...context(), version: '0' }),
        },
        options,
      )
    expectTypeOf(build).toBeFunction()
  })

  it('a response of ping under memcache', () => {
    const build = () =>
      new ProcessBuilder(
        {
          ...memcache,
          storage: memcache.storage,
          parser: () => new MemcacheParser(),
          // @ts-expect-error PingResponse begins with a PingRequest
          response: () => new PingResponse(),
          // @ts-expect-error and what memcache executes does not write to a PingResponse
          execute: (storage) => memcacheStore(storage, { ...context(), version: '0' }),
        },
        options,
      )
    expectTypeOf(build).toBeFunction()
  })

  it('an execution that demands more of a request than the parser gives', () => {
    const build = () =>
      new ProcessBuilder(
        {
          ...ping,
          storage: () => new Noop(),
          parser: () => new PingParser(),
          response: () => new PingResponse(),
          execute: () => ({
            // @ts-expect-error Property 'traceId' is missing in type 'PingRequest'
            execute: (request: TracedRequest, response: PingResponse) =>
              request.traceId === '' ? response.quit() : response.pong(),
          }),
        },
        options,
      )
    expectTypeOf(build).toBeFunction()
  })

  it('a storage that is another one on other threads', () => {
    const build = () =>
      new ProcessBuilder(
        {
          ...ping,
          storage: {
            create: () => new Counting(),
            share: (storage) => storage.memory,
            // @ts-expect-error Property 'memory' is missing in type 'Noop'
            attach: () => new Noop(),
          },
          parser: () => new PingParser(),
          response: () => new PingResponse(),
          execute: (_storage, context) => new PingStore(context),
        },
        options,
      )
    expectTypeOf(build).toBeFunction()
  })

  it('a storage that is no storage', () => {
    const build = () =>
      new ProcessBuilder(
        {
          ...ping,
          // @ts-expect-error Property 'expire' is missing
          storage: () => ({ clear() {} }),
          parser: () => new PingParser(),
          response: () => new PingResponse(),
          execute: (_storage, context) => new PingStore(context),
        },
        options,
      )
    expectTypeOf(build).toBeFunction()
  })
})

declare function context(): PartContext
