/**
 * A socket that listens, with one operation that accepts whoever comes.
 *
 * Where the system has no descriptor left, clients wait in the kernel's queue: accepting goes on when a
 * connection closes here, or after a while, since others may close theirs.
 *
 * @module
 */
import type { Connection, Receiver } from '@pelikan/core'
import { COMPLETION_MORE, Kind } from './operations.ts'
import type { Turn, Waiter } from './turn.ts'

/** `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`: what may pass. */
const EXHAUSTED: ReadonlySet<number> = new Set([-24, -23, -105, -12])
const RETRY_MS = 100
const SHUT_RDWR = 2

/** `host` and `guest` accept from one socket; it is the host's, who ends it for all. */
export type ListenerRole = 'alone' | 'host' | 'guest'

export class Listener implements Waiter {
  readonly #turn: Turn
  readonly #fd: number
  readonly #role: ListenerRole
  readonly #accept: (connection: Connection) => Receiver
  readonly #owner: number
  readonly #stopped = Promise.withResolvers<void>()
  #armed = false
  #stopping = false
  #retry: NodeJS.Timeout | undefined = undefined

  constructor(
    turn: Turn,
    fd: number,
    role: ListenerRole,
    accept: (connection: Connection) => Receiver,
  ) {
    this.#turn = turn
    this.#fd = fd
    this.#role = role
    this.#accept = accept
    this.#owner = turn.expect(this)
    this.arm()
  }

  /** Accept, if it does not already. */
  arm(): void {
    if (this.#armed || this.#stopping) return
    clearTimeout(this.#retry)
    this.#armed = true
    // Of several that wait at one socket, the kernel wakes the first; who waits anew is the last.
    this.#turn.side.operations.accept(this.#fd, this.#owner, 0, this.#role === 'alone')
  }

  completed(result: number, flags: number): void {
    if ((flags & COMPLETION_MORE) === 0) this.#armed = false
    if (result >= 0) {
      if (this.#stopping) this.#turn.side.native.close(result)
      else {
        this.#turn.side.metrics.accepted.increment()
        this.#turn.connected(result, this.#accept)
      }
    }
    if (this.#armed) return
    if (this.#stopping) {
      this.#end()
    } else if (EXHAUSTED.has(result)) {
      this.#turn.side.metrics.refused.increment()
      this.#retry = setTimeout(() => this.arm(), RETRY_MS)
    } else {
      this.arm()
    }
  }

  /** Accept no more, from now on; resolves when the descriptor is closed. */
  stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true
      clearTimeout(this.#retry)
      // The operation keeps the socket open, so closing it would not refuse anybody.
      if (this.#role !== 'guest') this.#turn.side.native.shutdown(this.#fd, SHUT_RDWR)
      if (this.#armed) this.#turn.side.operations.cancel(Kind.Accept, this.#owner, 0)
      else this.#end()
    }
    return this.#stopped.promise
  }

  #end(): void {
    this.#turn.side.native.close(this.#fd)
    this.#turn.expectNoMore(this.#owner)
    this.#stopped.resolve()
  }
}
