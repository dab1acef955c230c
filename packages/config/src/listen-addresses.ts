import type { ListenAddress } from '@pelikan/core'
import type { ServerConfig } from './sections/server.ts'

/** Where `[server]` says to listen: at its Unix socket where it has one, else at each of its addresses. */
export function listenAddresses(
  server: Pick<ServerConfig, 'host' | 'port' | 'socket' | 'socketMode'>,
): readonly ListenAddress[] {
  if (server.socket !== undefined) return [{ path: server.socket, mode: server.socketMode }]
  return server.host.map(({ host, port = server.port }) => ({ host, port }))
}
