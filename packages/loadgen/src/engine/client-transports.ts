import type { ClientTransport } from './client-transport.ts'
import type { TransportName } from './load-spec.ts'
import { NetClient } from './net-client.ts'
import { LoadError } from '../errors.ts'

/**
 * Make a transport by its name; `auto` takes the fastest that runs here.
 *
 * @throws LoadError `PELIKAN_LOAD_INVALID_OPTION` where it does not run here
 */
export function makeTransport(name: TransportName): ClientTransport {
  if (name === 'uring') {
    throw new LoadError('PELIKAN_LOAD_INVALID_OPTION', 'the transport "uring" is not installed')
  }
  return new NetClient()
}
