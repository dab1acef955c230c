import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type UringErrorCode = 'PELIKAN_URING_UNAVAILABLE'

/** io_uring cannot be used here. */
export class UringError extends PelikanError<UringErrorCode> {}
