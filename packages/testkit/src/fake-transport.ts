/**
 * A transport without sockets: a test sends bytes, lets the "network" take as much as it likes, and turns
 * the event loop.
 *
 * @module
 */
import { type Block, BlockPool, type MemoryBudget, Output } from '@pelikan/buffer'
import type { Connection, ListenAddress, Receiver, Transport } from '@pelikan/core'

export class FakeConnection implements Connection {
  readonly output: Output
  readonly id: number
  /** The session at this end. */
  receiver!: Receiver
  /** What the network took, as latin1. */
  sent = ''
  /** The session receives no more for now; a test may send all the same, as a network may. */
  paused = false
  /** The session has closed it, with everything sent or at once. */
  ended = false
  destroyed = false
  /** Bytes that the network takes before it is full. */
  window: number = Infinity
  /** Whether it says that all is taken before it knows, as a transport may until the turn ends. */
  hopeful = false
  #unsent = ''
  readonly #pool: BlockPool
  readonly #defer: (callback: () => void) => void

  constructor(id: number, pool: BlockPool, defer: (callback: () => void) => void) {
    this.id = id
    this.#pool = pool
    this.#defer = defer
    this.output = new Output(pool)
  }

  peer(): { host: string; port: number } {
    return { host: '192.0.2.1', port: this.id }
  }

  get unsent(): number {
    return this.#unsent.length
  }

  send(): boolean {
    const blocks: Block[] = []
    this.output.take(blocks)
    for (const block of blocks) {
      this.#unsent += block.bytes.toString('latin1', 0, block.end)
      this.#pool.give(block)
    }
    const taken = this.#unsent.slice(0, this.window)
    this.window -= taken.length
    this.sent += taken
    this.#unsent = this.#unsent.slice(taken.length)
    return this.hopeful || this.#unsent === ''
  }

  /** The client reads: the network takes `bytes` more. */
  read(bytes: number = Infinity): void {
    this.window += bytes
    if (this.#unsent !== '' && this.send()) this.receiver.drained()
  }

  /** The client has sent `text`, latin1: it is lent to the session and spoilt behind it. */
  receive(text: string): void {
    const bytes = Buffer.from(`..${text}..`, 'latin1')
    this.receiver.receive(bytes, 2, bytes.length - 2)
    bytes.fill('#')
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  end(): void {
    this.ended = true
    this.send()
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.#unsent = ''
    this.output.clear()
    // As with sockets, the session hears of it a turn later.
    this.#defer(() => this.receiver.closed())
  }
}

export class FakeTransport implements Transport {
  readonly name = 'fake'
  readonly budget: MemoryBudget
  listening = false
  readonly #pool: BlockPool
  #deferred: (() => void)[] = []
  /** By how often they are called, in milliseconds. */
  readonly #timers = new Map<() => void, number>()
  #accept: ((connection: Connection) => Receiver) | undefined = undefined
  #lastId = 0

  /** @param blockBytes of the blocks of outputs, the most that a response may reserve; few, so that answers span several */
  constructor(budget: MemoryBudget, blockBytes: number = 64) {
    this.budget = budget
    this.#pool = new BlockPool(budget, blockBytes, 8)
  }

  listen(
    address: ListenAddress,
    accept: (connection: Connection) => Receiver,
  ): Promise<ListenAddress> {
    this.#accept = accept
    this.listening = true
    return Promise.resolve(address)
  }

  /** A client connects. */
  connect(): FakeConnection {
    const connection = new FakeConnection(++this.#lastId, this.#pool, (callback) =>
      this.defer(callback),
    )
    connection.receiver = this.#accept!(connection)
    return connection
  }

  defer(callback: () => void): void {
    this.#deferred.push(callback)
  }

  every(milliseconds: number, callback: () => void): () => void {
    this.#timers.set(callback, milliseconds)
    return () => void this.#timers.delete(callback)
  }

  /** One turn of the event loop. */
  turn(): void {
    const deferred = this.#deferred
    this.#deferred = []
    for (const callback of deferred) callback()
  }

  /** Timers that are not over. */
  get timers(): number {
    return this.#timers.size
  }

  /** So much time has passed: every timer that is due by then is called, once. */
  pass(milliseconds: number): void {
    for (const [callback, every] of this.#timers) if (every <= milliseconds) callback()
  }

  /** A second has passed. */
  sweep(): void {
    this.pass(1000)
  }

  stopListening(): Promise<void> {
    this.listening = false
    return Promise.resolve()
  }

  close(): Promise<void> {
    return this.stopListening()
  }
}
