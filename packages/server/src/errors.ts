import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type ServerErrorCode = 'PELIKAN_LOG_UNAVAILABLE' | 'PELIKAN_NOT_LISTENING'

/** A process was used in a way that its state does not allow. */
export class ServerError extends PelikanError<ServerErrorCode> {}
