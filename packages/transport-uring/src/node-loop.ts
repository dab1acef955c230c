/**
 * How the ring and Node.js's own event loop share a thread.
 *
 * ```text
 *   ┌─► a turn of the ring, from setImmediate: submit, wait, serve ─┐
 *   └── a turn of libuv: timers, messages, signals, promises  ◄─────┘
 * ```
 *
 * The thread waits in `io_uring_enter` only. What libuv waits for is in an epoll descriptor, and that can
 * be polled like any other: the ring watches it, so a message, a signal or a socket of somebody else
 * ends the wait at once, and libuv, which never blocks, then finds it. How long libuv would wait it says
 * itself: not at all while an immediate is due or a descriptor is not yet in its epoll, else until
 * the next timer. This is how event loops are embedded (uv_backend_fd, uv_backend_timeout in libuv's guide).
 *
 * Microtasks run between two turns, because a turn is a callback of Node.js like any other.
 *
 * @module
 */
import { type Native, native } from './native.ts'

/** No wait is longer, whatever libuv says. */
const LONGEST_WAIT_MS = 250

export class NodeLoop {
  /** Readable when libuv has something to do. */
  readonly fd: number
  readonly #native: Native
  /** Keeps libuv going, which without it would say that there is nothing to wait for. */
  #alive: NodeJS.Timeout | undefined = undefined

  constructor() {
    this.#native = native()
    this.fd = this.#native.uvBackendFd(this.#native.loop)
  }

  /**
   * How many milliseconds the thread may wait, asked within a callback of setImmediate.
   *
   * @param next the immediate of the next turn, which is not to count as something to do
   */
  patience(next: NodeJS.Immediate): number {
    next.unref()
    const timeout = this.#native.uvBackendTimeout(this.#native.loop)
    next.ref()
    return timeout < 0 || timeout > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : timeout
  }

  /** Turns are about to be taken. */
  start(): void {
    this.#alive ??= setInterval(() => {}, 0x7fff_ffff)
  }

  stop(): void {
    clearInterval(this.#alive)
    this.#alive = undefined
  }
}
