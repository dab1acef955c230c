import type { MixPart } from './mix.ts'
import type { ValueSizes } from './values.ts'

/** What a memcache load asks for. */
export interface MemcacheLoad {
  /** Different keys, 1 to 50 million. */
  readonly keys: number
  /** Exponent of a Zipf distribution of keys; 0 where all are equally likely. */
  readonly zipf: number
  readonly values: ValueSizes
  /** At least one part. */
  readonly mix: readonly MixPart[]
  /** Seconds to live of what is stored, drawn evenly from `min` to `max`; both 0 for no end. */
  readonly ttl: { readonly min: number; readonly max: number }
  /** The same seed gives the same requests. */
  readonly seed: number
}
