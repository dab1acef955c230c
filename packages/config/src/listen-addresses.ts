import type { ListenAddress } from '@pelikan/core'
import type { Address } from './kinds/addresses.ts'

/** What `[server]` says of it. */
export interface Listening {
  readonly host: readonly Address[]
  readonly port: number
  readonly socket?: string | undefined
  readonly socketMode: number
}

/** Where `[server]` says to listen: at its Unix socket where it has one, else at each of its addresses. */
export function listenAddresses(server: Listening): readonly ListenAddress[] {
  if (server.socket !== undefined) return [{ path: server.socket, mode: server.socketMode }]
  return server.host.map(({ host, port = server.port }) => ({ host, port }))
}
