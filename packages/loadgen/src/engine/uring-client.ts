/**
 * Connections through io_uring, where `@pelikan/transport-uring` is installed and the system allows it.
 * A turn of all connections is one system call.
 *
 * @module
 */
import type { Connection, ListenAddress, Receiver } from '@pelikan/core'
import type { ClientConnection, ClientEvents, ClientTransport, Target } from './client-transport.ts'

/** What is used of `@pelikan/transport-uring`. */
interface UringModule {
  readonly UringTransport: new () => Connector
}

interface Connector {
  readonly connect: (
    address: ListenAddress,
    serve: (connection: Connection) => Receiver,
  ) => Promise<Connection>
}

/** Not a dependency: load is generated without it too. */
const MODULE: string = '@pelikan/transport-uring'

/** The transport, or in words why there is none. */
export async function uringClient(): Promise<ClientTransport | string> {
  try {
    const { UringTransport } = (await import(MODULE)) as UringModule
    return new UringClient(new UringTransport())
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
      ? `${MODULE} is not installed`
      : (error as Error).message
  }
}

class UringClient implements ClientTransport {
  readonly name = 'uring'
  readonly #transport: Connector

  constructor(transport: Connector) {
    this.#transport = transport
  }

  connect(target: Target, events: ClientEvents): ClientConnection {
    return new UringConnection(this.#transport, target, events)
  }
}

class UringConnection implements ClientConnection {
  readonly #events: ClientEvents
  #connection: Connection | undefined = undefined
  #closed = false

  constructor(transport: Connector, target: Target, events: ClientEvents) {
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
    transport: Connector,
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
