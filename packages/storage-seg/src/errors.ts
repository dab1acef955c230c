import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type SegErrorCode =
  | 'PELIKAN_SEG_INVALID_OPTION'
  | 'PELIKAN_SEG_INVALID_RESERVATION'
  | 'PELIKAN_SEG_INCONSISTENT'
  | 'PELIKAN_SEG_NOT_SHARED'
  | 'PELIKAN_SEG_LOCK_LOST'
  | 'PELIKAN_SEG_INVALID_KEY'
  | 'PELIKAN_SEG_INVALID_VALUE'
  | 'PELIKAN_SEG_INVALID_TTL'
  | 'PELIKAN_SEG_NOT_A_NUMBER'
  | 'PELIKAN_SEG_TOO_MANY_THREADS'
  | 'PELIKAN_SEG_CLOSED'

/**
 * Options, keys, values or times that cannot work, a caller that broke the contract, a recount that found a
 * difference, or a thread that left a shared storage locked.
 */
export class SegError extends PelikanError<SegErrorCode> {}
