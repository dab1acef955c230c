/**
 * Connections through `node:net`: the transport that runs everywhere.
 *
 * Every socket reads into one buffer of the transport, so an idle connection owns no memory of ours,
 * and bytes are parsed where they arrive.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { BlockPool, MemoryBudget } from '@pelikan/buffer'
import {
  type Connection,
  type ListenAddress,
  type ListenOptions,
  type Receiver,
  Roster,
  type Transport,
} from '@pelikan/core'
import { type BoundMetrics, Metrics } from '@pelikan/metrics'
import { adoptSocket } from './adopt-socket.ts'
import { Listener } from './listener.ts'
import { netMetrics } from './metrics.ts'
import { NetConnection } from './net-connection.ts'

export interface NetTransportOptions {
  /** Account that output blocks are charged to; an own one of 48 MiB without it. */
  readonly budget?: MemoryBudget
  readonly metrics?: Metrics
}

/** What a socket reads at most at once: 64 KiB. */
const RECEIVE_BYTES = 65_536
const BLOCK_BYTES = 16_384
/** Free blocks that are kept: 4 MiB. */
const KEPT_BLOCKS = 256
const BUDGET_BYTES = 48 * 1024 * 1024

/**
 * Where a socket's events find its connection, so that no closure is made per connection; until it is closed.
 * Node.js makes one per stream, which V8 puts into the old generation, as every function that is assigned to a
 * property: what the socket still has is kept until that is collected.
 */
const CONNECTION = Symbol('connection')
type ConnectedSocket = Socket & { [CONNECTION]: NetConnection | undefined }

export class NetTransport implements Transport {
  readonly name = 'net'
  readonly #metrics: BoundMetrics<typeof netMetrics>
  readonly #pool: BlockPool
  readonly #shared = Buffer.allocUnsafeSlow(RECEIVE_BYTES)
  readonly #listeners: Listener[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #connections = new Roster<NetConnection>()
  #lastId = 0

  // Event handlers, made once; `this` in them is the socket.
  readonly #onBytes: (this: Socket, length: number, buffer: Buffer) => void
  readonly #onClose: (this: Socket) => void

  constructor(options: NetTransportOptions = {}) {
    const metrics = (options.metrics ?? new Metrics([netMetrics])).bind(netMetrics)
    const connections = this.#connections
    this.#metrics = metrics
    this.#pool = new BlockPool(
      options.budget ?? new MemoryBudget(BUDGET_BYTES),
      BLOCK_BYTES,
      KEPT_BLOCKS,
    )
    this.#onBytes = function (length, buffer) {
      metrics.bytesReceived.add(length)
      const connection = (this as ConnectedSocket)[CONNECTION]
      if (connection?.ending === false) connection.receiver?.receive(buffer, 0, length)
    }
    this.#onClose = function () {
      const connection = (this as ConnectedSocket)[CONNECTION]
      if (connection === undefined) return
      ;(this as ConnectedSocket)[CONNECTION] = undefined
      connections.delete(connection)
      metrics.closed.increment()
      metrics.open.add(-1)
      connection.closed()
    }
  }

  async listen(
    address: ListenAddress,
    accept: (connection: Connection) => Receiver,
    options: ListenOptions = {},
  ): Promise<ListenAddress> {
    const { refused } = this.#metrics
    const listener = new Listener((socket) => this.#accept(socket, accept), refused)
    const bound = await listener.listen(address, options.share)
    this.#listeners.push(listener)
    return bound
  }

  defer(callback: () => void): void {
    setImmediate(callback)
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer = setInterval(callback, milliseconds)
    this.#timers.add(timer)
    return () => {
      clearInterval(timer)
      this.#timers.delete(timer)
    }
  }

  async stopListening(): Promise<void> {
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()))
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers.clear()
    const closing = [...this.#connections].map((connection) => connection.close())
    await Promise.all([this.stopListening(), ...closing])
  }

  #accept(accepted: Socket, accept: (connection: Connection) => Receiver): void {
    const socket = adoptSocket(accepted, this.#shared, this.#onBytes) as ConnectedSocket
    const connection = new NetConnection(
      ++this.#lastId,
      socket,
      this.#pool,
      this.#metrics.bytesSent,
    )
    socket[CONNECTION] = connection
    this.#connections.add(connection)
    this.#metrics.accepted.increment()
    this.#metrics.open.add(1)
    socket.on('drain', onDrain)
    socket.on('end', onEnd)
    socket.on('error', onError)
    socket.on('close', this.#onClose)
    connection.receiver = accept(connection)
  }
}

function onDrain(this: Socket): void {
  ;(this as ConnectedSocket)[CONNECTION]?.drained()
}

function onEnd(this: Socket): void {
  ;(this as ConnectedSocket)[CONNECTION]?.receiver?.ended()
}

/** A reset, a broken pipe: 'close' follows and says all there is to say. */
function onError(): void {}
