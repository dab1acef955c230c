/**
 * One accepted socket. Everything that a turn answered goes out in one write; its blocks stay
 * untouched until the socket says that all is written.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { type Block, type BlockPool, Output } from '@pelikan/buffer'
import type { Connection, Peer, Receiver } from '@pelikan/core'
import type { Counter } from '@pelikan/metrics'

/**
 * How long a closed connection waits for the client's own end. Closing while bytes of the client are
 * unread makes the kernel reset the connection, and answers under way could be lost.
 */
const LINGER_MS = 2000

export class NetConnection implements Connection {
  readonly id: number
  readonly output: Output
  /** The session; set once, right after it is made. */
  receiver: Receiver | undefined = undefined
  /** Where the transport keeps it. */
  place = 0
  readonly #socket: Socket
  readonly #pool: BlockPool
  readonly #bytesSent: Counter
  /** Blocks that the socket has and has not written. */
  readonly #inFlight: Block[] = []
  #ending = false
  #linger: NodeJS.Timeout | undefined = undefined

  constructor(id: number, socket: Socket, pool: BlockPool, bytesSent: Counter) {
    this.id = id
    this.#socket = socket
    this.#pool = pool
    this.#bytesSent = bytesSent
    this.output = new Output(pool)
  }

  get unsent(): number {
    return this.#socket.writableLength
  }

  peer(): Peer | undefined {
    const { remoteAddress: host, remotePort: port } = this.#socket
    return host === undefined || port === undefined ? undefined : { host, port }
  }

  /** Whether {@link Connection.end} was called: what still arrives is thrown away. */
  get ending(): boolean {
    return this.#ending
  }

  send(): boolean {
    const socket = this.#socket
    if (this.output.length > 0) {
      const inFlight = this.#inFlight
      const first = inFlight.length
      this.#bytesSent.add(this.output.length)
      this.output.take(inFlight)
      if (socket.destroyed) {
        this.#giveBlocks()
        return true
      }
      const several = inFlight.length - first > 1
      if (several) socket.cork()
      for (let i = first; i < inFlight.length; i++) {
        const block = inFlight[i]!
        socket.write(block.bytes.subarray(0, block.end))
      }
      if (several) socket.uncork()
    }
    if (socket.writableLength > 0) return false
    this.#giveBlocks()
    return true
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    if (this.#ending) return
    this.#ending = true
    this.send()
    // The client has its time from when everything is sent.
    this.#socket.end(() => {
      this.#linger = setTimeout(() => this.#socket.destroy(), LINGER_MS).unref()
    })
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
    this.output.clear()
    // The descriptor is closed by now: nobody reads these blocks any more.
    this.#giveBlocks()
  }

  /** The socket has written something. */
  drained(): void {
    if (this.#inFlight.length === 0 || this.#socket.writableLength > 0) return
    this.#giveBlocks()
    this.receiver?.drained()
  }

  /** Destroy it; resolves when it is closed. */
  close(): Promise<void> {
    return new Promise((done) => {
      this.#socket.once('close', () => done()).destroy()
    })
  }

  /** The socket is closed. */
  closed(): void {
    clearTimeout(this.#linger)
    this.output.clear()
    this.#giveBlocks()
    this.receiver?.closed()
  }

  #giveBlocks(): void {
    // Popped one by one: an array that is cut to length 0 drops its memory, and the next push allocates.
    let block: Block | undefined
    while ((block = this.#inFlight.pop()) !== undefined) this.#pool.give(block)
  }
}
