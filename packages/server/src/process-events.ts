import type { ListenAddress } from '@pelikan/core'

/** What a process tells whoever runs it: its life and its connections, never its requests. */
export interface ProcessEvents {
  /** The parts are made and the sockets are about to be opened. */
  starting: []
  /** Clients can connect. */
  listening: [addresses: readonly ListenAddress[]]
  /**
   * A client has connected; the number names the connection. Of worker threads this is told only if somebody
   * listens for it when the process starts.
   */
  connection: [id: number]
  /** No more connections are accepted; those that are open are finished. */
  draining: []
  /** Everything is closed. */
  closed: []
  /** Something went wrong that no client caused; the process goes on unless it was starting. */
  error: [error: unknown]
  /**
   * A worker thread ended by itself; all others are ended as they are, and then clients are served no more.
   * Where nobody listens for it, the error is thrown and ends the process of Node.js.
   */
  died: [error: Error]
}
