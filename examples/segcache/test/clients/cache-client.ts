/**
 * What the four clients have in common: each of them is put behind this interface, and the suite knows
 * nothing else. An answer means the same from all of them; how a client says it is its adapter's matter.
 *
 * @module
 */

export interface Address {
  readonly host: string
  readonly port: number
}

export type Value = string | Buffer

export interface Versioned {
  readonly value: Value
  /** The token for {@link CacheClient.cas}. */
  readonly cas: string
}

/**
 * Times to live are seconds, 0 is for ever. What was not done for the item's sake (missing, there already,
 * changed meanwhile) is `false` or `undefined`; an error reply is either of them or a rejection, as the
 * client has it.
 */
export interface CacheClient {
  readonly set: (key: string, value: Value, ttl?: number) => Promise<boolean>
  readonly add: (key: string, value: Value) => Promise<boolean>
  readonly replace: (key: string, value: Value) => Promise<boolean>
  readonly append: (key: string, value: Value) => Promise<boolean>
  readonly prepend: (key: string, value: Value) => Promise<boolean>
  readonly cas: (key: string, value: Value, cas: string) => Promise<boolean>
  readonly get: (key: string) => Promise<Value | undefined>
  readonly gets: (key: string) => Promise<Versioned | undefined>
  /** Those of `keys` that are there. */
  readonly getMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>
  readonly incr: (key: string, by: number) => Promise<number | undefined>
  readonly decr: (key: string, by: number) => Promise<number | undefined>
  readonly touch: (key: string, ttl: number) => Promise<boolean>
  readonly delete: (key: string) => Promise<boolean>
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface ConnectOptions {
  /** Bytes up to which the client leaves it to the server to refuse a value. Default: the client's. */
  readonly largestValue?: number
}

export interface Skip {
  /** The name of a test of the suite. */
  readonly test: string
  /** What this client lacks, or which bug of it stands in the way. */
  readonly reason: string
}

/** A client from npm, and what of it cannot be tested. */
export interface ClientUnderTest {
  readonly name: string
  /** Resolves once the client has spoken to the server. */
  readonly connect: (address: Address, options?: ConnectOptions) => Promise<CacheClient>
  readonly skip?: readonly Skip[]
}
