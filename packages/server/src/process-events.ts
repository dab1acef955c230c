import type { ListenAddress } from '@pelikan/core'

/** What a process tells whoever runs it: its life and its connections, never its requests. */
export interface ProcessEvents {
  /** The parts are made and the sockets are about to be opened. */
  starting: []
  /** Clients can connect. */
  listening: [addresses: readonly ListenAddress[]]
  /** A client has connected; the number names the connection. */
  connection: [id: number]
  /** No more connections are accepted; those that are open are finished. */
  draining: []
  /** Everything is closed. */
  closed: []
  /** Something went wrong that no client caused; the process goes on unless it was starting. */
  error: [error: unknown]
}
