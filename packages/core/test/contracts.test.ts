/** What the compiler accepts as a part and what it refuses; checked by `tsc`, nothing here runs long. */
import type { ByteBuffer, Output } from '@pelikan/buffer'
import type {
  Connection,
  EntryStore,
  Execute,
  Item,
  KeyValueStorage,
  Parser,
  Receiver,
  Response,
  Transport,
} from '@pelikan/core'
import { describe, expectTypeOf, it } from 'vitest'

interface Plain {
  readonly op: number
}

/** A request with more in it. */
interface Traced extends Plain {
  readonly traceId: string
}

interface PlainResponse extends Response<Plain> {
  readonly done: () => void
}

describe('Execute', () => {
  it('accepts an execution that needs less than it gets', () => {
    expectTypeOf<Execute<Plain, PlainResponse>>().toExtend<Execute<Traced, PlainResponse>>()
  })

  it('refuses one that needs more, written as a method too', () => {
    expectTypeOf<Execute<Traced, PlainResponse>>().not.toExtend<Execute<Plain, PlainResponse>>()
    class Demanding {
      execute(_request: Traced, _response: PlainResponse): void {}
    }
    expectTypeOf<Demanding>().not.toExtend<Execute<Plain, PlainResponse>>()
    // @ts-expect-error: a request has no traceId
    const execute: Execute<Plain, PlainResponse> = new Demanding()
    expectTypeOf(execute).toBeObject()
  })

  it('refuses a response that cannot say what the execution says', () => {
    expectTypeOf<Execute<Plain, PlainResponse>>().not.toExtend<Execute<Plain, Response<Plain>>>()
  })
})

describe('Parser', () => {
  it('gives at least what is asked for', () => {
    expectTypeOf<Parser<Traced>>().toExtend<Parser<Plain>>()
    expectTypeOf<Parser<Plain>>().not.toExtend<Parser<Traced>>()
    expectTypeOf<Parser<Plain>['parse']>().toEqualTypeOf<(input: ByteBuffer) => Plain | undefined>()
  })
})

describe('Response', () => {
  it('needs no more than the request that it answers', () => {
    expectTypeOf<Response<Plain>>().toExtend<Response<Traced>>()
    expectTypeOf<Response<Traced>>().not.toExtend<Response<Plain>>()
    expectTypeOf<Parameters<Response<Plain>['begin']>>().toEqualTypeOf<[Plain, Output]>()
  })
})

describe('KeyValueStorage', () => {
  it('is an EntryStore', () => {
    expectTypeOf<KeyValueStorage>().toExtend<EntryStore>()
  })

  it('is none without one of its operations', () => {
    expectTypeOf<Omit<KeyValueStorage, 'cas'>>().not.toExtend<KeyValueStorage>()
    expectTypeOf<Omit<KeyValueStorage, 'flush'>>().not.toExtend<KeyValueStorage>()
  })

  it('lends items, and says undefined where there is none', () => {
    expectTypeOf<ReturnType<KeyValueStorage['get']>>().toEqualTypeOf<Item | undefined>()
  })
})

describe('contracts', () => {
  it('have members in property style, so that methods are compared strictly with them', () => {
    class Marked {
      receive(_bytes: Buffer & { readonly marked: true }, _start: number, _end: number): void {}
      drained(): void {}
      ended(): void {}
      closed(): void {}
    }
    expectTypeOf<Marked>().not.toExtend<Receiver>()
    expectTypeOf<Omit<Marked, 'receive'>>().toExtend<Omit<Receiver, 'receive'>>()
    class PathsOnly {
      listen(
        _address: { readonly path: string },
        _accept: (connection: Connection) => Receiver,
      ): ReturnType<Transport['listen']> {
        return Promise.reject(new TypeError('never called'))
      }
    }
    expectTypeOf<PathsOnly>().not.toExtend<Pick<Transport, 'listen'>>()
  })
})
