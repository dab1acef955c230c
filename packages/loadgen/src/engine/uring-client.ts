/**
 * Connections through io_uring. A turn of all connections is one system call.
 *
 * @module
 */
import type { Connection, Receiver } from '@pelikan/core'
import { UringTransport } from '@pelikan/transport-uring'
import type { ClientConnection, ClientEvents, ClientTransport, Target } from './client-transport.ts'

export class UringClient implements ClientTransport {
  readonly name = 'uring'
  readonly #transport: UringTransport

  /** @throws UringError `PELIKAN_URING_UNAVAILABLE` where the system does not allow it */
  constructor() {
    this.#transport = new UringTransport()
  }

  connect(target: Target, events: ClientEvents): ClientConnection {
    return new UringConnection(this.#transport, target, events)
  }
}

class UringConnection implements ClientConnection {
  readonly #events: ClientEvents
  #connection: Connection | undefined = undefined
  #closed = false

  constructor(transport: UringTransport, target: Target, events: ClientEvents) {
    this.#events = events
    const receiver: Receiver = {
      receive: (bytes, start, end) => {
        if (!this.#closed) events.received(bytes, start, end)
      },
      drained: () => {
        if (!this.#closed) events.sent()
      },
      ended: () => this.#connection?.destroy(),
      closed: () => this.#end(undefined),
    }
    const serve = (connection: Connection): Receiver => {
      this.#connection = connection
      return receiver
    }
    void this.#open(transport, target, serve)
  }

  send(bytes: Buffer, end: number): boolean {
    const connection = this.#connection!
    // Copied, so the bytes are taken; what the network does not take yet is kept there.
    connection.output.write(bytes, 0, end)
    return connection.send()
  }

  close(): void {
    this.#closed = true
    this.#connection?.destroy()
  }

  async #open(
    transport: UringTransport,
    target: Target,
    serve: (connection: Connection) => Receiver,
  ): Promise<void> {
    try {
      const connection = await transport.connect(target, serve)
      if (this.#closed) connection.destroy()
      else this.#events.opened()
    } catch (error) {
      this.#end(error as Error)
    }
  }

  #end(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.#events.closed(error)
  }
}
