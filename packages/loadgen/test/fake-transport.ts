/** A network that a test holds: what was sent is kept, and replies come when the test says so. */
import type { ClientConnection, ClientEvents, ClientTransport, Target } from '@pelikan/loadgen'

export class FakeTransport implements ClientTransport {
  readonly name = 'fake'
  readonly connections: FakeConnection[] = []

  connect(_target: Target, events: ClientEvents): FakeConnection {
    const connection = new FakeConnection(events)
    this.connections.push(connection)
    return connection
  }

  /** Connections that were asked for are open now, and those that are asked for because of it. */
  open(): void {
    for (const { events } of this.connections) events.opened()
  }
}

export class FakeConnection implements ClientConnection {
  readonly events: ClientEvents
  /** What each write sent. */
  readonly writes: string[] = []
  /** Whether the network takes what is sent at once. */
  takes = true
  closed = false

  constructor(events: ClientEvents) {
    this.events = events
  }

  send(bytes: Buffer, end: number): boolean {
    this.writes.push(bytes.toString('latin1', 0, end))
    return this.takes
  }

  close(): void {
    this.closed = true
  }

  /** The server says this. */
  reply(text: string): void {
    const bytes = Buffer.from(`?${text}?`, 'latin1')
    this.events.received(bytes, 1, bytes.length - 1)
  }
}
