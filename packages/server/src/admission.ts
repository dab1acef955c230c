/**
 * Who is served: as many connections at once as the process may have. One more is told so and closed.
 *
 * @module
 */
import type { Connection, Receiver, Transport } from '@pelikan/core'
import type { Counter } from '@pelikan/metrics'
import type { ConnectionCount } from './connection-count.ts'
import { turns } from './turns.ts'

/** Clients that are accepted once the process stops, at most: as many as usually wait. */
const WAITING_MAX = 1024

export class Admission {
  readonly #connections: ConnectionCount
  readonly #limit: number
  readonly #refusal: Buffer | undefined
  readonly #rejected: Counter
  /** Connections that have asked, those that were refused included. */
  #asked = 0

  /**
   * @param connections of the process
   * @param limit of the process
   * @param refusal what a connection is told that is refused
   * @param rejected counts those
   */
  constructor(
    connections: ConnectionCount,
    limit: number,
    refusal: Buffer | undefined,
    rejected: Counter,
  ) {
    this.#connections = connections
    this.#limit = limit
    this.#refusal = refusal
    this.#rejected = rejected
  }

  /**
   * A client has connected.
   *
   * @returns whether it is served; where not, it has been told, and {@link REFUSED} is its receiver
   */
  admits(connection: Connection): boolean {
    this.#asked++
    if (this.#connections.take(this.#limit)) return true
    this.#rejected.increment()
    // At once: a refused connection must not hold what the limit protects.
    if (this.#refusal !== undefined) {
      connection.output.write(this.#refusal, 0, this.#refusal.length)
      connection.send()
    }
    connection.destroy()
    return false
  }

  /** A connection that was admitted is gone. */
  leave(): void {
    this.#connections.give()
  }

  /**
   * Wait until `transport` has accepted all clients whom the kernel has connected: they would be reset where it
   * stops to listen. It may accept one of them in a turn.
   */
  async waiting(transport: Pick<Transport, 'defer'>): Promise<void> {
    for (let round = 0; round < WAITING_MAX; round++) {
      const before = this.#asked
      // Two, because the first may be the rest of a turn that has received already.
      await turns(transport, 2)
      if (this.#asked === before) return
    }
  }
}

/** The session of a connection that was refused. */
export const REFUSED: Receiver = { receive() {}, drained() {}, ended() {}, closed() {} }
