import { uringSupport } from '@pelikan/transport-uring'
import { LoadError } from '../errors.ts'
import type { ClientTransport } from './client-transport.ts'
import type { TransportName } from './load-spec.ts'
import { NetClient } from './net-client.ts'
import { UringClient } from './uring-client.ts'

/**
 * Make a transport by its name; `auto` takes io_uring where it can be used, and `node:net` elsewhere.
 *
 * @throws LoadError `PELIKAN_LOAD_INVALID_OPTION` where it cannot be used here
 */
export function makeTransport(name: TransportName): ClientTransport {
  if (name === 'net') return new NetClient()
  const support = uringSupport()
  if (support.ok) return new UringClient()
  if (name === 'auto') return new NetClient()
  const message = `the transport uring cannot be used: ${support.reason}`
  throw new LoadError('PELIKAN_LOAD_INVALID_OPTION', message)
}
