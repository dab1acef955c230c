import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type HashMapErrorCode =
  | 'PELIKAN_HASHMAP_INVALID_OPTION'
  | 'PELIKAN_HASHMAP_INVALID_RESERVATION'
  | 'PELIKAN_HASHMAP_INCONSISTENT'

/** Options that cannot work, a caller that broke the contract, or a recount that found a difference. */
export class HashMapError extends PelikanError<HashMapErrorCode> {}
