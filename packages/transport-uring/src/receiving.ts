/**
 * The half of a connection that receives: which kind of operation is armed, and what arrived while
 * nobody wanted it.
 *
 * An operation that goes on after a piece fills every receive buffer at once where a client floods. So
 * it is for clients that have sent so many small pieces; others get one buffer at a time.
 *
 * @module
 */
import { Kind } from './operations.ts'
import type { RingSide } from './ring-side.ts'

/** Pieces that are received one by one, of a client that is new or fills a buffer. */
const SMALL_PIECES = 8
/** The same, after something arrived that the session did not want yet. */
const WANTED_PIECES = 256

export class Receiving {
  /** Whether an operation is under way. */
  isActive = false
  readonly #side: RingSide
  readonly #fd: number
  readonly #place: number
  readonly #id: number
  /** Whether the operation goes on after a piece. */
  #goesOn = false
  /** Pieces that are to be received one by one. */
  #wary = SMALL_PIECES
  readonly #held: Buffer[] = []

  constructor(side: RingSide, fd: number, place: number, id: number) {
    this.#side = side
    this.#fd = fd
    this.#place = place
    this.#id = id
  }

  /** Ask for the next piece, or the next pieces, if that is not asked for already. */
  arm(): void {
    if (this.isActive) return
    this.isActive = true
    this.#goesOn = this.#wary === 0
    if (this.#wary > 0) this.#wary--
    const { buffers, operations } = this.#side
    operations.receive(this.#fd, this.#place, this.#id, buffers.group, this.#goesOn)
  }

  /** Let an operation that goes on end. */
  stop(): void {
    if (!this.isActive || !this.#goesOn) return
    this.#goesOn = false
    this.#side.operations.cancel(Kind.Receive, this.#place, this.#id)
  }

  /** A piece of `bytes` bytes has come. */
  count(bytes: number): void {
    this.#side.metrics.bytesReceived.add(bytes)
    if (bytes === this.#side.buffers.size && this.#wary < SMALL_PIECES) this.#wary = SMALL_PIECES
  }

  /** Whether something is held, which comes before anything new. */
  get isHolding(): boolean {
    return this.#held.length > 0
  }

  /** Keep a copy for later, so that buffers that all connections share do not wait for a slow one. */
  hold(bytes: Buffer, start: number, end: number): void {
    const copy = Buffer.allocUnsafeSlow(end - start)
    bytes.copy(copy, 0, start, end)
    this.#side.budget.take(copy.length)
    this.#held.push(copy)
    this.#wary = WANTED_PIECES
  }

  /** Show `receive` the oldest that is held, and let go of it. */
  deliver(receive: (bytes: Buffer) => void): void {
    const bytes = this.#held.shift()
    if (bytes === undefined) return
    this.#side.budget.give(bytes.length)
    try {
      receive(bytes)
    } finally {
      free(bytes)
    }
  }

  /** Let go of everything that is held. */
  drop(): void {
    while (this.#held.length > 0) this.deliver(() => {})
  }
}

/** At once: the garbage collector may take its time, and memory would be more than the budget says. */
function free(bytes: Buffer): void {
  ;(bytes.buffer as ArrayBuffer).transfer(0)
}
