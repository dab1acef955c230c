import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type LiveErrorCode =
  | 'PELIKAN_LIVE_UNREACHABLE'
  | 'PELIKAN_LIVE_REFUSED'
  | 'PELIKAN_LIVE_TOKEN_NEEDED'
  | 'PELIKAN_LIVE_DISCONNECTED'
  | 'PELIKAN_LIVE_INVALID_OPTION'

/** A server cannot be watched, or no longer. */
export class LiveError extends PelikanError<LiveErrorCode> {}
