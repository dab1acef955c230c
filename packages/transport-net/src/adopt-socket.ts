/**
 * Read accepted sockets into one shared buffer.
 *
 * `node:net` allocates a buffer for every `data` event; a socket with `onread` reads into memory of
 * ours instead, which halves the user time per request (bench/wire). A server has no option for it, so
 * an accepted socket is taken over: its handle moves to a socket that is made with `onread`.
 *
 * The handle is the one undocumented name this package uses. Where it is missing, `data` events do.
 *
 * @module
 */
import { Socket, type SocketConstructorOpts } from 'node:net'

/** Called with the bytes `buffer[0, length)`, lent until it returns. `this` is the socket. */
export type OnBytes = (this: Socket, length: number, buffer: Buffer) => void

interface WithHandle {
  _handle: object | null | undefined
}

/**
 * Take over `accepted`, a socket that a server with `pauseOnConnect` gave.
 *
 * @returns the socket to use from now on; it reads as soon as this returns
 */
export function adoptSocket(accepted: Socket, shared: Buffer, onBytes: OnBytes): Socket {
  const from = accepted as unknown as WithHandle
  const handle = from._handle
  if (handle === null || handle === undefined) return readEvents(accepted, onBytes)
  from._handle = null
  // What is left of it only leaves the server's count of connections.
  accepted.destroy()
  const options = {
    handle,
    allowHalfOpen: true,
    // With a mark of 0, 'drain' follows every write as soon as all is written.
    writableHighWaterMark: 0,
    onread: {
      buffer: shared,
      callback(this: Socket, length: number, buffer: Uint8Array): boolean {
        onBytes.call(this, length, buffer as Buffer)
        return true
      },
    },
  }
  return new Socket(options as unknown as SocketConstructorOpts)
}

function readEvents(socket: Socket, onBytes: OnBytes): Socket {
  socket.on('data', (bytes: Buffer) => onBytes.call(socket, bytes.length, bytes))
  socket.resume()
  return socket
}
