/**
 * What ends a load: its figures would mean nothing.
 *
 * @module
 */
import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type LoadErrorCode =
  | 'PELIKAN_LOAD_INVALID_OPTION'
  | 'PELIKAN_LOAD_UNREACHABLE'
  | 'PELIKAN_LOAD_DISCONNECTED'
  | 'PELIKAN_LOAD_SILENT'
  | 'PELIKAN_LOAD_WRONG_REPLY'
  | 'PELIKAN_LOAD_SERVER_FAILED'

/** A load that could not be run, or not to its end. */
export class LoadError extends PelikanError<LoadErrorCode> {}
