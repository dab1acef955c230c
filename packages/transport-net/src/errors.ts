import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ListenAddress, PelikanError, formatAddress } from '@pelikan/core'

/** Codes of this package's errors. */
export type NetErrorCode =
  | 'PELIKAN_ADDRESS_IN_USE'
  | 'PELIKAN_ADDRESS_FORBIDDEN'
  | 'PELIKAN_ADDRESS_UNAVAILABLE'
  | 'PELIKAN_LISTEN_FAILED'

/** A listening socket could not be opened. */
export class ListenError extends PelikanError<NetErrorCode> {}

/** Say in words why `address` cannot be listened at. */
export function listenError(address: ListenAddress, cause: NodeJS.ErrnoException): ListenError {
  const where = formatAddress(address)
  switch (codeOf(address, cause)) {
    case 'EADDRINUSE':
      return new ListenError(
        'PELIKAN_ADDRESS_IN_USE',
        `cannot listen at ${where}: another process listens there; stop it or choose another address`,
        { cause },
      )
    case 'EACCES':
    case 'EPERM':
      return new ListenError(
        'PELIKAN_ADDRESS_FORBIDDEN',
        `cannot listen at ${where}: the system does not allow it (ports below 1024 and other users' ` +
          'directories need privileges)',
        { cause },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EINVAL':
    case 'ENOENT':
    case 'ENOTDIR':
      return new ListenError(
        'PELIKAN_ADDRESS_UNAVAILABLE',
        `cannot listen at ${where}: this machine has no such address or directory`,
        { cause },
      )
    default:
      return new ListenError(
        'PELIKAN_LISTEN_FAILED',
        `cannot listen at ${where}: ${cause.message}`,
        { cause },
      )
  }
}

/** libuv says EACCES, as Windows would, where the directory of a Unix socket is missing. */
function codeOf(address: ListenAddress, cause: NodeJS.ErrnoException): string | undefined {
  const missing = 'path' in address && !existsSync(dirname(address.path))
  return missing ? 'ENOENT' : cause.code
}
