/**
 * Those who see what a worker executes, and whose turn it is.
 *
 * ```text
 *   main thread                       worker
 *   share(workers) ──── memory ────►  attach ──► Observer ──► writes what it saw into the memory
 *   Process.observed(name) ◄────────────────────────────────────┘
 * ```
 *
 * One count stands for all of them, of the requests until one is due: a request that nobody is to see
 * costs a subtraction.
 *
 * @module
 */
import type { CloseReason, Connection, Observer } from '@pelikan/core'

/** Requests until the observers are looked at again where none is due. */
const A_WHILE = 1 << 20

/** An observer, and what was planned for it. */
interface Seat<Request, Response> {
  readonly observer: Observer<Request, Response>
  /** As it was read last. */
  sample: number
  /** Requests until it is due, where it is on. */
  left: number
}

export class Observers<Request, Response> {
  readonly #seats: readonly Seat<Request, Response>[]
  readonly #timed: readonly Observer<Request, Response>[]
  readonly #connections: readonly Observer<Request, Response>[]
  /** Requests until one of them is due, and what that number was when it was set. */
  #next = A_WHILE
  #span = A_WHILE
  /** When the last request of a timed turn was executed, in nanoseconds after the turn began. */
  #timedUntil = 0

  constructor(observers: readonly Observer<Request, Response>[]) {
    this.#seats = observers.map((observer) => ({ observer, sample: 0, left: 0 }))
    this.#timed = observers.filter(({ timed }) => timed !== undefined)
    this.#connections = observers.filter(({ closed, opened }) => (closed ?? opened) !== undefined)
    this.#plan()
  }

  /** A turn begins: take up samples that have changed. */
  startTurn(): void {
    this.#timedUntil = 0
    for (const { observer, sample } of this.#seats) {
      if (observer.sample !== sample) {
        this.#pass()
        this.#plan()
        return
      }
    }
  }

  /** A request was executed: whether somebody is to see it. */
  isDue(): boolean {
    return --this.#next === 0
  }

  /** Show a request of the connection of that number to those who are to see it. */
  observe(request: Request, response: Response, connection: number): void {
    this.#pass()
    for (const { left, observer, sample } of this.#seats) {
      if (sample > 0 && left === 0) observer.observe(request, response, connection)
    }
    this.#plan()
  }

  /** A request of a turn that is timed. */
  timed(request: Request, response: Response, nanoseconds: number): void {
    const alone = nanoseconds - this.#timedUntil
    this.#timedUntil = nanoseconds
    for (const observer of this.#timed) observer.timed?.(request, response, nanoseconds, alone)
  }

  /** A client is served. */
  opened(number: number, connection: Connection): void {
    for (const observer of this.#connections) observer.opened?.(number, connection)
  }

  /** A connection is gone. */
  closed(number: number, connection: Connection, reason: CloseReason): void {
    for (const observer of this.#connections) observer.closed?.(number, connection, reason)
  }

  /** Take what was executed since the last plan off every count. */
  #pass(): void {
    const passed = this.#span - this.#next
    for (const seat of this.#seats) {
      if (seat.sample > 0) seat.left -= passed
    }
  }

  /** Read the samples, and find who is due next. */
  #plan(): void {
    let next = A_WHILE
    for (const seat of this.#seats) {
      const { sample } = seat.observer
      if (sample !== seat.sample || seat.left === 0) seat.left = sample
      seat.sample = sample
      if (sample > 0) next = Math.min(next, seat.left)
    }
    this.#next = next
    this.#span = next
  }
}
