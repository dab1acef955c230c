import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PelikanError } from './errors.ts'
import { formatAddress } from './format-address.ts'
import type { ListenAddress } from './transport.ts'

/** Codes of {@link ListenError}. */
export type ListenErrorCode =
  | 'PELIKAN_ADDRESS_IN_USE'
  | 'PELIKAN_ADDRESS_FORBIDDEN'
  | 'PELIKAN_ADDRESS_NOT_SHARED'
  | 'PELIKAN_ADDRESS_UNAVAILABLE'
  | 'PELIKAN_LISTEN_FAILED'

/** A listening socket could not be opened. */
export class ListenError extends PelikanError<ListenErrorCode> {}

/**
 * Say in words why `address` cannot be listened at; for transports.
 *
 * @param cause the error of the system, with its `code`
 */
export function listenError(address: ListenAddress, cause: NodeJS.ErrnoException): ListenError {
  const [code, reason] = explain(address, cause)
  return new ListenError(code, `cannot listen at ${formatAddress(address)}: ${reason}`, { cause })
}

function explain(
  address: ListenAddress,
  cause: NodeJS.ErrnoException,
): readonly [code: ListenErrorCode, reason: string] {
  // libuv says EACCES, as Windows would, where the directory of a Unix socket is missing.
  if ('path' in address && kindOf(dirname(address.path)) !== 'directory') {
    return ['PELIKAN_ADDRESS_UNAVAILABLE', `there is no directory ${dirname(address.path)}`]
  }
  switch (cause.code) {
    case 'EADDRINUSE':
      if ('path' in address && kindOf(address.path) !== 'socket') {
        return ['PELIKAN_ADDRESS_IN_USE', 'what is there is no socket; choose another path']
      }
      return [
        'PELIKAN_ADDRESS_IN_USE',
        'another process listens there; stop it or choose another address',
      ]
    case 'EACCES':
    case 'EPERM':
      return [
        'PELIKAN_ADDRESS_FORBIDDEN',
        "the system does not allow it (ports below 1024 and other users' directories need privileges)",
      ]
    // What Node.js says where the system has no SO_REUSEPORT that spreads connections.
    case 'ENOTSUP':
      return [
        'PELIKAN_ADDRESS_NOT_SHARED',
        'this system does not share a port between threads (SO_REUSEPORT); serve it with one thread',
      ]
    case 'EADDRNOTAVAIL':
      return ['PELIKAN_ADDRESS_UNAVAILABLE', 'this machine has no such address']
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['PELIKAN_ADDRESS_UNAVAILABLE', 'no address is known for that name']
    case 'ERR_SOCKET_BAD_PORT':
      return ['PELIKAN_LISTEN_FAILED', 'a port is a whole number from 0 to 65535']
    default:
      return ['PELIKAN_LISTEN_FAILED', cause.message]
  }
}

/** What is at `path`. */
function kindOf(path: string): 'directory' | 'socket' | 'other' | 'nothing' {
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined) return 'nothing'
  if (file.isDirectory()) return 'directory'
  return file.isSocket() ? 'socket' : 'other'
}
