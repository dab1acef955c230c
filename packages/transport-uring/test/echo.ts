/** Sessions that send back what they are sent, holding the client off while it does not read. */
import { MemoryBudget } from '@pelikan/buffer'
import type { Connection, ListenAddress, Receiver } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { UringTransport, uringMetrics } from '@pelikan/transport-uring'

export class EchoServer {
  readonly budget: MemoryBudget = new MemoryBudget(64 * 1024 * 1024)
  readonly metrics: Metrics = new Metrics([uringMetrics])
  readonly transport: UringTransport = new UringTransport(this)
  readonly connections: Connection[] = []
  closed = 0
  stalls = 0

  listen(address: ListenAddress = { host: '127.0.0.1', port: 0 }): Promise<ListenAddress> {
    return this.transport.listen(address, (connection) => this.serve(connection))
  }

  serve(connection: Connection): Receiver {
    this.connections.push(connection)
    return {
      receive: (bytes, start, end) => {
        connection.output.write(bytes, start, end)
        if (connection.send()) return
        this.stalls++
        connection.pause()
      },
      drained: () => connection.resume(),
      ended: () => connection.end(),
      closed: () => void this.closed++,
    }
  }
}
