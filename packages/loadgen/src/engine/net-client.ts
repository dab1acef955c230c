/**
 * Connections through `node:net`. All of them receive into one buffer.
 *
 * @module
 */
import { type Socket, connect } from 'node:net'
import type { ClientConnection, ClientEvents, ClientTransport, Target } from './client-transport.ts'

const RECEIVE_BYTES = 262_144
/** Requests up to this length keep the view that they were sent as. */
const KEPT_VIEWS = 4096

export class NetClient implements ClientTransport {
  readonly name = 'net'
  readonly #received: Buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES)

  connect(target: Target, events: ClientEvents): ClientConnection {
    return new NetConnection(target, this.#received, events)
  }
}

class NetConnection implements ClientConnection {
  readonly #socket: Socket
  readonly #written: () => void
  /** Views of {@link #viewed} by their length: requests of one load have few lengths. */
  readonly #views: (Buffer | undefined)[] = []
  #viewed: Buffer | undefined = undefined

  constructor(target: Target, buffer: Buffer, events: ClientEvents) {
    const callback = (length: number): boolean => {
      events.received(buffer, 0, length)
      return true
    }
    const onread = { buffer, callback }
    const socket =
      'path' in target
        ? connect({ ...target, onread })
        : connect({ ...target, noDelay: true, onread })
    this.#socket = socket
    this.#written = () => {
      if (!socket.destroyed) events.sent()
    }
    let failure: Error | undefined
    socket.once('connect', () => events.opened())
    socket.on('error', (error) => (failure = error))
    socket.on('end', () => socket.destroy())
    socket.once('close', () => events.closed(failure))
  }

  send(bytes: Buffer, end: number): boolean {
    const socket = this.#socket
    socket.write(this.#view(bytes, end))
    if (socket.writableLength === 0) return true
    socket.once('drain', this.#written)
    return false
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #view(bytes: Buffer, end: number): Buffer {
    if (end > KEPT_VIEWS) return bytes.subarray(0, end)
    if (bytes !== this.#viewed) {
      this.#viewed = bytes
      this.#views.length = 0
    }
    return (this.#views[end] ??= bytes.subarray(0, end))
  }
}
