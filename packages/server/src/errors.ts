import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type ServerErrorCode =
  | 'PELIKAN_ADMIN_NOT_LOCAL'
  | 'PELIKAN_LOG_UNAVAILABLE'
  | 'PELIKAN_NO_THREADS'
  | 'PELIKAN_NOT_LISTENING'
  | 'PELIKAN_WORKER_DIED'

/** A process cannot do what it was asked for, or can no longer. */
export class ServerError extends PelikanError<ServerErrorCode> {}
