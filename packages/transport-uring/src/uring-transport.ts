/**
 * Connections through io_uring: the transport that spends the fewest system calls.
 *
 * One ring per transport, for one thread. A turn submits every answer of the turn before it and waits
 * for what comes next, in one system call; see `turn.ts`.
 *
 * @module
 */
import { unlinkSync } from 'node:fs'
import { MemoryBudget } from '@pelikan/buffer'
import {
  type Connection,
  type ListenAddress,
  type ListenOptions,
  type Receiver,
  type Transport,
  listenError,
} from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { UringError } from './errors.ts'
import { Listener } from './listener.ts'
import { uringMetrics } from './metrics.ts'
import { RingSide } from './ring-side.ts'
import { encodeAddress, systemError } from './socket-address.ts'
import { Sockets } from './socket.ts'
import { uringSupport } from './support.ts'
import { Turn } from './turn.ts'

export interface UringTransportOptions {
  /** Account that output blocks are charged to; an own one of 48 MiB without it. */
  readonly budget?: MemoryBudget
  readonly metrics?: Metrics
}

const BUDGET_BYTES = 48 * 1024 * 1024

export class UringTransport implements Transport {
  readonly name = 'uring'
  readonly #side: RingSide
  readonly #turn: Turn
  readonly #sockets: Sockets
  readonly #listeners: Listener[] = []
  readonly #paths: string[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #closed: Promise<void> | undefined = undefined

  /** @throws UringError `PELIKAN_URING_UNAVAILABLE`, with the reason that {@link uringSupport} gives */
  constructor(options: UringTransportOptions = {}) {
    const support = uringSupport()
    if (!support.ok) throw new UringError('PELIKAN_URING_UNAVAILABLE', support.reason)
    const budget = options.budget ?? new MemoryBudget(BUDGET_BYTES)
    const metrics = options.metrics ?? new Metrics([uringMetrics])
    this.#side = new RingSide(budget, metrics.bind(uringMetrics))
    this.#turn = new Turn(this.#side)
    this.#sockets = new Sockets(this.#side.ring.memory)
    this.#turn.onDescriptorFree = () => {
      for (const listener of this.#listeners) listener.arm()
    }
  }

  async listen(
    address: ListenAddress,
    accept: (connection: Connection) => Receiver,
    options: ListenOptions = {},
  ): Promise<ListenAddress> {
    try {
      return 'path' in address
        ? await this.#listenAtPath(address, accept, options.share)
        : await this.#listenAtPort(address, accept, options.share)
    } catch (error) {
      throw listenError(address, error as NodeJS.ErrnoException)
    }
  }

  /**
   * Connect to a server.
   *
   * @param serve called once connected; what it returns is told what the server sends
   * @throws Error with the `code` of the system, such as `ECONNREFUSED`
   */
  async connect(
    address: ListenAddress,
    serve: (connection: Connection) => Receiver,
  ): Promise<Connection> {
    const encoded = await encodeAddress(address)
    const fd = this.#sockets.open(encoded.family)
    const result = await this.#turn.connect(fd, this.#sockets, encoded)
    if (result < 0) {
      this.#side.native.close(fd)
      throw systemError(-result, 'connect')
    }
    return this.#turn.connected(fd, serve)
  }

  defer(callback: () => void): void {
    this.#turn.defer(callback)
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
    const stopping = this.#listeners.map((listener) => listener.stop())
    this.#listeners.length = 0
    for (const path of this.#paths) removeFile(path)
    this.#paths.length = 0
    await Promise.all(stopping)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #listenAtPort(
    address: { readonly host: string; readonly port: number },
    accept: (connection: Connection) => Receiver,
    share: ListenOptions['share'],
  ): Promise<ListenAddress> {
    const { host } = address
    const encoded = await encodeAddress(address)
    let { port } = address
    if (share === 'open') {
      // Alone first: SO_REUSEPORT would let this in beside another process.
      const probe = this.#sockets.listen(encoded, address, false)
      port = this.#sockets.port(probe)
      this.#side.native.close(probe)
      encoded.bytes.writeUInt16BE(port, 2)
    }
    const fd = this.#sockets.listen(encoded, address, share !== undefined)
    this.#listeners.push(new Listener(this.#turn, fd, 'alone', accept))
    return { host, port: this.#sockets.port(fd) }
  }

  async #listenAtPath(
    address: Extract<ListenAddress, { path: string }>,
    accept: (connection: Connection) => Receiver,
    share: ListenOptions['share'],
  ): Promise<ListenAddress> {
    const { descriptor, path } = address
    if (share === 'join' && descriptor !== undefined) {
      const fd = this.#sockets.duplicate(descriptor)
      this.#listeners.push(new Listener(this.#turn, fd, 'guest', accept))
      return address
    }
    const fd = this.#sockets.listen(await encodeAddress(address), address, false)
    this.#paths.push(path)
    const role = share === undefined ? 'alone' : 'host'
    this.#listeners.push(new Listener(this.#turn, fd, role, accept))
    return share === undefined ? address : { ...address, descriptor: fd }
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers.clear()
    const stopped = this.stopListening()
    for (const connection of this.#turn.connections()) connection.destroy()
    await stopped
    await this.#turn.close()
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody else was faster.
  }
}
